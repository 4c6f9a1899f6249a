import { expect, test } from 'vitest'
import { asksOf, type ContributionList, canForbid, goneAsks, newAsks } from './contribution-list.ts'

const noContributions: ContributionList = {
  tools: [],
  tool_sources: [],
  providers: [],
  sandboxes: [],
  hooks: [],
  handlers: [],
  routers: [],
  definition_kinds: [],
  observers: [],
  agents: [],
  commands: [],
  profiles: [],
  policies: [],
  cli_commands: [],
  install_scripts: [],
  dependencies: [],
}
const list = (more: Partial<ContributionList>): ContributionList => ({ ...noContributions, ...more })
const textsOf = (asks: readonly { readonly text: string }[]) => asks.map(({ text }) => text)

test('whoever agreed to a list has agreed to it', () => {
  const some = list({
    tools: [{ id: 'dice', effects: ['read', 'exec'] }],
    hooks: [{ event: 'Stop' }],
    agents: ['a.toml'],
  })
  expect(newAsks(some, some)).toEqual([])
  expect(textsOf(newAsks(noContributions, some))).toEqual(['tool dice (read, exec)', 'hook Stop', 'agent file a.toml'])
  expect(textsOf(goneAsks(some, noContributions))).toEqual(['tool dice (read, exec)', 'hook Stop', 'agent file a.toml'])
})

test('a new effect of a known tool is told alone', () => {
  const before = list({ tools: [{ id: 'dice', effects: ['read'] }] })
  const after = list({ tools: [{ id: 'dice', effects: ['read', 'network'] }] })
  expect(textsOf(newAsks(before, after))).toEqual(['tool dice may reach the network'])
  expect(newAsks(after, before)).toEqual([])
})

test('a tool whose id another begins with is not taken for it', () => {
  const before = list({ tools: [{ id: 'a', effects: [] }] })
  const after = list({
    tools: [
      { id: 'a', effects: ['exec'] },
      { id: 'a effect', effects: ['exec'] },
    ],
  })
  expect(textsOf(newAsks(before, after))).toEqual(['tool a may run commands', 'tool a effect (exec)'])
})

test('a hook that covers other tools than before is asked for', () => {
  const hook = (matcher?: string) =>
    list({ hooks: [{ event: 'PreToolUse', ...(matcher !== undefined && { matcher }) }] })
  expect(textsOf(newAsks(hook('shell'), hook()))).toEqual(['hook PreToolUse'])
})

test('another version of a dependency with install scripts was agreed to, a plain dependency needs no agreement', () => {
  const dependency = (version: string, has_install_scripts: boolean) =>
    list({ dependencies: [{ name: 'left', version, has_install_scripts }] })
  expect(newAsks(dependency('1.0.0', true), dependency('2.0.0', true))).toEqual([])
  expect(textsOf(newAsks(dependency('1.0.0', false), dependency('1.0.1', true)))).toEqual([
    'dependency with install scripts left@1.0.1',
  ])
  expect(asksOf(dependency('1.0.0', false))).toEqual([])
})

test('hooks and policies can forbid, other contributions cannot', () => {
  expect(canForbid(list({ hooks: [{ event: 'PreToolUse' }] }))).toBe(true)
  expect(canForbid(list({ policies: [{ file: 'p.toml', digest: '' }] }))).toBe(true)
  expect(canForbid(list({ tools: [{ id: 'dice', effects: ['exec'] }], agents: ['a.toml'] }))).toBe(false)
})
