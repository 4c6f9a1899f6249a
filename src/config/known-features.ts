/** A part of the program that `[features]`, `--enable` and `--disable` turn on and off. */
export interface KnownFeature {
  readonly name: string
  readonly stage: 'stable' | 'experimental' | 'deprecated'
  /** Tools that are there only while it is on. None for `multi_agent`: while it is off, no tool hands work on; none for `hooks`: while the user has it off, no file's hooks run. */
  readonly tools: readonly string[]
}

/** Those that have an effect; the names are Codex' where it has the same. All are on unless turned off. */
export const knownFeatures: readonly KnownFeature[] = [
  { name: 'apply_patch_freeform', stage: 'stable', tools: ['apply_patch'] },
  { name: 'hooks', stage: 'stable', tools: [] },
  { name: 'multi_agent', stage: 'stable', tools: [] },
  { name: 'request_permissions', stage: 'experimental', tools: ['request_permissions'] },
  { name: 'request_user_input', stage: 'stable', tools: ['request_user_input'] },
  { name: 'shell_tool', stage: 'stable', tools: ['exec_command', 'write_stdin'] },
  { name: 'tool_search', stage: 'stable', tools: ['tool_search'] },
  { name: 'unified_exec', stage: 'stable', tools: ['write_stdin'] },
  { name: 'view_image_tool', stage: 'stable', tools: ['view_image'] },
  { name: 'web_fetch', stage: 'stable', tools: ['web_fetch'] },
]

/** Whether a tool is there: none of the features that it belongs to is turned off. */
export function isToolOn(tool: string, features: Readonly<Record<string, unknown>> | undefined): boolean {
  return (
    features === undefined || !knownFeatures.some(({ name, tools }) => features[name] === false && tools.includes(tool))
  )
}
