/** A part of the program that `[features]`, `--enable` and `--disable` turn on and off. */
export interface KnownFeature {
  readonly name: string
  readonly stage: 'stable' | 'experimental' | 'deprecated'
  /** Tools that are there only while it is on. None for `multi_agent`: while it is off, no tool hands work on; none for `hooks`: while the user has it off, no file's hooks run. */
  readonly tools: readonly string[]
  /** Tools that are there only while it is off. Absent: none. */
  readonly replaces?: readonly string[]
  /** True: it is off unless turned on. Default false. */
  readonly isOff?: boolean
}

const agentsV1 = ['agents_v1_spawn', 'agents_v1_send', 'agents_v1_wait', 'agents_v1_close', 'agents_v1_resume']
const agentsV2 = [
  ...['agents_v2_spawn', 'agents_v2_send', 'agents_v2_followup'],
  ...['agents_v2_wait', 'agents_v2_list', 'agents_v2_interrupt'],
]

/** Those that have an effect; the names are Codex' where it has the same. All are on unless turned off, but for those that say otherwise. */
export const knownFeatures: readonly KnownFeature[] = [
  { name: 'apply_patch_freeform', stage: 'stable', tools: ['apply_patch'] },
  { name: 'hooks', stage: 'stable', tools: [] },
  { name: 'multi_agent', stage: 'stable', tools: [] },
  { name: 'multi_agent_v2', stage: 'experimental', tools: agentsV2, replaces: agentsV1, isOff: true },
  { name: 'request_permissions', stage: 'experimental', tools: ['request_permissions'] },
  { name: 'request_user_input', stage: 'stable', tools: ['request_user_input'] },
  { name: 'shell_tool', stage: 'stable', tools: ['exec_command', 'write_stdin'] },
  { name: 'tool_search', stage: 'stable', tools: ['tool_search'] },
  { name: 'unified_exec', stage: 'stable', tools: ['write_stdin'] },
  { name: 'view_image_tool', stage: 'stable', tools: ['view_image'] },
  { name: 'web_fetch', stage: 'stable', tools: ['web_fetch'] },
]

/** Whether a feature is on. @param said the table of the configuration */
export function isFeatureOn(
  { name, isOff = false }: KnownFeature,
  said: Readonly<Record<string, unknown>> = {},
): boolean {
  return isOff ? said[name] === true : said[name] !== false
}

/** Whether a tool is there: none of the features that it belongs to is off, and none that has another in its place is on. */
export function isToolOn(tool: string, said: Readonly<Record<string, unknown>> | undefined): boolean {
  return knownFeatures.every((feature) => {
    const { tools, replaces = [] } = feature
    if (!tools.includes(tool) && !replaces.includes(tool)) return true
    return isFeatureOn(feature, said) === tools.includes(tool)
  })
}
