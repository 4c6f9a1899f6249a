import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'

test('outside a git repository exec refuses to start, and inside one it runs', async () => {
  const { run, server, workspace } = await execCase([{ text: 'ok' }])
  const refused = await run(['exec', '--json', 'hi'])
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
  expect(refused.stderr).toContain('Not inside a trusted directory and --skip-git-repo-check was not specified.')
  expect(server.requests).toHaveLength(0)
  await workspace.git('init', '--quiet')
  expect(await run(['exec', '--json', 'hi'])).toMatchObject({ exitCode: 0 })
})

test('the git gate is open with --yolo, with --trust, and from then on for the trusted directory', async () => {
  const { run, home, workspace } = await execCase([{ text: '1' }, { text: '2' }, { text: '3' }])
  expect(await run(['exec', '--yolo', 'hi'])).toMatchObject({ exitCode: 0 })
  expect(await run(['exec', 'hi'])).toMatchObject({ exitCode: 1 })
  expect(await run(['exec', '--trust', 'hi'])).toMatchObject({ exitCode: 0 })
  const config = await readFile(join(home.codexHome, 'config.toml'), 'utf8')
  expect(config).toContain(`[projects.${JSON.stringify(workspace.path)}]`)
  expect(await run(['exec', 'hi'])).toMatchObject({ exitCode: 0 })
})

const usage: readonly [string, readonly string[], string][] = [
  ['an unknown option', ['--frob', 'hi'], "unexpected argument '--frob' found"],
  ['a value that is none of the enumeration', ['-s', 'wide-open', 'hi'], "invalid value 'wide-open' for '--sandbox'"],
  ['an option without its value', ['hi', '-m'], "a value is required for '--model'"],
  ['two prompts', ['hi', 'there'], "unexpected argument 'there' found"],
  ['a switch with a value', ['--json=yes', 'hi'], '--json takes no value'],
  ['fork without an id', ['fork'], 'fork needs a thread'],
  ['resume with too much', ['resume', '--last', 'p', 'q'], "unexpected argument 'q' found"],
  ['a profile that is no plain name', ['-p', '../x', 'hi'], 'profile'],
]

test.for(usage)('%s is a usage error with exit code 2', async ([, argv, message]) => {
  const { exec, server } = await execCase([])
  const result = await exec(argv)
  expect(result).toMatchObject({ exitCode: 2, stdout: '' })
  expect(result.stderr).toContain(message)
  expect(server.requests).toHaveLength(0)
})

const failures: readonly [string, readonly string[], string, string][] = [
  ['broken TOML', ['hi'], 'x = = 1', 'config.toml'],
  ['a key of the wrong type', ['hi'], 'model_verbosity = 3', 'model_verbosity'],
  ['an unknown provider', ['-c', 'model_provider="acme"', 'hi'], '', 'Model provider `acme` not found'],
  [
    'a provider that is called as what every object inherits',
    ['-c', 'model_provider=constructor', 'hi'],
    '',
    'Model provider `constructor` not found',
  ],
  ['a directory that does not exist', ['-C', 'nowhere', 'hi'], '', 'nowhere'],
  ['an override without a value', ['-c', 'foo', 'hi'], '', "Invalid override (missing '='): foo"],
  ['an unknown key with --strict-config', ['--strict-config', 'hi'], 'frobnicate = 1', 'frobnicate'],
  [
    'an unknown thread id',
    ['resume', '01900000-0000-7000-8000-000000000000', 'p'],
    '',
    'thread/resume: thread/resume failed: no rollout found for thread id 01900000-0000-7000-8000-000000000000',
  ],
]

test.for(failures)('%s stops before a thread begins, with exit code 1', async ([, argv, config, message]) => {
  const { exec, server, rollouts } = await execCase([], { config })
  const result = await exec(argv)
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toContain(message)
  expect([server.requests.length, (await rollouts()).length]).toEqual([0, 0])
})

test('a CODEX_HOME that does not exist is an error and is not made', async () => {
  const { exec, workspace } = await execCase([])
  const home = join(workspace.path, 'nope')
  const result = await exec(['hi'], { env: { CODEX_HOME: home } })
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toContain(`CODEX_HOME points to "${home}", but that path does not exist`)
  await expect(readFile(home)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('rules that do not load stop every thread', async () => {
  const { exec, home, server } = await execCase([])
  await home.write({ 'rules/bad.rules': 'prefix_rule(pattern=["rm"], decision="maybe")\n' })
  const result = await exec(['hi'])
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toContain(join('rules', 'bad.rules'))
  expect(result.stderr).toContain('maybe')
  expect(server.requests).toHaveLength(0)
})

test('an unknown key is an item of type error, and the turn goes on', async () => {
  const { exec } = await execCase([{ text: 'ok' }], { config: 'frobnicate = 1' })
  const { events, exitCode } = await exec(['hi'])
  expect(exitCode).toBe(0)
  expect(events).toContainEqual({
    type: 'item.completed',
    item: { id: 'item_0', type: 'error', message: expect.stringContaining('frobnicate') },
  })
})

test('a missing directory of --add-dir is tolerated', async () => {
  const { exec, workspace } = await execCase([{ text: 'ok' }])
  await mkdir(join(workspace.path, 'there'))
  expect(await exec(['--add-dir', 'there', '--add-dir', 'nowhere', 'hi'])).toMatchObject({ exitCode: 0 })
})
