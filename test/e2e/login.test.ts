import { existsSync, writeFileSync } from 'node:fs'
import { chmod, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { codexBin, runCodex } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'

const key = 'sk-test-0a1b2c3d4e5f6071'

async function freshHome(files: Readonly<Record<string, string>> = {}) {
  const home = await makeCodexHome(files)
  onTestFinished(() => home.remove())
  return home
}

const logIn = ['login', '--with-api-key']

test('a key from standard input is kept in auth.json, which its owner alone may read, in the shape that Codex knows', async () => {
  const home = await freshHome()
  const result = await runCodex(logIn, { home, stdin: `${key}\n` })
  expect(result).toMatchObject({ exitCode: 0, stdout: '' })
  expect(result.stderr).toContain('Successfully logged in')
  expect(result.stderr).not.toContain(key)
  const file = join(home.codexHome, 'auth.json')
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ auth_mode: 'apikey', OPENAI_API_KEY: key })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await readdir(home.codexHome)).filter((name) => name.includes('auth'))).toEqual(['auth.json'])
})

test('login status and logout say what is, on stderr alone, with the exit codes that scripts know', async () => {
  const home = await freshHome()
  const status = () => runCodex(['login', 'status'], { home })
  expect(await status()).toMatchObject({ exitCode: 1, stdout: '', stderr: 'Not logged in\n' })
  await runCodex(logIn, { home, stdin: key })
  expect(await status()).toMatchObject({ exitCode: 0, stdout: '', stderr: 'API key configured - ***\n' })
  const logout = () => runCodex(['logout'], { home })
  expect(await logout()).toMatchObject({ exitCode: 0, stdout: '', stderr: 'Successfully logged out\n' })
  expect(await logout()).toMatchObject({ exitCode: 0, stdout: '', stderr: 'Not logged in\n' })
  expect(await status()).toMatchObject({ exitCode: 1 })
})

test('an auth.json with the key alone, as older programs wrote it, is read', async () => {
  const home = await freshHome({ 'auth.json': JSON.stringify({ OPENAI_API_KEY: key }) })
  await chmod(join(home.codexHome, 'auth.json'), 0o600)
  expect(await runCodex(['login', 'status'], { home })).toMatchObject({
    exitCode: 0,
    stderr: 'API key configured - ***\n',
  })
})

test('a new key replaces the old one, with the right mode, whatever mode the file had', async () => {
  const home = await freshHome({ 'auth.json': JSON.stringify({ OPENAI_API_KEY: 'old' }) })
  const file = join(home.codexHome, 'auth.json')
  await chmod(file, 0o644)
  const before = await runCodex(['login', 'status'], { home })
  expect(before.stderr).toMatch(/warning: .*auth\.json holds a key and is open to others \(mode 644\): chmod 600/)
  await runCodex(logIn, { home, stdin: key })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await runCodex(['login', 'status'], { home })).stderr).toBe('API key configured - ***\n')
})

test.each([
  ['nothing', ''],
  ['two words', `${key} ${key}`],
  ['two lines', `${key}\n${key}\n`],
  ['a key in quotes', `"${key}"\n`],
])('%s on standard input is no key, and nothing is changed or shown', async (_, stdin) => {
  const home = await freshHome()
  const result = await runCodex(logIn, { home, stdin })
  expect(result).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('code: credential.input') })
  expect(result.stderr).not.toContain(key)
  expect(await readdir(home.codexHome)).not.toContain('auth.json')
})

test('on a terminal the key is asked for and not shown', async () => {
  const home = await freshHome()
  const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, TERM: 'xterm' }
  const typed = { after: 'not shown', keys: `wrong\u0015${key}x\u007f\r` }
  const { exitCode, shown } = await runOnTerminal([process.execPath, codexBin, ...logIn], typed, {
    cwd: home.homeDir,
    env,
  })
  expect(exitCode).toBe(0)
  expect(shown).toContain('Successfully logged in')
  expect(shown).not.toContain(key.slice(0, 12))
  expect(JSON.parse(await readFile(join(home.codexHome, 'auth.json'), 'utf8')).OPENAI_API_KEY).toBe(key)
})

test('the key of another provider is kept beside those of others, and used for it alone', async () => {
  const table = (name: string) => `[model_providers.${name}]\nbase_url = "http://127.0.0.1:1/v1"\n`
  const home = await freshHome({ 'config.toml': `${table('one')}${table('two')}` })
  const provider = (name: string) => ['--provider', name]
  await runCodex([...logIn, ...provider('one')], { home, stdin: 'key-one' })
  await runCodex([...logIn, ...provider('two')], { home, stdin: 'key-two' })
  const file = join(home.codexHome, 'credentials.json')
  const kept = async () => JSON.parse(await readFile(file, 'utf8'))
  expect(await kept()).toEqual({ providers: { one: { api_key: 'key-one' }, two: { api_key: 'key-two' } } })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await runCodex(['logout', ...provider('one')], { home })
  expect(await kept()).toEqual({ providers: { two: { api_key: 'key-two' } } })
  expect((await runCodex(['login', 'status'], { home })).exitCode).toBe(1)
  expect((await runCodex(['login', 'status', ...provider('two')], { home })).exitCode).toBe(0)
  const unknown = await runCodex([...logIn, ...provider('thre')], { home, stdin: 'x' })
  expect(unknown.stderr).toContain('code: provider.unknown')
  expect(unknown.stderr).toMatch(/Known: .*openai.*one, two/)
  // The table is gone, and its key is not.
  writeFileSync(join(home.codexHome, 'config.toml'), '')
  const gone = await runCodex(['logout', ...provider('two')], { home })
  expect(gone).toMatchObject({ exitCode: 0, stderr: 'Successfully logged out\n' })
  expect(existsSync(file)).toBe(false)
  expect((await runCodex(['logout', ...provider('two')], { home })).stderr).toContain('code: provider.unknown')
})

test('a sign-in with ChatGPT is told as what it is, and a key takes its place', async () => {
  const tokens = { id_token: 'it-1', access_token: 'at-1', refresh_token: 'rt-1', account_id: 'acc' }
  const home = await freshHome({ 'auth.json': JSON.stringify({ OPENAI_API_KEY: null, tokens }) })
  await chmod(join(home.codexHome, 'auth.json'), 0o600)
  const status = await runCodex(['login', 'status'], { home })
  expect(status.exitCode).toBe(1)
  expect(status.stderr).toMatch(
    /^Not logged in\n.*sign-in with ChatGPT and no API key.*\nhint: codex login --with-api-key/,
  )
  const asked = await runCodex(['exec', '--skip-git-repo-check', '-m', 'gpt-5.5', 'hi'], { home })
  expect(asked.exitCode).toBe(1)
  expect(asked.stderr).toContain('sign-in with ChatGPT')
  const login = await runCodex(logIn, { home, stdin: key })
  expect(login.stderr).toContain('The sign-in with ChatGPT in')
  expect(JSON.parse(await readFile(join(home.codexHome, 'auth.json'), 'utf8'))).not.toHaveProperty('tokens')
})

test('without a keyring service, keyring is a clear error, and auto keeps the key in the file', async () => {
  const home = await freshHome()
  const stored = (mode: string) => ['-c', `cli_auth_credentials_store=${mode}`]
  const strict = await runCodex([...logIn, ...stored('keyring')], { home, stdin: key })
  expect(strict.exitCode).toBe(1)
  expect(strict.stderr).toMatch(
    /keyring does not answer[\s\S]*cli_auth_credentials_store = "file"[\s\S]*code: credential.store/,
  )
  expect(await readdir(home.codexHome)).not.toContain('auth.json')
  expect(await runCodex([...logIn, ...stored('auto')], { home, stdin: key })).toMatchObject({ exitCode: 0 })
  expect(await readdir(home.codexHome)).toContain('auth.json')
  expect((await runCodex(['login', 'status', ...stored('auto')], { home })).exitCode).toBe(0)
})

test('status and doctor say where the credential comes from', async () => {
  const home = await freshHome()
  const status = async (env = {}) => JSON.parse((await runCodex(['status', '--json'], { home, env })).stdout).credential
  expect(await status()).toEqual({ source: 'none', detail: 'none', problem: 'no API key is set' })
  await runCodex(logIn, { home, stdin: key })
  expect(await status()).toEqual({ source: 'file', detail: join(home.codexHome, 'auth.json') })
  expect(await status({ CODEX_API_KEY: 'x' })).toEqual({ source: 'environment', detail: 'CODEX_API_KEY' })
  const doctor = await runCodex(['doctor'], { home })
  expect(doctor.stdout).toMatch(/ok +model: provider openai, credential from .*auth\.json/)
})

test('a provider that is not there is a problem for status and doctor, with the place that names it', async () => {
  const home = await freshHome({ 'config.toml': 'model_provider = "opnai"\n' })
  const status = JSON.parse((await runCodex(['status', '--json'], { home })).stdout).credential
  expect(status.problem).toMatch(/^Model provider `opnai` not found\. Did you mean openai\?/)
  const doctor = await runCodex(['doctor'], { home })
  expect(doctor.stdout).toMatch(/error +model: Model provider `opnai` not found \(.*config\.toml:1:1\)/)
  expect(doctor.exitCode).toBe(1)
})

test.each([
  ['requires_openai_auth = true', 'requires_openai_auth = true: the key of openai is used, and not this one.'],
  ['experimental_bearer_token = "t"', 'experimental_bearer_token is set, and counts before a key that is kept.'],
  ['auth = { command = ["true"] }', 'auth is set, and counts before a key that is kept.'],
])('a key that %s makes useless is kept, and that is said', async (line, note) => {
  const home = await freshHome({
    'config.toml': `[model_providers.acme]\nbase_url = "http://127.0.0.1:1/v1"\n${line}\n`,
  })
  const { exitCode, stderr } = await runCodex([...logIn, '--provider', 'acme'], { home, stdin: key })
  expect(exitCode).toBe(0)
  expect(stderr).toContain(`model_providers.acme.${note}`)
})

test('a key that is given as an argument is refused and not shown', async () => {
  const home = await freshHome()
  for (const argv of [
    ['login', 'sk-on-the-line'],
    [...logIn, 'sk-on-the-line'],
  ]) {
    const result = await runCodex(argv, { home, stdin: 'sk-from-stdin' })
    expect(result).toMatchObject({ exitCode: 2, stdout: '' })
    expect(result.stderr).toContain('no key from the command line')
    expect(result.stderr).not.toContain('sk-')
  }
  expect(await runCodex(['login', 'status'], { home })).toMatchObject({ exitCode: 1 })
})

test.each(['{ no JSON', '['])('logout takes away an auth.json that holds %j, which nobody can read', async (text) => {
  const home = await freshHome({ 'auth.json': text })
  const result = await runCodex(['logout', '--json'], { home })
  expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"removed": true') })
  expect(result.stderr).toMatch(
    /^Successfully logged out\n.*auth\.json is not JSON: it was removed with all that stood in it\n$/,
  )
  expect(existsSync(join(home.codexHome, 'auth.json'))).toBe(false)
  expect(await runCodex(['logout'], { home })).toMatchObject({ exitCode: 0, stderr: 'Not logged in\n' })
})

test('a broken credentials.json stays where one of its keys is to go, and each command says what to do', async () => {
  const home = await freshHome({
    'config.toml': '[model_providers.one]\nbase_url = "http://127.0.0.1:1/v1"\n',
    'credentials.json': '{"providers": {"two": {"api_key": "key-of-two"}',
  })
  const logIn = 'then log in again: codex login --provider one --with-api-key'
  const attempts: readonly (readonly [readonly string[], string])[] = [
    [['logout', '--provider', 'one'], 'Nothing was changed. Mend the file and log out again, or delete it'],
    [['logout', '--provider', 'gone'], 'Nothing was changed. Mend the file and log out again, or delete it'],
    [['login', 'status', '--provider', 'one'], logIn],
    [['exec', '--skip-git-repo-check', '-m', 'm', '-c', 'model_provider=one', 'hi'], logIn],
  ]
  for (const [argv, hint] of attempts) {
    const { exitCode, stderr } = await runCodex(argv, { home })
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(hint) })
    expect(stderr).toMatch(/credentials\.json is not JSON/)
    expect(stderr).not.toContain('key-of-two')
  }
  const entered = await runCodex(['login', '--with-api-key', '--provider', 'one'], { home, stdin: 'key-of-one' })
  expect(entered).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(logIn) })
  expect(await readFile(join(home.codexHome, 'credentials.json'), 'utf8')).toContain('key-of-two')
})
