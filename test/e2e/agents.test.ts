import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixtureSession } from '../support/fixture-session.ts'
import { lastUserText, sentBody } from '../support/scripted-session.ts'

const done = [{ text: 'Done.' }]

/** What the model was told first: the agent's prompt. */
function systemText(body: Readonly<Record<string, unknown>>): string {
  const [first] = body.input as readonly { readonly role: string; readonly content: readonly { text: string }[] }[] // as the Responses API has it
  return first?.role === 'developer' ? first.content.map(({ text }) => text).join('') : ''
}

function toolNames(body: Readonly<Record<string, unknown>>): readonly string[] {
  return (body.tools as readonly { readonly name: string }[]).map(({ name }) => name) // every tool has a name
}

test.each([
  { argv: ['agent', 'rust-expert', 'fix the borrow error'] },
  { argv: ['/agent', 'rust-expert', 'fix the borrow error'] },
  { argv: ['/agent rust-expert "fix the borrow error"'] },
  { argv: ['@rust-expert fix the borrow error'] },
  { argv: ['@rust-expert', 'fix', 'the', 'borrow', 'error'] },
])('an agent file that was dropped in takes the prompt: $argv', async ({ argv }) => {
  const session = await fixtureSession('example-files', done)
  const { exitCode, stdout } = await session.run(argv)
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Done.\n' })
  const body = sentBody(session.server, 0)
  expect(systemText(body)).toBe('You are a Rust programming expert.')
  expect(lastUserText(body)).toBe('fix the borrow error')
})

test('the paths behind a task are told to the model', async () => {
  const session = await fixtureSession('example-files', done)
  expect((await session.run(['agent', 'rust-expert', 'fix it', 'src/auth.rs', 'Cargo.toml'])).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0))).toBe('fix it\n\nPaths: src/auth.rs, Cargo.toml')
})

test('an agent answers to its alias', async () => {
  const session = await fixtureSession('agents', done)
  expect((await session.run(['agent', 'secrev', 'look'])).exitCode).toBe(0)
  expect(systemText(sentBody(session.server, 0))).toBe("You are the fixture's security reviewer.")
})

test('a read-only agent is offered no tool that writes or runs commands', async () => {
  const session = await fixtureSession('agents', done)
  await session.run(['agent', 'security-reviewer', 'look', '--sandbox', 'workspace-write'])
  const names = toolNames(sentBody(session.server, 0))
  expect(names).toContain('read_file')
  expect(names).not.toContain('exec_command')
  expect(names).not.toContain('apply_patch')
})

test('a command that an agent does not allow is denied and does not run', async () => {
  const session = await fixtureSession('example-files', [{ calls: [{ shell: 'touch ran; echo ran' }] }, ...done])
  const argv = ['agent', 'rust-expert', 'go', '--json', '--sandbox', 'workspace-write']
  const { exitCode } = await session.run(argv)
  expect(exitCode).toBe(0)
  await expect(readFile(join(session.workspace.path, 'ran'))).rejects.toThrow('ENOENT')
  const output = JSON.stringify(sentBody(session.server, 1).input)
  expect(output).toContain('rust-expert')
})

test("Codex' flat role file is an agent with its own model", async () => {
  const session = await fixtureSession('agents', done)
  expect((await session.run(['agent', 'night-watch', 'watch'])).exitCode).toBe(0)
  const body = sentBody(session.server, 0)
  expect(systemText(body)).toBe('You watch the deploy and report what is odd.')
  expect(body.model).toBe('night-model')
})

test.each([
  { argv: ['agent', 'security-reviewr', 'look'] },
  { argv: ['/agent', 'security-reviewr', 'look'] },
  { argv: ['@security-reviewr look'] },
  { argv: ['agents', 'show', 'security-reviewr'] },
])('an unknown agent is exit 2 with the nearest names: $argv', async ({ argv }) => {
  const session = await fixtureSession('agents', done)
  const { exitCode, stdout, stderr } = await session.run(argv)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain('Did you mean security-reviewer')
  expect(session.server.requests).toEqual([])
})

test('codex agent without a task says what it needs', async () => {
  const session = await fixtureSession('agents', done)
  const { exitCode, stderr } = await session.run(['agent', 'security-reviewer'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('needs an agent and a task')
})

test.each([{ argv: ['agents', 'list', '--json'] }, { argv: ['/agents', '--json'] }])(
  '$argv lists agents of every layer',
  async ({ argv }) => {
    const session = await fixtureSession('agents')
    const { exitCode, stdout } = await session.run(argv)
    expect(exitCode).toBe(0)
    const listed: readonly { id: string; origin: { layer: string }; playbook: boolean }[] = JSON.parse(stdout)
    expect(listed.find(({ id }) => id === 'security-analyst')).toMatchObject({
      origin: { layer: 'builtin' },
      playbook: true,
    })
    expect(listed.find(({ id }) => id === 'security-reviewer')).toMatchObject({ origin: { layer: 'user' } })
    expect(listed.find(({ id }) => id === 'night-watch')).toMatchObject({ origin: { layer: 'user' } })
  },
)

test('agents show prints the agent as a file that loads again', async () => {
  const session = await fixtureSession('agents')
  const { exitCode, stdout } = await session.run(['agents', 'show', 'secrev'])
  expect(exitCode).toBe(0)
  await session.home.write({ 'shown.toml': stdout })
  expect(await session.run(['agents', 'lint', join(session.home.codexHome, 'shown.toml')])).toMatchObject({
    exitCode: 0,
    stdout: '1 file, nothing wrong\n',
  })
})

test('agents new writes an agent that runs and lints at once, and never over a file', async () => {
  const session = await fixtureSession('agents', done)
  expect((await session.run(['agents', 'new', 'release-captain'])).exitCode).toBe(0)
  const file = join(session.home.codexHome, 'agents', 'release-captain.toml')
  expect((await session.run(['agents', 'lint', file])).exitCode).toBe(0)
  expect((await session.run(['agent', 'release-captain', 'go'])).exitCode).toBe(0)
  expect(systemText(sentBody(session.server, 0))).toContain('You are an expert in')
  const text = await readFile(file, 'utf8')
  expect((await session.run(['agents', 'new', 'release-captain'])).exitCode).toBe(2)
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('agents new --project writes into the repository', async () => {
  const session = await fixtureSession('agents')
  expect((await session.run(['agents', 'new', 'local', '--project'])).exitCode).toBe(0)
  const text = await readFile(join(session.workspace.path, '.codex', 'agents', 'local.toml'), 'utf8')
  expect(text).toContain('id = "local"')
})

test('agents lint finds nothing wrong in what comes with the program', async () => {
  const session = await fixtureSession('agents')
  const { exitCode, stdout } = await session.run(['agents', 'lint'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+ files, nothing wrong\n$/) })
})
