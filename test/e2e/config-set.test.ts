import { spawn } from 'node:child_process'
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codexBin } from '../support/run-codex.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const mine = `# my settings
model = "a" # the model

[agents] # all of them
enabled = true
`

async function session(config = mine) {
  const opened = await scriptedSession([])
  const file = join(opened.home.codexHome, 'config.toml')
  await writeFile(file, config)
  const read = () => readFile(file, 'utf8')
  return { ...opened, file, read }
}

test('config set edits in place, keeps comments and order, and says what changed and where', async () => {
  const { run, file, read } = await session()
  const { exitCode, stdout } = await run(['config', 'set', 'model', 'gpt-5.5'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `model: "a" → "gpt-5.5" (${file}:2:1)\n` })
  expect(await read()).toBe(mine.replace('"a"', '"gpt-5.5"'))
  await run(['config', 'set', 'agents.activation_threshold', '0.7'])
  expect(await read()).toBe(`${mine.replace('"a"', '"gpt-5.5"')}activation_threshold = 0.7\n`)
})

test('keys with dots and quotes are set, got and unset', async () => {
  const { run, read } = await session()
  for (const [key = '', value = ''] of [
    ['plugins."@acme/x".enabled', 'false'],
    ['projects."/a.b/c".trust_level', 'trusted'],
  ]) {
    expect((await run(['config', 'set', key, value])).exitCode).toBe(0)
    expect((await run(['config', 'get', key])).stdout).toBe(`${value}\n`)
    expect((await run(['config', 'unset', key])).exitCode).toBe(0)
    expect((await run(['config', 'get', key])).exitCode).toBe(1)
  }
  expect((await read()).startsWith(mine)).toBe(true)
})

test('a table is emptied, and a list that stands as tables is written anew; what stands around them is kept', async () => {
  const set = 'shell_environment_policy.set'
  const endpoints = 'model_providers.c.endpoints'
  const list = [1, 2].map((n) => `[[${endpoints}]]\nbase_url = "http://${n}/v1"\n`).join('')
  const { run, read } = await session(`${mine}\n[${set}]\nA = "1"\n\n${list}\n# the end\n[tools]\n`)
  expect(await run(['config', 'set', set, '{}'])).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await read()).toContain('[shell_environment_policy]\nset = {}\n')
  const wanted = '[{ base_url = "http://3/v1" }]'
  expect(await run(['config', 'set', endpoints, wanted])).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await run(['config', 'get', endpoints])).stdout.trim()).toBe(wanted)
  const text = await read()
  expect(text.startsWith(mine)).toBe(true)
  expect(text).toContain('\n# the end\n[tools]\n')
})

test.each([
  ['a wrong type', ['agents.enabled', 'perhaps'], ['agents.enabled: expected boolean']],
  [
    'a table where text is wanted',
    ['model', '{ x = 1 }'],
    ['expected string', 'Nothing was written. model: Model to ask'],
  ],
  ['a number where text is wanted', ['model', '5'], ['expected string', `For text, quote it: '"5"'`]],
  ['a value that is none of the list', ['model_verbosity', 'hihg'], ['"low"|"medium"|"high"', 'Did you mean high?']],
  ['an unknown key', ['modle', 'x'], ['There is no configuration key modle', 'Did you mean model?', '--allow-unknown']],
  ['a reserved provider', ['model_providers.openai.base_url', 'http://h'], ['reserved built-in provider IDs']],
  ['a key no repository may set', ['openai_base_url', 'http://h', '--project'], ['A repository cannot set']],
])('config set refuses %s and writes nothing', async (_, words, expected) => {
  const { run, read, workspace } = await session()
  const { exitCode, stderr } = await run(['config', 'set', ...words])
  expect(exitCode).toBe(1)
  for (const part of expected) expect(stderr).toContain(part)
  expect(await read()).toBe(mine)
  await expect(lstat(join(workspace.path, '.codex'))).rejects.toThrow('ENOENT')
})

test('an unknown key is written where it is asked for', async () => {
  const { run } = await session()
  expect((await run(['config', 'set', 'of_another_program', '1', '--allow-unknown'])).exitCode).toBe(0)
  expect((await run(['config', 'get', 'of_another_program'])).stdout).toBe('1\n')
})

test('config set says what a higher layer hides', async () => {
  const { run } = await session()
  const { stdout } = await run(['config', 'set', 'model', 'b', '-c', 'model=c'])
  expect(stdout).toContain('model = "c" stays in force: override, -c stands above.')
})

test('kernel.toml is written where it exists, -p NAME writes its layer, --project the repository with a word on trust', async () => {
  const { run, home, workspace, read } = await session()
  await home.write({ 'kernel.toml': '' })
  await run(['config', 'set', 'model', 'of-kernel'])
  await run(['config', 'set', 'model', 'of-profile', '-p', 'fast'])
  const { stdout } = await run(['config', 'set', 'model', 'of-project', '--project'])
  expect(stdout).toContain('not trusted')
  expect(await read()).toBe(mine)
  expect(await readFile(join(home.codexHome, 'kernel.toml'), 'utf8')).toBe('model = "of-kernel"\n')
  expect(await readFile(join(home.codexHome, 'fast.config.toml'), 'utf8')).toBe('model = "of-profile"\n')
  expect(await readFile(join(workspace.path, '.codex', 'config.toml'), 'utf8')).toBe('model = "of-project"\n')
  expect((await run(['config', 'set', 'model', 'x', '-p', '../escape'])).exitCode).toBe(2)
})

test('unset removes a key or a table and says what is in force then', async () => {
  const { run, read, home } = await session()
  await home.write({ 'fast.config.toml': 'model = "of-profile"\n' })
  const { stdout } = await run(['config', 'unset', 'agents'])
  expect(stdout).toContain('agents: { enabled = true } → removed')
  expect(stdout).toContain('In force: agents.enabled = true, from default.')
  expect(await read()).toBe('# my settings\nmodel = "a" # the model\n\n')
  expect((await run(['config', 'unset', 'model', '-p', 'fast'])).stdout).toContain('In force: model = "a", from user')
  const again = await run(['config', 'unset', 'model', '-p', 'fast'])
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('model is not set in') })
  expect(await run(['config', 'unset', 'modle'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Did you mean model?'),
  })
})

test('a value that stops the configuration from loading is mended with set', async () => {
  const { run } = await session('model = 5\n')
  expect((await run(['config', 'get', 'model'])).exitCode).toBe(1)
  expect((await run(['config', 'set', 'model', 'b'])).exitCode).toBe(0)
  expect((await run(['config', 'get', 'model'])).stdout).toBe('b\n')
})

test('a file that is no TOML stays as it is, and the answer names the line', async () => {
  const { run, read, file } = await session('model = \n')
  for (const words of [
    ['set', 'model', 'b'],
    ['unset', 'model'],
  ]) {
    const { exitCode, stderr } = await run(['config', ...words])
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`${file}:1`)
  }
  expect(await read()).toBe('model = \n')
})

test('CRLF, a byte order mark, the mode and a link are kept', async () => {
  const { run, file, home } = await session()
  const elsewhere = join(home.homeDir, 'dotfiles.toml')
  await writeFile(elsewhere, '\uFEFFmodel = "a"\r\n[agents]\r\nenabled = true\r\n')
  await chmod(elsewhere, 0o640)
  await unlink(file)
  await symlink(elsewhere, file)
  expect((await run(['config', 'set', 'agents.max_depth', '2'])).exitCode).toBe(0)
  expect((await lstat(file)).isSymbolicLink()).toBe(true)
  expect(await readFile(elsewhere, 'utf8')).toBe('\uFEFFmodel = "a"\r\n[agents]\r\nenabled = true\r\nmax_depth = 2\r\n')
  expect((await stat(elsewhere)).mode & 0o777).toBe(0o640)
})

test('processes that set different keys at the same time lose nothing', async () => {
  const { run, read, home } = await session()
  const keys = Array.from({ length: 12 }, (_, index) => `commands.vars.k${index}`)
  const results = await Promise.all(keys.map((key) => run(['config', 'set', key, '"v"'])))
  expect(results.map(({ exitCode }) => exitCode)).toEqual(keys.map(() => 0))
  const text = await read()
  for (const key of keys) expect(text).toContain(`${key.split('.')[2]} = "v"`)
  expect(text.startsWith(mine)).toBe(true)
  expect(await readdir(home.codexHome)).toEqual(expect.not.arrayContaining([expect.stringMatching(/lock|tmp/)]))
})

test('a file that cannot be written whole stays as it was', async () => {
  const { home, workspace, read, file } = await session()
  // A limit on the size of files stands for a full disk: the write breaks off in the middle.
  const long = 'x'.repeat(100_000)
  const child = spawn(
    'sh',
    ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, codexBin, 'config', 'set', 'instructions', long],
    { cwd: workspace.path, env: { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome } },
  )
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  expect(exitCode).toBe(1)
  expect(stderr).toContain(`${file} cannot be written`)
  expect(await read()).toBe(mine)
  expect(await readdir(home.codexHome)).toEqual(expect.not.arrayContaining([expect.stringMatching(/lock|tmp/)]))
})

test('a link to nothing is no file to write, and stays', async () => {
  const { run, workspace } = await session()
  const home = join(workspace.path, 'h')
  await mkdir(home)
  await symlink(join(home, 'elsewhere', 'config.toml'), join(home, 'config.toml'))
  const { exitCode, stderr } = await run(['config', 'set', 'model', 'b'], { env: { CODEX_HOME: home } })
  expect(exitCode).toBe(1)
  expect(stderr).toContain(join(home, 'config.toml'))
  expect((await lstat(join(home, 'config.toml'))).isSymbolicLink()).toBe(true)
})
