import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixtureSession } from '../support/fixture-session.ts'
import { lastUserText, sentBody } from '../support/scripted-session.ts'

const done = [{ text: 'Reviewed.' }]

test('a command file that was dropped in is used at once, its defaults filled in', async () => {
  const session = await fixtureSession('example-files', done)
  const { exitCode, stdout } = await session.run(['/review-security'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Reviewed.\n' })
  expect(lastUserText(sentBody(session.server, 0))).toBe(
    'Please perform a normal security review of the current codebase.',
  )
})

test.each([
  { spelling: 'positional and --name=value', argv: ['src/auth.rs', '--depth=deep'] },
  { spelling: '--name value', argv: ['--path', 'src/auth.rs', '--depth', 'deep'] },
  { spelling: 'positional in declared order', argv: ['src/auth.rs', 'deep'] },
  { spelling: 'an option before the positional', argv: ['--depth=deep', 'src/auth.rs'] },
])('arguments may be given as $spelling', async ({ argv }) => {
  const session = await fixtureSession('example-files', done)
  expect((await session.run(['/review-security', ...argv])).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0)).replace(/\n+/g, '\n')).toBe(
    'Please perform a deep security review of src/auth.rs.\nAdditionally analyze dependency vulnerabilities.',
  )
})

test('a command as one quoted text is the same command', async () => {
  const session = await fixtureSession('example-files', done)
  expect((await session.run(['/review-security "src/my auth.rs" --depth=shallow'])).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0)).trim()).toBe(
    'Please perform a shallow security review of src/my auth.rs.',
  )
})

test('context.git_diff shows what has changed against HEAD and lists untracked files', async () => {
  const session = await fixtureSession('example-files', done)
  await session.workspace.write({ 'src/auth.rs': 'pub fn check() -> bool {\n    true\n}\n', 'src/new.rs': 'mod x;\n' })
  expect((await session.run(['/review-security'])).exitCode).toBe(0)
  const prompt = lastUserText(sentBody(session.server, 0))
  expect(prompt).toContain('Pay special attention to changes in:\n')
  expect(prompt).toContain('-pub fn check(token: &str) -> bool {\n-    !token.is_empty()\n+pub fn check() -> bool {\n')
  expect(prompt).toContain('Untracked files:\n- src/new.rs')
  expect(prompt).not.toContain('mod x;')
})

test('outside git the diff is empty and the command still works', async () => {
  const session = await fixtureSession('example-files', done, { git: false })
  expect((await session.run(['/review-security'])).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0)).trim()).toBe(
    'Please perform a normal security review of the current codebase.',
  )
})

const render = ['commands', 'render']

test.each([
  { argv: ['T'], text: 'T/T 3 quiet low' },
  { argv: ['T', '7', '--loud', '--level=high', '--labels', 'a,b'], text: 'T/T 7 LOUD high #a #b' },
  { argv: ['two words', '--place=src/lines.txt:2-3'], text: 'two words/two words 3 quiet low src/lines.txt 2-3' },
  { argv: ['--title=-x', '--no-loud', '--count=-1.5'], text: '-x/-x -1.5 quiet low' },
])('arguments have types: $argv', async ({ argv, text }) => {
  const session = await fixtureSession('commands')
  const { exitCode, stdout, stderr } = await session.run([...render, 'every-type', ...argv])
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: `${text}\n`, stderr: '' })
})

test.each([
  { argv: [], problem: 'title' },
  { argv: ['T', '--count=many'], problem: '"many" for count is no number' },
  { argv: ['T', '--level=higher'], problem: '"higher" for level is not one of low, high' },
  { argv: ['T', '--titel=x'], problem: '--title' },
  { argv: ['T', '1', 'low', 'x', 'a:1', 'extra'], problem: '"extra" is one value too many' },
])(
  'arguments that a command does not take are a usage error, and nothing is sent: $argv',
  async ({ argv, problem }) => {
    const session = await fixtureSession('commands')
    const { exitCode, stdout, stderr } = await session.run(['/every-type', ...argv])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(problem)
    expect(stderr).toContain('every-type')
    expect(session.server.requests).toEqual([])
  },
)

test('--selection gives lines of a file to the prompt', async () => {
  const session = await fixtureSession('commands', done)
  const { exitCode } = await session.run(['--selection', 'src/lines.txt:2-3', '/pick'])
  expect(exitCode).toBe(0)
  const prompt = lastUserText(sentBody(session.server, 0))
  expect(prompt).toContain('two\nthree')
  expect(prompt).not.toContain('four')
})

test('what comes in by a pipe is the selection', async () => {
  const session = await fixtureSession('commands', done)
  expect((await session.run(['/pick'], { stdin: 'piped text\n' })).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0))).toBe(
    'Explain:\n<data from="what was piped in">\npiped text\n</data>',
  )
})

test('file_content reads a file of the workspace, and none beyond the permissions', async () => {
  const session = await fixtureSession('commands')
  const allowed = await session.run([...render, 'read', 'src/lines.txt'])
  expect(allowed).toMatchObject({
    exitCode: 0,
    stdout: '<data from="src/lines.txt">\none\ntwo\nthree\nfour\n</data>\n',
  })
  await session.home.write({ 'auth.json': '{"OPENAI_API_KEY":"sk-very-secret-value"}' })
  const denied = await session.run([...render, 'read', join(session.home.codexHome, 'auth.json')])
  expect(denied.exitCode).not.toBe(0)
  expect(denied.stdout + denied.stderr).not.toContain('sk-very-secret-value')
})

test('vars come from the configuration and from --var, which wins', async () => {
  const session = await fixtureSession('commands')
  expect(await session.run([...render, 'whoami'])).toMatchObject({ stdout: 'core plain on main\n' })
  expect(await session.run([...render, '--var', 'tone=formal', 'whoami'])).toMatchObject({
    stdout: 'core formal on main\n',
  })
})

test('nothing is escaped for HTML: a prompt is text', async () => {
  const session = await fixtureSession('commands')
  const { stdout } = await session.run([...render, 'html', `a < b && 'c' "d"`])
  expect(stdout).toBe(`<b>a < b && 'c' "d"</b> & "a < b && 'c' "d""\n`)
})

test('rendering sends nothing, and says the same as the run sends', async () => {
  const session = await fixtureSession('example-files', done)
  const { stdout } = await session.run([...render, 'review-security', 'src/auth.rs', '--depth=deep'])
  expect(session.server.requests).toEqual([])
  await session.run(['/review-security', 'src/auth.rs', '--depth=deep'])
  expect(stdout).toBe(`${lastUserText(sentBody(session.server, 0))}\n`)
})

test.each([{ argv: ['/commands', '--json'] }, { argv: ['commands', 'list', '--json'] }])(
  '$argv lists files and handlers with where they come from',
  async ({ argv }) => {
    const session = await fixtureSession('commands')
    const { exitCode, stdout } = await session.run(argv)
    expect(exitCode).toBe(0)
    const listed: readonly { name: string; origin: { layer: string } }[] = JSON.parse(stdout)
    const layerOf = (name: string) => listed.find((command) => command.name === name)?.origin.layer
    expect(layerOf('pick')).toBe('user')
    expect(layerOf('handoff')).toBe('user')
    expect(layerOf('review')).toBe('builtin')
    expect(layerOf('commands')).toBe('builtin')
  },
)

test.each([{ argv: ['/help', 'every-type'] }, { argv: ['commands', 'show', 'every-type'] }])(
  '$argv explains one command',
  async ({ argv }) => {
    const session = await fixtureSession('commands')
    const { exitCode, stdout } = await session.run(argv)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('/every-type <title> [count]')
    expect(stdout).toContain('Takes every type of argument')
    expect(stdout).toContain('low|high')
  },
)

test.each([
  { argv: ['/reviw-security'] },
  { argv: ['/help', 'reviw-security'] },
  { argv: ['commands', 'show', 'reviw-security'] },
  { argv: ['commands', 'render', 'reviw-security'] },
])('an unknown command is exit 2 with the nearest names: $argv', async ({ argv }) => {
  const session = await fixtureSession('example-files')
  const { exitCode, stdout, stderr } = await session.run(argv)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain('Did you mean /review-security')
})

test.each([
  { argv: ['comands', 'list'], nearest: 'codex commands list' },
  { argv: ['dotcor'], nearest: 'codex doctor' },
])('words that are no command of the program are never a prompt: $argv', async ({ argv, nearest }) => {
  const session = await fixtureSession('example-files', done)
  const { exitCode, stderr } = await session.run(argv)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(nearest)
  expect(session.server.requests).toEqual([])
})

test('commands new writes a command that renders and lints at once, and never over a file', async () => {
  const session = await fixtureSession('example-files')
  expect((await session.run(['commands', 'new', 'standup'])).exitCode).toBe(0)
  const file = join(session.home.codexHome, 'commands', 'standup.md')
  const text = await readFile(file, 'utf8')
  expect((await session.run(['commands', 'render', 'standup'])).exitCode).toBe(0)
  expect((await session.run(['commands', 'lint', file])).exitCode).toBe(0)
  expect((await session.run(['commands', 'new', 'standup'])).exitCode).toBe(2)
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('commands new refuses a name that no command can have', async () => {
  const session = await fixtureSession('example-files')
  const { exitCode, stderr } = await session.run(['commands', 'new', '../Escape'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('../Escape')
})

test('commands lint finds nothing wrong in what comes with the program', async () => {
  const session = await fixtureSession('example-files')
  const { exitCode, stdout } = await session.run(['commands', 'lint'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+ files, nothing wrong\n$/) })
})

test('a file shadows a built-in command of the same name, and the list says so', async () => {
  const session = await fixtureSession('example-files')
  const listed = JSON.parse((await session.run(['commands', 'list', '--json'])).stdout)
  const entry = listed.find((command: { name: string }) => command.name === 'review-security')
  expect(entry).toMatchObject({ origin: { layer: 'user' }, shadows: [{ layer: 'builtin' }] })
})
