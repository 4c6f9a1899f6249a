import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadAgents, loadCommands, loadPolicies, loadProfiles } from './builtin-kinds.ts'
import { openDefinitionCache } from './definition-cache.ts'
import { lintDefinition } from './lint-definition.ts'
import { agentKind } from './parse-agent.ts'
import { commandKind } from './parse-command.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const noCache = openDefinitionCache(undefined)
const sourcesOf = (directory: string, glob: string) => [
  { layer: 'builtin' as const, trusted: true, directory: join(root, directory), glob },
]

test.each([
  ['builtin-commands', 13],
  ['docs/examples/commands', 10],
])('the commands in %s load with nothing to be said about them', async (directory, atLeast) => {
  const { effective, diagnostics } = await loadCommands(sourcesOf(directory, '*.md'), noCache)
  expect(diagnostics).toEqual([])
  expect(effective.length).toBeGreaterThanOrEqual(atLeast)
  for (const { id, value, origin } of effective) {
    expect(await lintDefinition('command', origin.file)).toEqual([])
    expect(origin.file.endsWith(`/${id}.md`)).toBe(true)
    expect(value.permissions).toBeDefined()
    expect(value.category).toBeDefined()
  }
})

test('the built-in commands are those that are promised', async () => {
  const { effective } = await loadCommands(sourcesOf('builtin-commands', '*.md'), noCache)
  expect(effective.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      ...['commit-message', 'document', 'explain', 'fix', 'migrate-framework', 'onboarding', 'optimise'],
      ...['refactor', 'release-notes', 'review', 'review-security', 'test'],
    ]),
  )
})

test('the built-in agents load with nothing to be said about them; no two share a name', async () => {
  const { effective, diagnostics } = await loadAgents(sourcesOf('builtin-agents', '*.toml'), noCache)
  expect(diagnostics).toEqual([])
  expect(effective.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'code-reviewer',
      'performance-optimizer',
      'refactoring-expert',
      'security-analyst',
      'test-engineer',
    ]),
  )
  const names = effective.flatMap(({ value }) => [value.agent.id, ...value.agent.aliases])
  expect(new Set(names).size).toBe(names.length)
  for (const { id, origin } of effective) expect(origin.file.endsWith(`/${id}.toml`)).toBe(true)
})

test('a built-in agent that activates by itself says what it may do and has a playbook, so that it needs no model', async () => {
  const { effective } = await loadAgents(sourcesOf('builtin-agents', '*.toml'), noCache)
  const activated = effective.filter(({ value }) => value.activation !== undefined)
  expect(activated.length).toBeGreaterThanOrEqual(5)
  for (const { value } of activated) {
    expect(value.permissions).toBeDefined()
    const steps = value.playbook?.steps ?? []
    expect(steps.length).toBeGreaterThan(0)
    const patterns = steps.flatMap(({ arguments: given }) => (typeof given.pattern === 'string' ? [given.pattern] : []))
    for (const pattern of patterns) expect(() => new RegExp(pattern, 'u')).not.toThrow()
  }
})

test('the built-in profiles and policies load', async () => {
  const profiles = await loadProfiles(sourcesOf('profiles', '*.toml'), noCache)
  const policies = await loadPolicies(sourcesOf('profiles/policies', '*.toml'), noCache)
  expect([...profiles.diagnostics, ...policies.diagnostics]).toEqual([])
})

test.each([
  ['docs/write-a-command.md', 'markdown', commandKind, 4],
  ['docs/write-an-agent.md', 'toml', agentKind, 5],
])('every example in %s loads as it stands', async (page, language, kind, count) => {
  const examples = [...(await readFile(join(root, page), 'utf8')).matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '')
  expect(examples).toHaveLength(count)
  for (const text of examples) {
    const parsed = kind.parse({ file: `/docs/example.md`, text })
    expect(parsed.map(({ diagnostics = [] }) => diagnostics)).toEqual([[]])
    expect(parsed[0]?.id).toBeDefined()
  }
})

test.each([
  ['test-writer', 'test-engineer'],
  ['performance-analyst', 'performance-optimizer'],
])('the former id %s still calls %s', async (former, id) => {
  const { effective } = await loadAgents(sourcesOf('builtin-agents', '*.toml'), noCache)
  expect(effective.find(({ value }) => value.agent.aliases.includes(former))?.id).toBe(id)
})

test('the agents to copy in docs/examples/agents load with nothing to be said about them', async () => {
  const { effective, diagnostics } = await loadAgents(sourcesOf('docs/examples/agents', '*.toml'), noCache)
  expect(diagnostics).toEqual([])
  expect(effective.map(({ id }) => id)).toContain('docs-writer')
  for (const { id, origin } of effective) expect(origin.file.endsWith(`/${id}.toml`)).toBe(true)
})
