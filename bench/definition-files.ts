/** Definition files of a user, by path under CODEX_HOME: `/bench-N`, which asks for the agent `bench-0`, and agents `bench-N`. */
export function definitionFiles(counts: {
  readonly commands: number
  readonly agents: number
}): Record<string, string> {
  const commands = Array.from({ length: counts.commands }, (_, index) => [`commands/bench-${index}.md`, command(index)])
  const agents = Array.from({ length: counts.agents }, (_, index) => [`agents/bench-${index}.toml`, agent(index)])
  return Object.fromEntries([...commands, ...agents])
}

function command(index: number): string {
  return `---
name: bench-${index}
description: Command ${index} of the measurement
category: analysis
agent: bench-0
args:
  - { name: path, type: path, description: What to look at }
---
{{#if path}}
Look at {{path}}.
{{else}}
Look at everything.
{{/if}}
`
}

function agent(index: number): string {
  return `[agent]
id = "bench-${index}"
name = "Bench ${index}"
description = "Agent ${index} of the measurement"
category = "analysis"

[activation]
keywords = ["topic-${index}", "look at topic-${index}"]
threshold = 0.6

[permissions]
file_access = "read-only"

[prompt]
system = "You look at topic ${index}."
`
}
