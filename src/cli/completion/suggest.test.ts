import { expect, test } from 'vitest'
import { splitLine } from './split-line.ts'
import { type CompletionSources, suggest } from './suggest.ts'

const profile = { name: 'profile', char: 'p', type: 'option' } as const
const json = { name: 'json', type: 'boolean', description: 'Print JSON.' } as const
const tree = [
  { id: 'agent', summary: 'Run one agent.', flags: [profile] },
  { id: 'agents:list', summary: 'List.', flags: [json] },
  { id: 'agents:show', summary: 'Show.', flags: [json] },
  { id: 'config', summary: 'All.', flags: [json] },
  { id: 'config:get', summary: 'One.', flags: [json] },
  {
    id: 'exec',
    summary: 'One turn.',
    flags: [profile, json, { name: 'color', type: 'option', options: ['always', 'never'] } as const],
  },
]
const named =
  (...values: readonly string[]) =>
  async () =>
    values.map((value) => ({ value }))
const sources: CompletionSources = {
  commands: named('review', 'reword'),
  agents: named('security-analyst', 'speed'),
  profiles: named('offline', 'work'),
  plugins: named('acme'),
  configKeys: named('model', 'model_provider'),
  threads: named('thread-2', 'thread-1'),
  argumentsOf: async (command) => (command === 'review' ? [{ value: 'depth=quick' }, { value: '--fast' }] : []),
}

async function at(line: string): Promise<readonly string[] | 'files'> {
  const found = await suggest(splitLine(line).slice(1), tree, sources)
  return found === 'files' ? found : found.map(({ value }) => value)
}

test.each([
  ['codex ', ['agent', 'agents', 'config', 'exec']],
  ['codex ag', ['agent', 'agents']],
  ['codex agents ', ['list', 'show']],
  ['codex /re', ['/review', '/reword']],
  ['codex @s', ['@security-analyst', '@speed']],
  ['codex agent s', ['security-analyst', 'speed']],
  ['codex agent -p w', ['work']],
  ['codex agent -p work s', ['security-analyst', 'speed']],
  ['codex agents show sp', ['speed']],
  ['codex config ', ['get', 'model', 'model_provider']],
  ['codex config get model_', ['model_provider']],
  ['codex exec --profile=o', ['--profile=offline']],
  ['codex exec --color a', ['always']],
  ['codex exec --color=', ['--color=always', '--color=never']],
  ['codex exec --j', ['--json']],
  ['codex exec resume ', ['thread-2', 'thread-1']],
  ['codex exec fork ', ['thread-2', 'thread-1']],
  ['codex e --c', ['--color']],
  ['codex -p ', ['offline', 'work']],
  ['codex --pro', ['--profile']],
  ['codex /review ', ['depth=quick', '--fast']],
  ['codex /review --', ['--fast']],
])('%j offers %j', async (line, values) => {
  expect(await at(line)).toEqual(values)
})

test.each(['codex agent speed "do this" ', 'codex agent speed src/', 'codex /reword ', 'codex nonsense '])(
  '%j leaves it to the shell to complete paths',
  async (line) => {
    expect(await at(line)).toBe('files')
  },
)
