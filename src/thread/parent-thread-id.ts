/**
 * The thread that handed its work to the one of these facts (the payload of a `session_meta`); undefined for one that a person began. The real
 * Codex says it in `source` as well: `{"subagent":{"thread_spawn":{…}}}` (Codex contract, section F).
 */
export function parentThreadId(meta: Readonly<Record<string, unknown>>): string | undefined {
  return text(meta.parent_thread_id) ?? text(spawnOf(meta.source)?.parent_thread_id)
}

/** True for a thread that something besides what holds now bounds: another one handed its work to it, or to the one that it is a fork of. */
export function isBounded(meta: Readonly<Record<string, unknown>>): boolean {
  return meta.ceiling !== undefined || parentThreadId(meta) !== undefined
}

function spawnOf(source: unknown): { readonly parent_thread_id?: unknown } | undefined {
  const spawned = source as { subagent?: { thread_spawn?: { parent_thread_id?: unknown } } } | null | undefined // read field by field
  return typeof spawned === 'object' ? spawned?.subagent?.thread_spawn : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
