import { maxNameLength } from '../plugin-api/definition-limits.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { BuiltinKind } from './builtin-kinds.ts'

const idPatterns = {
  command: /^[a-z][a-z0-9_-]*$/,
  agent: /^[a-z][a-z0-9_-]*$/,
  skill: /^[a-z][a-z0-9_-]*$/,
  profile: /^[a-z][a-z0-9-]*$/,
  policy: /^[a-z][a-z0-9-]*$/,
} as const satisfies Record<BuiltinKind, RegExp>

/**
 * A file to begin a definition with; it loads as it stands and says in comments what else there is.
 *
 * @param schema path of the JSON Schema of the kind, relative to the file, for editors; absent: none is named
 * @throws CodexError `usage.arguments` for an id that no definition can have
 */
export function newDefinition(kind: BuiltinKind, id: string, schema?: string): { fileName: string; text: string } {
  if (!idPatterns[kind].test(id) || id.length > maxNameLength) {
    const marks = idPatterns[kind].test('a_') ? '- and _' : '-'
    throw new CodexError('usage.arguments', `"${id}" cannot be the id of ${kind === 'agent' ? 'an' : 'a'} ${kind}`, {
      hint: `Use at most ${maxNameLength} lower-case letters, digits, ${marks}, starting with a letter.`,
    })
  }
  if (kind === 'command') {
    const text = commandText(id)
    // taplo and the YAML language server look for these comments.
    const modeline = schema === undefined ? '' : `# yaml-language-server: $schema=${schema}\n`
    return { fileName: `${id}.md`, text: text.replace('---\n', `---\n${modeline}`) }
  }
  if (kind === 'skill') return { fileName: `${id}/SKILL.md`, text: skillText(id) }
  const text = { agent: agentText, profile: profileText, policy: policyText }[kind](id)
  return { fileName: `${id}.toml`, text: schema === undefined ? text : `#:schema ${schema}\n${text}` }
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

function skillText(id: string): string {
  return `---
name: ${id}
description: Say what it does, and when it is to be used
---
# ${titleOf(id)}

1. Say step by step what to do.
2. Name files beside this one that help, such as scripts or examples; they are read when they are needed.
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
# fallback = ["..."]

# What it may use in one run, with all that it hands on.
# [limits]
# max_tokens = 200000
`
}

function profileText(id: string): string {
  return `id = "${id}"
description = "Say in one line what it is for"
# It can only narrow the profile that it extends. Tables that are left out are taken from there.
extends = "workspace-write"
# approval_policy = "on-request" # untrusted, on-request, never

# In a table, what is not named is denied.
[write]
allow = [":workspace", ":tmp", ":caches"]
deny = ["**/*.lock"]

# [exec]
# allow = ["*"]
# deny = ["git push"]

# [network]
# allow = ["api.example.com"]
`
}

function policyText(id: string): string {
  return `id = "${id}"
description = "Say in one line what it is about"

# Leading words of a command; a list stands for any one of its words. Of all rules that fit, the strictest decides: forbidden, prompt, allow.
[[rules]]
pattern = ["example-deploy", ["release", "rollback"]]
decision = "prompt"
justification = "It changes what our users see."
match = ["example-deploy release 1.2"]
not_match = ["example-deploy status"]
`
}

function titleOf(id: string): string {
  return id
    .split(/[-_]/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
}
