import { expect, test } from 'vitest'
import { fixtureSession } from '../support/fixture-session.ts'

test.each([{ argv: ['--help'] }, { argv: ['help'] }, { argv: [] }])(
  'the overview shows examples first, then what there is by what a person wants: $argv',
  async ({ argv }) => {
    const session = await fixtureSession('example-files')
    const { exitCode, stdout, stderr } = await session.run(argv)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const titles = [
      'Examples',
      'Start a task',
      'Come back to one',
      'Models and servers',
      'Write commands and agents',
      'Look and explain',
      'Safety',
      'Plugins',
    ]
    const places = titles.map((title) => stdout.indexOf(`\n${title}\n`))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('\nMore\n') // every first word has a group
  },
)

test.each([
  { argv: ['help', 'agents'], told: '$ codex agents COMMAND' },
  { argv: ['agents', '--help'], told: '$ codex agents COMMAND' },
  { argv: ['agents', 'list', '--help'], told: '$ codex agents list' },
  { argv: ['help', 'agents', 'list'], told: '$ codex agents list' },
  { argv: ['exec', '--help'], told: '$ codex exec' },
  { argv: ['exec', 'resume', '--help'], told: '[OPTIONS] resume [ID | --last [--all]]' },
  { argv: ['exec', 'fork', '-h'], told: '$ codex exec' },
  { argv: ['e', 'review', '--help'], told: '[OPTIONS] review [--base BRANCH' },
  { argv: ['help', 'exec', 'resume'], told: '$ codex exec' },
  { argv: ['threads', 'show', 'last', '--help'], told: '$ codex threads show' },
  { argv: ['help', '/review'], told: '/review [path] [focus]' },
  { argv: ['help', 'security-analyst'], told: 'codex agent security-analyst "what to do"' },
  { argv: ['help', '@security-analyst'], told: 'codex agent security-analyst "what to do"' },
])('help explains a topic, a command, a slash command and an agent: $argv', async ({ argv, told }) => {
  const session = await fixtureSession('example-files')
  const { exitCode, stdout } = await session.run(argv)
  expect(exitCode).toBe(0)
  expect(stdout).toContain(told)
})

test.each([
  { argv: ['agnets', 'list'], offer: 'codex agents list' },
  { argv: ['agents', 'lsit'], offer: 'codex agents list' },
  { argv: ['help', 'dotcor'], offer: 'codex doctor' },
  { argv: ['help', 'config', 'sett'], offer: 'codex config set' },
  { argv: ['help', '/reveiw'], offer: '/review' },
  { argv: ['help', 'securty-analyst'], offer: 'codex help security-analyst' },
  { argv: ['help', '@securty-analyst'], offer: 'security-analyst' },
  { argv: ['/reveiw'], offer: '/review' },
  { argv: ['@securty-analyst', 'look'], offer: 'security-analyst' },
  { argv: ['lint', '--securty-profile', 'x'], offer: '--security-profile' },
  { argv: ['exec', '--modle', 'x', 'hello'], offer: '--model' },
  { argv: ['exec', '--security-profile', 'offlnie', '--skip-git-repo-check', 'hello'], offer: 'offline' },
])('a mistyped word is exit 2 with the nearest one, and nothing runs: $argv', async ({ argv, offer }) => {
  const session = await fixtureSession('example-files')
  const { exitCode, stdout, stderr } = await session.run(argv)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(new RegExp(`Did you mean [^?]*${offer}`))
  expect(session.server.requests).toEqual([])
})

test.each([
  { argv: ['threads', 'search'], names: '<WORDS>' },
  { argv: ['mcp', 'add'], names: '<NAME>' },
  { argv: ['config', 'set'], names: '<KEY>, <VALUE>' },
])('arguments that are missing are named: $argv', async ({ argv, names }) => {
  const session = await fixtureSession('example-files')
  const { exitCode, stderr } = await session.run(argv)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`error: the following required arguments were not provided: ${names}\n`)
})

test('a sandbox without a command says where the command stands', async () => {
  const session = await fixtureSession('example-files')
  const { exitCode, stderr } = await session.run(['sandbox'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('codex sandbox -- make test')
})
