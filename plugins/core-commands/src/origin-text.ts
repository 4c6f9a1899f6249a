import type { Origin } from 'codex-kernel/plugin-api'

/** `builtin`, `user`, `project`, `plugin NAME`, with `(untrusted)` where it is. */
export function originText(origin: Origin): string {
  const plugin = origin.plugin ? ` ${origin.plugin}` : ''
  return `${origin.layer}${plugin}${origin.trusted ? '' : ' (untrusted)'}`
}
