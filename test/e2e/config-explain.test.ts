import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

async function session(files: Readonly<Record<string, string>>, repository: Readonly<Record<string, string>> = {}) {
  const opened = await scriptedSession([], { files: repository })
  await opened.home.write({ 'config.toml': '', ...files })
  const place = (name: string, line: number) => `${join(opened.home.codexHome, name)}:${line}:1`
  return { ...opened, place }
}

test('explain says value, layer and place, everything that it overrode, and what the key means', async () => {
  const { run, place } = await session({
    'config.toml': '# mine\nmodel = "a"\n',
    'kernel.toml': 'model = "b"\n',
    'fast.config.toml': '\n\nmodel = "c"\n',
  })
  const { stdout } = await run(['config', 'explain', 'model', '-p', 'fast', '-c', 'model="d"'])
  expect(stdout.split('\n').slice(0, 5)).toEqual([
    'model = "d"',
    '  from override, -c',
    `  overrides "c" from profile, ${place('fast.config.toml', 3)}`,
    `  overrides "b" from kernel, ${place('kernel.toml', 1)}`,
    `  overrides "a" from user, ${place('config.toml', 2)}`,
  ])
  expect(stdout).toContain('Model to ask.')
  const json = JSON.parse((await run(['config', 'explain', 'model', '--json'])).stdout)
  expect(json).toMatchObject({ key: 'model', said: { value: 'b', layer: 'kernel', line: 1, column: 1 } })
})

test('the environment and flags are named', async () => {
  const { run } = await session({})
  const env = { CODEX_DISABLE_AGENTS: '1' }
  expect((await run(['config', 'explain', 'agents.enabled'], { env })).stdout).toContain(
    'agents.enabled = false\n  from environment, CODEX_DISABLE_AGENTS\n  overrides true from default',
  )
  expect((await run(['config', 'explain', 'security_profile', '--security-profile', 'trusted'])).stdout).toContain(
    'from flag, --security-profile',
  )
})

test('without a key, all that is not default is explained', async () => {
  const { run, place } = await session({ 'config.toml': 'model = "a"\n\n[agents]\nmax_depth = 2\n' })
  expect((await run(['config', 'explain'])).stdout).toBe(
    `agents.max_depth = 2\n  from user, ${place('config.toml', 4)}\nmodel = "a"\n  from user, ${place('config.toml', 1)}\n`,
  )
})

test('values and defaults of the schema are told, and that a key has no effect', async () => {
  const { run } = await session({ 'config.toml': '[history]\npersistence = "none"\n' })
  const { stdout } = await run(['config', 'explain', 'history.persistence'])
  expect(stdout).toContain('values: save-all, none')
  expect(stdout).toContain('no effect')
  const unset = await run(['config', 'explain', 'model_verbosity'])
  expect(unset).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('model_verbosity is not set') })
})

test('secrets are not shown, neither by explain nor by get', async () => {
  const { run } = await session({
    'config.toml': '[model_providers.x]\nbase_url = "http://h"\nexperimental_bearer_token = "hush-hush"\n',
  })
  for (const words of [['explain'], ['explain', 'model_providers'], ['get', 'model_providers']]) {
    const { stdout } = await run(['config', ...words])
    expect(stdout).toContain('[redacted]')
    expect(stdout).not.toContain('hush-hush')
  }
})

test('for a key of the security, what is in force and why is told', async () => {
  const { run } = await session({ 'config.toml': 'sandbox_mode = "workspace-write"\napproval_policy = "on-failure"\n' })
  expect((await run(['config', 'explain', 'sandbox_mode'])).stdout).toContain(
    'In force: security profile workspace-write, chosen by sandbox_mode.',
  )
  const { stdout } = await run(['config', 'explain', 'sandbox_mode', '-c', 'security_profile="offline"'])
  expect(stdout).toContain('In force: security profile offline, chosen by security_profile.')
  expect((await run(['config', 'explain', 'approval_policy'])).stdout).toContain(
    'A person is asked: on-request (approval_policy)',
  )
})

test("what a repository may not say is told beside what is in force, and so is a repository's narrowing profile", async () => {
  const { run } = await session(
    { 'config.toml': 'openai_base_url = "http://mine"\nsecurity_profile = "trusted"\n' },
    { '.codex/config.toml': 'openai_base_url = "http://theirs"\nsecurity_profile = "offline"\n' },
  )
  await run(['trust'])
  const { stdout } = await run(['config', 'explain', 'openai_base_url'])
  expect(stdout).toContain('openai_base_url = "http://mine"')
  expect(stdout).toContain('A repository cannot set openai_base_url')
  expect((await run(['config', 'explain', 'security_profile'])).stdout).toContain(
    'security profile trusted, chosen by security_profile; narrowed by offline',
  )
})

test('get prints a text as it is and a table as TOML, and fails with the nearest keys', async () => {
  const { run } = await session({ 'config.toml': 'model = "a b"\n' })
  expect((await run(['config', 'get', 'model'])).stdout).toBe('a b\n')
  expect((await run(['config', 'get', 'agents.suggestions'])).stdout).toBe(
    'auto_suggest = true\nsuggestion_count = 3\n',
  )
  expect(JSON.parse((await run(['config', 'get', 'model', '--json'])).stdout)).toMatchObject({
    key: 'model',
    value: 'a b',
    layer: 'user',
  })
  expect(await run(['config', 'get', 'approval_polcy'])).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('Did you mean approval_policy?'),
  })
  expect((await run(['config', 'get', 'model_verbosity'])).exitCode).toBe(1)
})

test('path lists every file that is looked at, in order', async () => {
  const { run, home, workspace } = await session({ 'kernel.toml': '' }, { '.codex/config.toml': '', 'a/x.txt': '' })
  const cwd = join(workspace.path, 'a')
  const places = JSON.parse((await run(['config', 'path', '-p', 'fast', '--json'], { cwd })).stdout)
  expect(places).toMatchObject([
    { layer: 'user', file: join(home.codexHome, 'config.toml'), isRead: true, isWritten: false },
    { layer: 'kernel', file: join(home.codexHome, 'kernel.toml'), isRead: true, isWritten: true },
    { layer: 'profile', file: join(home.codexHome, 'fast.config.toml'), isThere: false },
    { layer: 'project', file: join(workspace.path, '.codex', 'config.toml'), isThere: true, isRead: false },
    { layer: 'project', file: join(workspace.path, 'a', '.codex', 'config.toml'), isThere: false },
  ])
})

test('validate tells every problem of every layer with its place', async () => {
  const { run, place } = await session({
    'config.toml': 'modle = "a"\nmodel_verbosity = "hihg"\n\n[agents]\nenabled = 1\n',
    'kernel.toml': 'x =\n',
  })
  const { exitCode, stdout } = await run(['config', 'validate'])
  expect(exitCode).toBe(1)
  expect(stdout).toContain(`warning: ${place('config.toml', 1)}: unknown configuration field \`modle\``)
  expect(stdout).toContain(`error: ${place('config.toml', 2)}: expected one of`)
  expect(stdout).toContain('Did you mean high?')
  expect(stdout).toContain(`error: ${place('config.toml', 5)}: expected boolean`)
  expect(stdout).toContain(`error: ${join(place('kernel.toml', 1).split(':')[0] ?? '')}:`)
})

test('unknown keys fail with --strict-config alone, and rules between layers are checked', async () => {
  const { run, home } = await session({ 'config.toml': 'modle = "a"\n' })
  expect((await run(['config', 'validate'])).exitCode).toBe(0)
  expect((await run(['config', 'validate', '--strict-config'])).exitCode).toBe(1)
  await home.write({ 'config.toml': '[permissions.docs.network]\nenabled = true\n' })
  const { exitCode, stdout } = await run(['config', 'validate'])
  expect(exitCode).toBe(1)
  expect(stdout).toContain('default_permissions')
})

test('given files are checked where they lie', async () => {
  const { run, workspace } = await session({}, { 'x.toml': 'model = 5\r\n', '.codex/config.toml': 'notify = ["x"]\n' })
  const { exitCode, stdout } = await run(['config', 'validate', 'x.toml', '.codex/config.toml', 'none.toml'])
  expect(exitCode).toBe(1)
  expect(stdout).toContain(`${join(workspace.path, 'x.toml')}:1:1: expected string, received number`)
  expect(stdout).toContain('A repository cannot set notify')
  expect(stdout).toContain('There is no such file')
})

test("a repository's file that is not read is named", async () => {
  const { run, workspace } = await session({}, { '.codex/config.toml': 'model = "theirs"\n' })
  const { stdout } = await run(['config', 'explain'])
  expect(stdout).toContain(
    `Not read, since this repository is not trusted: ${join(workspace.path, '.codex/config.toml')}`,
  )
  expect(stdout).not.toContain('theirs')
})

test('config list is the bare config, and a word that is no key is an error with the nearest', async () => {
  const { run } = await session({ 'config.toml': 'model = "a"\n' })
  expect((await run(['config', 'list', 'model'])).stdout).toBe((await run(['config', 'model'])).stdout)
  for (const words of [['approval_polcy'], ['list', 'approval_polcy']]) {
    expect(await run(['config', ...words])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Did you mean approval_policy?'),
    })
  }
  expect(await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8')).toContain('codex config list')
})

test('a key that chooses the profile and has no value says what is in force all the same', async () => {
  const { run } = await scriptedSession([], { config: 'sandbox_mode = "workspace-write"' })
  const inForce = 'In force: security profile workspace-write, chosen by sandbox_mode.'
  for (const argv of [['config'], ['config', 'list']]) {
    expect((await run([...argv, 'security_profile'])).stdout).toContain(
      `No value is set for security_profile.\n${inForce}`,
    )
  }
  expect(await run(['config', 'get', 'security_profile'])).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining(`hint: ${inForce}`),
  })
  expect((await run(['config', 'get', 'approval_policy'])).stderr).toContain('A person is asked: on-request.')
})
