import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ModelTurn } from '../support/model-server.ts'
import { type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'

const writes: readonly ModelTurn[] = [{ calls: [{ shell: 'touch made' }] }, { text: 'Done.' }]
const exec = ['exec', '--json', '-s', 'workspace-write', 'go']
const isMade = ({ workspace }: ScriptedSession, name = 'made') => existsSync(join(workspace.path, name))

/** A `hooks.json` of one program. */
const file = (event: string, command: string, more: object = {}) =>
  JSON.stringify({ hooks: { [event]: [{ hooks: [{ type: 'command', command, ...more }] }] } }, undefined, 2)

async function hooked(
  event: string,
  command: string,
  { more = {}, turns = writes }: { more?: object; turns?: readonly ModelTurn[] } = {},
): Promise<ScriptedSession> {
  const session = await scriptedSession(turns)
  await session.home.write({ 'hooks.json': file(event, command, more) })
  return session
}

test('a program of hooks.json that ends with 2 keeps the command from running, and its reason is told', async () => {
  const session = await hooked('PreToolUse', 'cat > told.json; echo not on my watch >&2; exit 2')
  const { exitCode, stdout } = await session.run(exec)
  expect(exitCode).toBe(0)
  expect(isMade(session)).toBe(false)
  const place = { layer: 'hook', file: join(session.home.codexHome, 'hooks.json'), line: 6 }
  const items = stdout.split('\n').filter((line) => line.includes('"type":"denial"'))
  expect(items.map((line) => JSON.parse(line).item)).toMatchObject([place])
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('not on my watch')
  const why = await session.run(['audit', 'why', 'LAST'])
  expect(why.stdout).toContain('not on my watch')
  const denied = (await session.run(['audit', 'query', '--outcome', 'deny', '--json'])).stdout
  expect(JSON.parse(denied)).toMatchObject([{ record: { ...place, file: '~/.codex/hooks.json' } }])
  const told = JSON.parse(readFileSync(join(session.workspace.path, 'told.json'), 'utf8'))
  expect(told).toMatchObject({
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: 'touch made' },
    cwd: session.workspace.path,
    permission_mode: 'bypassPermissions',
    transcript_path: null,
    session_id: expect.any(String),
    turn_id: expect.any(String),
    tool_use_id: expect.any(String),
  })
})

test('what ~/.bashrc prints is no part of what a program says', async () => {
  const session = await hooked('PreToolUse', 'cat > /dev/null; true')
  writeFileSync(join(session.home.homeDir, '.bashrc'), 'echo Welcome home; echo Welcome >&2\n')
  await session.run(exec)
  expect(isMade(session)).toBe(true)
})

test.each([
  ['crashes', 'echo oops >&2; exit 1', 'ended with exit code 1: oops', {}],
  ['is killed', 'kill -KILL $$', 'exit code 137', {}],
  ['dies of a pipe that nobody reads', 'kill -PIPE $$', 'exit code 141', {}],
  ['is not there', 'no-such-program-here', 'exit code 127', {}],
  ['prints what is no JSON', 'cat > /dev/null; echo fine', 'printed what is no JSON: fine', {}],
  ['prints JSON that it has made up', `cat > /dev/null; echo '{"verdict":"no"}'`, 'no answer of PreToolUse', {}],
  ['prints half of its JSON', `cat > /dev/null; echo '{"decision":'`, 'printed what is no JSON', {}],
  ['takes too long', 'sleep 30', 'no answer within 300 ms', { timeout: 0.3 }],
  ['prints without end', 'cat > /dev/null; yes', 'printed more than', {}],
  ['runs under a profile that is not there', 'exit 0', 'nowhere', { profile: 'nowhere' }],
])('no command runs where the program before it %s', async (_, command, says, more) => {
  const session = await hooked('PreToolUse', command, { more })
  const { exitCode, stdout } = await session.run(exec)
  expect(exitCode).toBe(0)
  expect(isMade(session)).toBe(false)
  expect(stdout).toContain(says)
})

test('a program that has not read what it was asked about has no say in it', async () => {
  const turns: readonly ModelTurn[] = [{ calls: [{ shell: `touch made # ${'x'.repeat(300_000)}` }] }, { text: 'Done.' }]
  const session = await hooked('PreToolUse', 'exec <&-; exit 0', { turns })
  const { stdout } = await session.run(exec)
  expect(isMade(session)).toBe(false)
  expect(stdout).toContain('without reading all that it was told')
})

test.each([
  ['says nothing', 'cat > /dev/null'],
  ['agrees', `echo '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}'`],
  ['is for other tools', 'exit 2'],
])('a command runs where the program before it %s', async (name, command) => {
  const session = await scriptedSession(writes)
  const groups = [
    { matcher: name === 'is for other tools' ? 'Edit|mcp__.*' : 'Bash', hooks: [{ type: 'command', command }] },
  ]
  await session.home.write({ 'hooks.json': JSON.stringify({ hooks: { PreToolUse: groups } }) })
  const result = await session.run(exec)
  expect({ ...result, made: isMade(session) }).toMatchObject({ exitCode: 0, made: true })
})

test('a program rewrites a command; one that rewrites a patch to where nothing may be written writes nothing', async () => {
  const answer = (updatedInput: object) =>
    `echo '${JSON.stringify({ hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow', updatedInput } })}'`
  const session = await hooked('PreToolUse', answer({ command: 'touch other' }))
  const { stdout } = await session.run(exec)
  expect([isMade(session), isMade(session, 'other')]).toEqual([false, true])
  expect(stdout).toContain('rewrote the arguments of exec_command')

  const patch = (path: string) => `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch`
  const turns: readonly ModelTurn[] = [{ calls: [{ name: 'apply_patch', input: patch('made') }] }, { text: 'Done.' }]
  const wider = await scriptedSession(turns)
  const outside = join(wider.home.codexHome, 'outside.txt')
  const widening = answer({ command: patch(outside) })
  await wider.home.write({ 'hooks.json': file('PreToolUse', widening) })
  expect((await wider.run(exec)).stdout).toContain('"type":"denial"')
  expect([isMade(wider), existsSync(outside)]).toEqual([false, false])
})

test('what programs print before a prompt is told to the model, and one that ends with 2 refuses the prompt', async () => {
  const session = await scriptedSession([{ text: 'Done.' }])
  const hooks = {
    SessionStart: [{ matcher: 'startup', hooks: [{ type: 'command', command: 'echo from the start' }] }],
    UserPromptSubmit: [{ hooks: [{ type: 'command', command: 'grep -q secret && exit 2; echo with the prompt' }] }],
  }
  await session.home.write({ 'hooks.json': JSON.stringify({ hooks }) })
  await session.run(exec)
  const sent = JSON.stringify(sentBody(session.server, 0).input)
  expect(sent).toContain('from the start')
  expect(sent).toContain('with the prompt')
  expect((await session.run([...exec.slice(0, -1), 'the secret plan'])).exitCode).toBe(5)
  expect(session.server.requests).toHaveLength(1)
})

test('a program of Stop makes the turn go on once', async () => {
  const command = `grep -q '"stop_hook_active":true' && exit 0; echo now the tests >&2; exit 2`
  const session = await hooked('Stop', command, { turns: [{ text: 'One.' }, { text: 'Two.' }] })
  const { stdout } = await session.run(exec)
  expect(session.server.requests).toHaveLength(2)
  expect(stdout).toContain('A hook of Stop makes the turn go on: now the tests')
})

test('what a program says of an output is told to the model beside it', async () => {
  const command = `cat > told.json; echo '{"decision":"block","reason":"look again"}'`
  const session = await hooked('PostToolUse', command, {
    turns: [{ calls: [{ shell: 'echo out' }] }, { text: 'Done.' }],
  })
  await session.run(exec)
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('look again')
  const told = JSON.parse(readFileSync(join(session.workspace.path, 'told.json'), 'utf8'))
  expect(told).toMatchObject({ tool_name: 'Bash', tool_response: expect.stringContaining('out') })
})

test('hooks of config.toml run like those of hooks.json', async () => {
  const session = await scriptedSession(writes)
  const config = readFileSync(join(session.home.codexHome, 'config.toml'), 'utf8')
  const table = `[[hooks.PreToolUse]]\nmatcher = "Bash"\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "echo not here >&2; exit 2"\n`
  await session.home.write({ 'config.toml': `${config}\n${table}` })
  expect((await session.run(exec)).stdout).toContain('not here')
  expect(isMade(session)).toBe(false)
})

test.each(['PostToolUse', 'Stop'])(
  'a program of %s that fails is told, and nothing is refused for it',
  async (event) => {
    const session = await hooked(event, 'echo oops >&2; exit 3')
    const { stdout, exitCode } = await session.run(exec)
    expect(exitCode).toBe(0)
    expect(isMade(session)).toBe(true)
    expect(stdout).toMatch(
      new RegExp(`"type":"notice","message":"The ${event} hook of [^"]*ended with exit code 3: oops`),
    )
  },
)

test.each(['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop'])(
  'the systemMessage of a program at %s is shown to the person, and not told to the model',
  async (event) => {
    const session = await hooked(event, `cat > /dev/null; echo '{"systemMessage":"The ice is thin."}'`)
    const { stdout } = await session.run(exec)
    const items = stdout.split('\n').flatMap((line) => (line.includes('"item.completed"') ? JSON.parse(line).item : []))
    const message = `The ${event} hook of ${join(session.home.codexHome, 'hooks.json')}:6 says: The ice is thin.`
    expect(items.filter(({ type }) => type === 'notice')).toMatchObject([{ message }])
    expect(isMade(session)).toBe(true)
    expect(session.server.requests.map(({ body }) => JSON.stringify(body)).join()).not.toContain('The ice is thin.')
  },
)
