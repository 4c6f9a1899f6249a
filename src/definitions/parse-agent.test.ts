import { expect, test } from 'vitest'
import { type AgentDefinition, formatDiagnostic, type ParsedDefinition } from '../plugin-api/index.ts'
import { agentKind } from './parse-agent.ts'

function parsedValue(parsed: ParsedDefinition<AgentDefinition> | undefined): AgentDefinition | undefined {
  return parsed?.id === undefined ? undefined : parsed.value
}

function parse(text: string, file = '/agents/sample.toml') {
  const [parsed] = agentKind.parse({ file, text })
  const diagnostics = parsed?.diagnostics ?? []
  return { id: parsed?.id, value: parsedValue(parsed), diagnostics, lines: diagnostics.map(formatDiagnostic) }
}

const rustExpert = `[agent]
id = "rust-expert"
name = "Rust Expert"
description = "Rust language patterns, idioms, and best practices"
category = "language-specific"
[activation]
file_patterns = ["**/*.rs", "**/Cargo.toml"]
keywords = ["rust", "borrow", "lifetime", "trait", "macro"]
threshold = 0.6
[permissions]
file_access = "read-write"
shell_execution = true
allowed_commands = ["cargo", "rustc", "clippy"]
[prompt]
system = """You are a Rust programming expert."""
`

test('an agent file gives what it says; what it leaves out inside a table is denied', () => {
  const { id, value, lines } = parse(rustExpert)
  expect(lines).toEqual([])
  expect(id).toBe('rust-expert')
  expect(value).toEqual({
    agent: {
      id: 'rust-expert',
      name: 'Rust Expert',
      description: 'Rust language patterns, idioms, and best practices',
      category: 'language-specific',
      aliases: [],
    },
    activation: {
      file_patterns: ['**/*.rs', '**/Cargo.toml'],
      keywords: ['rust', 'borrow', 'lifetime', 'trait', 'macro'],
      weighted_keywords: [],
      negative_keywords: [],
      intents: [],
      requests: [],
      examples: [],
      languages: [],
      threshold: 0.6,
    },
    permissions: {
      file_access: 'read-write',
      shell_execution: true,
      allowed_commands: ['cargo', 'rustc', 'clippy'],
      network_access: false,
      can_delegate: false,
    },
    prompt: { system: 'You are a Rust programming expert.' },
  })
})

test('the further fields load: tools and programs, file patterns, model, playbook', () => {
  const { value, lines } = parse(`${rustExpert}
[permissions.allowed_tools]
grep = true
git = { commands = ["diff", "log"] }
[permissions.file_patterns]
allow_read = ["src/**"]
deny_write = ["src/generated/**"]
[model]
name = "some-model"
reasoning_effort = "high"
[playbook]
report = "{{steps.list.text}}"
[[playbook.steps]]
id = "list"
tool = "list_dir"
`)
  expect(lines).toEqual([])
  expect(value?.permissions?.allowed_tools).toEqual({ grep: true, git: { commands: ['diff', 'log'] } })
  expect(value?.permissions?.file_patterns?.deny_read).toEqual([])
  expect(value?.playbook?.steps).toEqual([
    { id: 'list', tool: 'list_dir', arguments: {}, max_items: 100, continue_on_error: false },
  ])
})

test.each([
  ['[agent\nid = 1', '/agents/sample.toml:1:'],
  [rustExpert.replace('read-write', 'readwrite'), '/agents/sample.toml:11:'],
  [
    rustExpert.replace('threshold = 0.6', 'treshold = 0.6'),
    '/agents/sample.toml:9:1: Unknown field "treshold" (field: activation.treshold)',
  ],
  [rustExpert.replace('name = "Rust Expert"\n', ''), '(field: agent.name; expected: string)'],
  [rustExpert.replace('id = "rust-expert"', 'id = "Rust Expert"'), '/agents/sample.toml:2:'],
  [
    rustExpert.replace(/\[prompt\][\s\S]*/, ''),
    'neither a prompt nor a playbook (field: prompt). Add a [prompt] table',
  ],
  ['title = "x"\n', '(field: agent; expected: object)'],
])('what is wrong is said with its place: %#', (text, expected) => {
  const { id, lines } = parse(text)
  expect(id).toBeUndefined()
  expect(lines.join('\n')).toContain(expected)
})

const role = `name = "Code Scout"
description = "Looks around"
developer_instructions = "Look around."
`

test('a flat role file of Codex loads as an agent that narrows nothing', () => {
  const { id, value, lines } = parse(role)
  expect(lines).toEqual([])
  expect(id).toBe('code-scout')
  expect(value).toEqual({
    agent: { id: 'code-scout', name: 'Code Scout', description: 'Looks around', aliases: [] },
    prompt: { system: 'Look around.' },
  })
})

test('the model keys of a role become its model, and its sandbox mode its permissions', () => {
  const keys = 'model = "m"\nmodel_provider = "acme"\nmodel_reasoning_effort = "low"\nnickname_candidates = ["Ada"]\n'
  expect(parse(role + keys).value?.model).toEqual({ name: 'm', provider: 'acme', reasoning_effort: 'low' })
  const permissionsFor = (text: string) => parse(role + text).value?.permissions
  const commands = { shell_execution: true, can_delegate: true }
  expect(permissionsFor('sandbox_mode = "read-only"')).toEqual({
    ...commands,
    file_access: 'read-only',
    network_access: false,
  })
  expect(permissionsFor('sandbox_mode = "workspace-write"')).toEqual({
    ...commands,
    file_access: 'read-write',
    network_access: false,
  })
  expect(
    permissionsFor('sandbox_mode = "workspace-write"\n[sandbox_workspace_write]\nnetwork_access = true'),
  ).toMatchObject({ network_access: true })
  expect(permissionsFor('sandbox_mode = "danger-full-access"')).toMatchObject({
    file_access: 'read-write',
    network_access: true,
  })
})

test('a key of the configuration that an agent cannot carry is warned of; another is an error', () => {
  const warned = parse(`${role}[mcp_servers.docs]\ncommand = "docs"\n`)
  expect(warned.id).toBe('code-scout')
  expect(warned.diagnostics).toMatchObject([{ severity: 'warning', field: 'mcp_servers' }])
  expect(warned.value?.agent.mcp_servers).toEqual(['docs'])
  const refused = parse(`${role}developer_instruction = "typo"\n`)
  expect(refused.id).toBeUndefined()
  expect(refused.lines).toEqual([
    '/agents/sample.toml:4:1: Unknown field "developer_instruction" (field: developer_instruction)',
  ])
})

test.each([
  [role.replace('description = "Looks around"\n', ''), 'field: description'],
  [
    role.replace('"Look around."', '"  "'),
    '/agents/sample.toml:3:1: must not be blank (field: developer_instructions)',
  ],
  [role.replace('Code Scout', '42'), 'No id can be made of the name "42"'],
  [`${role}sandbox_mode = "none"\n`, '/agents/sample.toml:4:1'],
])('a role that is not whole is refused: %#', (text, expected) => {
  const { id, lines } = parse(text)
  expect(id).toBeUndefined()
  expect(lines.join('\n')).toContain(expected)
})
