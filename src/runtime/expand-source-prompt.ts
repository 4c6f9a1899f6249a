import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { AskPerson, SourcePrompt } from '../plugin-api/index.ts'
import { bindArguments } from '../prompt/bind-arguments.ts'
import type { Gate } from '../security/gate.ts'
import { execDeps } from './exec-deps.ts'
import type { ExpandedPrompt } from './expand-input.ts'
import type { Kernel } from './load-kernel.ts'
import type { ThreadSecurity } from './open-thread-security.ts'
import { openToolSources } from './open-tool-sources.ts'

export interface SourcePromptDeps {
  readonly kernel: Kernel
  readonly security: ThreadSecurity
  readonly gate: Gate
  readonly threadId: string
  readonly ask: AskPerson | undefined
}

/**
 * The text of a prompt that a source keeps, such as `/mcp__server__prompt`. Only what its name begins with is opened for it.
 *
 * @throws CodexError `usage.unknown_command`, `command.arguments`, `tool.failed`; the abort reason
 */
export async function expandSourcePrompt(
  { name, argv }: { readonly name: string; readonly argv: readonly string[] },
  deps: SourcePromptDeps,
  signal: AbortSignal,
): Promise<ExpandedPrompt> {
  const { kernel, security, gate, threadId } = deps
  const exec = execDeps({ CODEX_THREAD_ID: threadId, CODEX_VERSION: kernel.options.version }, gate, security, kernel)
  const sources = await openToolSources({ ...deps, exec, agent: undefined, onlyFor: name }, signal)
  try {
    const prompts = await sources.prompts(signal)
    const found = prompts.find((each) => each.name === name)
    if (!found)
      throw noSuchPrompt(
        name,
        prompts.map((each) => each.name),
        sources.problems.map(({ message }) => message),
      )
    const values = bindArguments(metadataOf(name, found.prompt), argv)
    const given = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
    const text = await found.prompt.expand(Object.fromEntries(given), signal).catch((cause: unknown) => {
      signal.throwIfAborted()
      const reason = security.redact(cause instanceof Error ? cause.message : String(cause))
      throw new CodexError('tool.failed', `/${name} could not be expanded: ${reason}`, { cause })
    })
    return { text, notes: sources.problems.map(({ message }) => security.redact(message)), paths: [] }
  } finally {
    await sources.close()
    await exec.close()
  }
}

function metadataOf(name: string, prompt: SourcePrompt): Parameters<typeof bindArguments>[0] {
  const args = prompt.arguments.map((each) => ({ ...each, type: 'string' as const }))
  return { name, description: prompt.description, args }
}

function noSuchPrompt(name: string, known: readonly string[], problems: readonly string[]): CodexError {
  const nearest = nearestNames(name, known).map((each) => `/${each}`)
  const offer =
    nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : `There are: ${known.join(', ') || 'none'}.`
  return new CodexError('usage.unknown_command', [`There is no prompt /${name}`, ...problems].join('; '), {
    hint: offer,
  })
}
