/** Names under which files speak of several tools: `shell` is whatever runs shell commands, `agents` what has to do with agents that run beside the thread, `team` what agents say to each other. */
const toolsByAlias: ReadonlyMap<string, readonly string[]> = new Map([
  ['shell', ['exec_command', 'write_stdin']],
  [
    'agents',
    [
      ...['agents_v1_spawn', 'agents_v1_send', 'agents_v1_wait', 'agents_v1_close', 'agents_v1_resume'],
      ...['agents_v2_spawn', 'agents_v2_send', 'agents_v2_followup'],
      ...['agents_v2_wait', 'agents_v2_list', 'agents_v2_interrupt'],
    ],
  ],
  ['team', ['publish_finding', 'query_agent', 'answer_question', 'tell_agents', 'board_get', 'board_set']],
])

/** The ids that a name in a file stands for: itself, where it is no alias. */
export function toolsNamed(name: string): readonly string[] {
  return toolsByAlias.get(name) ?? [name]
}

/** A tool's id and the aliases that it goes by. */
export function namesOfTool(id: string): readonly string[] {
  const aliases = [...toolsByAlias].filter(([, tools]) => tools.includes(id)).map(([alias]) => alias)
  return [id, ...aliases]
}

/** All aliases. */
export function toolAliases(): readonly string[] {
  return [...toolsByAlias.keys()]
}
