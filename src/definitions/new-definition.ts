import { CodexError } from '../plugin-api/errors.ts'

const idPattern = /^[a-z][a-z0-9_-]*$/

/**
 * A file to begin a definition with; it loads as it stands and says in comments what else there is.
 *
 * @throws CodexError `usage.arguments` for an id that no definition can have
 */
export function newDefinition(kind: 'command' | 'agent', id: string): { fileName: string; text: string } {
  if (!idPattern.test(id)) {
    throw new CodexError(
      'usage.arguments',
      `"${id}" cannot be the id of ${kind === 'agent' ? 'an agent' : 'a command'}`,
      {
        hint: 'Use lower-case letters, digits, - and _, starting with a letter.',
      },
    )
  }
  return kind === 'command'
    ? { fileName: `${id}.md`, text: commandText(id) }
    : { fileName: `${id}.toml`, text: agentText(id) }
}

function commandText(id: string): string {
  return `---
name: ${id}
description: Say in one line what it does
# category: analysis
# What it may do at most. Without this line the profile alone decides.
permissions: [read_files, execute_tools]
args:
  - { name: path, type: path, description: What to look at }
  - { name: depth, type: enum, values: [quick, thorough], default: quick }
---
Look at {{path | default: "the files that changed last"}}.

{{#if context.git_diff}}
These are the changes:

{{context.git_diff}}
{{/if}}

{{#if args.depth == "thorough"}}
Read everything that they touch before you answer.
{{/if}}

Answer with a list, the most important point first, and name file and line for each.
`
}

function agentText(id: string): string {
  return `[agent]
id = "${id}"
name = "${titleOf(id)}"
description = "Say in one line what it is good at"
# aliases = []

# When it takes a prompt by itself. Without this table it runs only when it is named.
[activation]
file_patterns = ["**/*.example"]
keywords = ["${id.replaceAll(/[-_]/g, ' ')}"]
threshold = 0.6

# What it may do at most; what is not named is denied. Without this table the profile alone decides.
[permissions]
file_access = "read-only" # none, read-only, read-write
shell_execution = false
# allowed_commands = ["git log", "git diff"]
# max_iterations = 30

[prompt]
system = """
You are an expert in ...

Name file and line for everything that you claim.
"""

# [model]
# name = "..."
# reasoning_effort = "high"
`
}

function titleOf(id: string): string {
  return id
    .split(/[-_]/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
}
