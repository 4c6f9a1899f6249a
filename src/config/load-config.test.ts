import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { confirmConfigs } from './confirmed-configs.ts'
import { type LoadConfigOptions, type LoadedConfig, loadConfig } from './load-config.ts'
import { valueAt } from './table.ts'

let directory = ''
let home = ''
let repo = ''
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'codex-config-')))
  home = join(directory, 'home')
  repo = join(directory, 'repo')
  await mkdir(home)
  await mkdir(join(repo, '.git'), { recursive: true })
})
afterEach(() => rm(directory, { recursive: true }))

async function write(file: string, text: string | Uint8Array): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}
const userFile = (text: string | Uint8Array) => write(join(home, 'config.toml'), text)
const projectFile = (text: string | Uint8Array) => write(join(repo, '.codex/config.toml'), text)
const trusting = () => `projects."${repo}".trust_level="trusted"`

async function load(options: Partial<LoadConfigOptions> = {}): Promise<LoadedConfig> {
  return loadConfig({ codexHome: home, cwd: repo, env: {}, overrides: [], flags: {}, strict: false, ...options })
}
function loadTrusted(options: Partial<LoadConfigOptions> = {}): Promise<LoadedConfig> {
  return load({ ...options, overrides: [trusting(), ...(options.overrides ?? [])] })
}

test('with no files there are the defaults, and nothing to complain of', async () => {
  const loaded = await load({ codexHome: join(directory, 'none') })
  expect(loaded.config).toMatchObject({ model_provider: 'openai', agents: { activation_threshold: 0.6 } })
  expect(loaded.config.approval_policy).toBeUndefined()
  expect(loaded).toMatchObject({ diagnostics: [], trust: 'untrusted', profileLayerFound: false })
  expect(loaded.workspace).toEqual({ cwd: repo, root: repo, isRepository: true })
})

test('each layer wins over those below it', async () => {
  const answers: string[] = []
  const step = async (options: Partial<LoadConfigOptions> = {}) => {
    const { config, entries } = await loadTrusted(options)
    answers.push(`${config.model} ${entries.find(({ key }) => key === 'model')?.layer}`)
  }
  await userFile('model = "A"')
  await step()
  await write(join(home, 'kernel.toml'), 'model = "K"')
  await step()
  await write(join(home, 'foo.config.toml'), 'model = "B"')
  await step({ profile: 'foo' })
  await projectFile('model = "C"')
  await step({ profile: 'foo' })
  await write(join(repo, 'sub/.codex/config.toml'), 'model = "S"')
  await confirmConfigs(home, repo, [join(repo, 'sub/.codex/config.toml')])
  await step({ profile: 'foo', cwd: join(repo, 'sub') })
  await step({ profile: 'foo', overrides: ['model="D"'] })
  await step({ profile: 'foo', overrides: ['model="D"'], flags: { model: 'E' } })
  expect(answers).toEqual(['A user', 'K kernel', 'B profile', 'C project', 'S project', 'D override', 'E flag'])
})

test('the environment stands above files and below -c', async () => {
  await userFile('openai_base_url = "http://file"\n[agents]\nenabled = true\n')
  const env = { OPENAI_BASE_URL: 'http://env', CODEX_DISABLE_AGENTS: '1' }
  expect((await load({ env })).config).toMatchObject({ openai_base_url: 'http://env', agents: { enabled: false } })
  const { config } = await load({ env, overrides: ['openai_base_url=http://c', 'agents.enabled=true'] })
  expect(config).toMatchObject({ openai_base_url: 'http://c', agents: { enabled: true } })
  const unset = await load({ env: { OPENAI_BASE_URL: '', CODEX_DISABLE_AGENTS: '0' } })
  expect(unset.config).toMatchObject({ openai_base_url: 'http://file', agents: { enabled: true } })
})

test('tables are joined key by key, lists are replaced, undefined flags are absent', async () => {
  await userFile('project_root_markers = [".git", ".hg"]\n[commands.vars]\na = "1"\nb = "2"\n')
  const { config } = await load({
    overrides: ['commands.vars.b="3"', 'project_root_markers=[".svn"]'],
    flags: { model: undefined },
  })
  expect(config.commands).toEqual({ auto_reload: true, default_mode: 'sandbox', vars: { a: '1', b: '3' } })
  expect(config.project_root_markers).toEqual(['.svn'])
  expect('model' in config).toBe(false)
})

test('entries name the layer and the file, and hide secrets', async () => {
  const file = await userFile('[model_providers.x]\nbase_url = "http://h"\nexperimental_bearer_token = "hush"\n')
  const { entries } = await load()
  expect(entries).toContainEqual({ key: 'model_providers.x.base_url', value: 'http://h', layer: 'user', file })
  expect(entries).toContainEqual({ key: 'agents.activation_threshold', value: 0.6, layer: 'default' })
  expect(JSON.stringify(entries)).not.toContain('hush')
  expect(entries.map(({ key }) => key)).toEqual(entries.map(({ key }) => key).toSorted())
})

test('an unknown key is kept, with a warning that names place and nearest name', async () => {
  const file = await userFile('modle = "x"\n[agents]\nmax_paralel_agents = 2\n[mcp_servers.m]\ncomand = "c"\n')
  const { config, diagnostics } = await load()
  expect(config).toMatchObject({ modle: 'x', agents: { max_paralel_agents: 2 } })
  expect(diagnostics).toMatchObject([
    {
      severity: 'warning',
      code: 'config.unknown_key',
      file,
      line: 1,
      column: 1,
      field: 'modle',
      hint: 'Did you mean model?',
    },
    { line: 5, field: 'mcp_servers.m.comand', hint: 'Did you mean command?' },
    { line: 3, field: 'agents.max_paralel_agents', hint: 'Did you mean max_parallel_agents?' },
  ])
})

test('a mistyped base_url is an error: the key would go to another server', async () => {
  const file = await userFile('[model_providers.mine]\nname = "Mine"\nbase_ulr = "http://127.0.0.1:1"\nenv_key = "K"\n')
  await expect(load()).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining('`model_providers.mine.base_ulr`'),
    hint: 'Did you mean base_url?',
    location: { file, line: 3, column: 1 },
  })
  await userFile('[model_providers.mine]\nname = "Mine"\nenv_kye = "K"\n')
  expect((await load()).diagnostics).toMatchObject([{ severity: 'warning', hint: 'Did you mean env_key?' }])
})

test('an unknown key is an error where strict, with place and caret', async () => {
  const file = await userFile('model = "m"\nfrobnicate = 1\n')
  await expect(load({ strict: true })).rejects.toMatchObject({
    code: 'config.invalid',
    exitCode: 1,
    message: 'unknown configuration field `frobnicate`\n  frobnicate = 1\n  ^',
    location: { file, line: 2, column: 1, field: 'frobnicate' },
  })
  await userFile('')
  await expect(load({ strict: true, overrides: ['frob=1'] })).rejects.toThrow('-c unknown configuration field `frob`')
})

test.each([
  ['model = 5', 'model: expected string, received number', 1],
  ['\n[agents]\nenabled = "yes"', 'agents.enabled: expected boolean, received string', 3],
  ['sandbox_mode = "none"', 'sandbox_mode: expected one of "read-only"|"workspace-write"|"danger-full-access"', 1],
  ['[tools]\nupdate_plan = true', 'tools.update_plan: expected object, received boolean', 2],
  ['[features]\nx = "on"', 'features.x: expected true, false or a table', 2],
  ['[agents.reviewer]\ndescription = 1', 'agents.reviewer.description: expected string', 2],
  ['[agents]\nactivation_threshold = 2', 'agents.activation_threshold: Too big', 2],
  ['notify = []', 'notify: Too small', 1],
  ...['../AGENTS.md', 'a/../../AGENTS.md', '/etc/motd', 'C:/AGENTS.md', '..'].map((name): [string, string, number] => [
    `\nproject_doc_fallback_filenames = ["CLAUDE.md", "${name}"]`,
    'project_doc_fallback_filenames.1: expected a file of the directory or below it, such as "CLAUDE.md"',
    2,
  ]),
  ['[mcp_servers.x]\nargs = ["a", 1]', 'mcp_servers.x.args.1: expected string', 2],
  ['[permissions.p.filesystem]\n"/x" = "rw"', 'permissions.p.filesystem."/x": expected "read"', 2],
])('%j is an error with its place', async (text, message, line) => {
  const file = await userFile(text)
  const error = await load().catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'config.invalid', exitCode: 1, location: { file, line } })
  expect(error).toMatchObject({ message: expect.stringContaining(message), hint: expect.stringContaining('Correct') })
})

test('names that stand for AGENTS.md may lead below the directory', async () => {
  const names = ['CLAUDE.md', '.github/copilot-instructions.md', '..notes.md', './a..b/c.md']
  await userFile(`project_doc_fallback_filenames = ${JSON.stringify(names)}`)
  expect((await load()).config.project_doc_fallback_filenames).toEqual(names)
})

test('wrong values in -c and the environment name where they come from', async () => {
  await expect(load({ overrides: ['model=5'] })).rejects.toThrow('-c model: expected string, received number')
  await expect(load({ overrides: ['foo'] })).rejects.toMatchObject({
    code: 'config.override',
    message: "Error parsing -c overrides: Invalid override (missing '='): foo",
  })
})

test('approval policies are kept as they are written, the older on-failure too', async () => {
  await userFile('approval_policy = "on-failure"')
  expect((await load()).config.approval_policy).toBe('on-failure')
  expect((await load({ overrides: ['approval_policy="on-failure"'] })).config.approval_policy).toBe('on-failure')
  expect((await load({ flags: { approval_policy: 'untrusted' } })).config.approval_policy).toBe('untrusted')
})

test.each(['openai', 'playbook'])('the built-in provider %s cannot be redefined', async (id) => {
  const file = await userFile(`[model_providers.${id}]\nbase_url = "http://h"\n`)
  await expect(load()).rejects.toMatchObject({ code: 'config.invalid', location: { file, line: 1 } })
  await expect(load()).rejects.toThrow('reserved built-in provider IDs')
})

test('permission tables need default_permissions', async () => {
  await userFile('[permissions.p.network]\nenabled = true\n')
  await expect(load()).rejects.toThrow('[permissions] tables need default_permissions')
  expect((await load({ overrides: ['default_permissions=p'] })).config.default_permissions).toBe('p')
})

test('older profiles are tolerated unless they are used', async () => {
  await userFile('[profiles.x]\nmodel = "old"\n')
  expect((await load()).diagnostics).toEqual([])
  await expect(load({ profile: 'x' })).rejects.toThrow('--profile `x` cannot be used while')
  await userFile('profile = "x"\n')
  await expect(load()).rejects.toThrow('legacy `profile = "x"` config is no longer supported')
})

test('a profile names a file in the home, found or not, and is never a path', async () => {
  await write(join(home, 'work.config.toml'), 'model = "w"')
  expect(await load({ profile: 'work' })).toMatchObject({ profileLayerFound: true, config: { model: 'w' } })
  expect(await load({ profile: 'none' })).toMatchObject({ profileLayerFound: false })
  for (const profile of ['../x', 'a/b', '', '.hidden', 'a\\b']) {
    await expect(load({ profile })).rejects.toMatchObject({ code: 'usage.arguments', exitCode: 2 })
  }
})

test('ignoring the user configuration leaves out both files, and their trust', async () => {
  await userFile(`model = "A"\n[projects."${repo}"]\ntrust_level = "trusted"\n`)
  await write(join(home, 'kernel.toml'), 'model = 5')
  expect(await load({ ignoreUserConfig: true })).toMatchObject({ trust: 'untrusted' })
})

test('an untrusted repository is not read, and the warning says how to trust it', async () => {
  const file = await projectFile('model = [this is not TOML')
  const { config, diagnostics, trust } = await load()
  expect(trust).toBe('untrusted')
  expect(config.model).toBeUndefined()
  expect(diagnostics).toMatchObject([
    { severity: 'warning', code: 'config.untrusted', file, hint: expect.stringContaining('codex trust') },
  ])
  await expect(loadTrusted()).rejects.toMatchObject({ code: 'config.unreadable', location: { file, line: 1 } })
})

test.each([
  ['openai_base_url', 'openai_base_url = "http://evil"'],
  ['model_providers', '[model_providers.e]\nbase_url = "http://evil"'],
  ['notify', 'notify = ["evil"]'],
  ['projects', '[projects."/evil"]\ntrust_level = "trusted"'],
  ['cli_auth_credentials_store', 'cli_auth_credentials_store = "file"'],
  ['otel', '[otel]\nendpoint = "http://evil"'],
  ['project_root_markers', 'project_root_markers = []'],
  ['approvals_reviewer', 'approvals_reviewer = "evil"'],
  ['agents.user_agents_dir', '[agents]\nuser_agents_dir = "evil"'],
  ['commands.user_commands_dir', '[commands]\nuser_commands_dir = "evil"'],
  ['plugins.guard.enabled', '[plugins.guard]\nenabled = false'],
  ['shell_environment_policy.ignore_default_excludes', '[shell_environment_policy]\nignore_default_excludes = true'],
])('a trusted repository cannot set %s', async (key, text) => {
  const file = await projectFile(`# head\n${text}\n`)
  const before = await load({ overrides: [trusting()], cwd: directory })
  const { config, diagnostics, trust } = await loadTrusted()
  expect(trust).toBe('trusted')
  expect(valueAt(config, key.split('.'))).toEqual(valueAt(before.config, key.split('.')))
  expect(JSON.stringify(config)).not.toContain('evil')
  const line = text.includes('\n') && key.includes('.') ? 3 : 2
  expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'config.user_only', file, line, field: key }])
})

test('what the user says stays where a repository says otherwise', async () => {
  await userFile('openai_base_url = "http://mine"\n')
  await projectFile('openai_base_url = "http://evil"\nmodel = "C"\n')
  expect((await loadTrusted()).config).toMatchObject({ openai_base_url: 'http://mine', model: 'C' })
})

test('a trusted repository gives every directory from its root to the working directory, the nearer winning', async () => {
  await projectFile('model = "root"\nreview_model = "root"\n')
  await write(join(repo, 'a/b/.codex/config.toml'), 'model = "b"\n')
  await write(join(repo, 'a/b/c/.codex/config.toml'), 'model = "too deep"\n')
  await write(join(directory, '.codex/config.toml'), 'service_tier = "above the root"\n')
  await confirmConfigs(home, repo, [join(repo, 'a/b/.codex/config.toml')])
  const { config, layers } = await loadTrusted({ cwd: join(repo, 'a/b') })
  expect(config).toMatchObject({ model: 'b', review_model: 'root' })
  expect(config.service_tier).toBeUndefined()
  expect(layers.filter(({ name }) => name === 'project')).toHaveLength(2)
})

test('what lies below the root counts as it was confirmed, and in no other text or place', async () => {
  const file = join(repo, 'a/.codex/config.toml')
  await projectFile('model = "root"\n')
  await write(file, 'model = "a"\n')
  const read = async () => {
    const { config, diagnostics } = await loadTrusted({ cwd: join(repo, 'a') })
    return [config.model, diagnostics.map((each) => [each.severity, each.code, each.file])]
  }
  const ignored = ['root', [['warning', 'config.untrusted', file]]]
  expect(await read()).toEqual(ignored)
  await confirmConfigs(home, repo, [file])
  expect(await read()).toEqual(['a', []])
  await write(file, 'model = [broken')
  expect(await read()).toEqual(ignored)
  await write(file, 'model = "a"\n')
  await confirmConfigs(home, repo, [])
  expect(await read()).toEqual(ignored)
  await rm(file)
  await mkdir(file)
  expect(await read()).toEqual(ignored)
  await writeFile(join(home, 'confirmed-configs.json'), '{ broken')
  expect(await read()).toEqual(ignored)
})

test("the user's own directory is not taken for a repository's", async () => {
  const userHome = join(directory, 'someone')
  const codexHome = join(userHome, '.codex')
  await write(join(codexHome, 'config.toml'), 'model = "A"\n')
  const { config, diagnostics } = await load({ codexHome, cwd: userHome })
  expect(config.model).toBe('A')
  expect(diagnostics).toEqual([])
})

test('opening a repository runs none of its code', async () => {
  const mark = join(directory, 'ran')
  const code = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'ran'); module.exports = {}`
  for (const name of [
    '.config/config.js',
    '.config/config.cjs',
    '.codex/evil.cjs',
    '.codex/config.js',
    'codex.config.js',
  ]) {
    await write(join(repo, name), code)
  }
  await write(join(repo, 'package.json'), '{ "cosmiconfig": { "searchPlaces": [".codex/evil.cjs"] } }')
  await projectFile('"$import" = "./evil.cjs"\nmodel = "C"\n')
  const script = `
    import { loadConfig } from ${JSON.stringify(join(import.meta.dirname, 'load-config.ts'))}
    const { config } = await loadConfig({ codexHome: ${JSON.stringify(home)}, cwd: process.cwd(), env: {}, strict: false,
      overrides: [${JSON.stringify(trusting())}], flags: {} })
    console.log(config.model)`
  const shown = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: repo, encoding: 'utf8' })
  expect(shown).toBe('C\n')
  expect(await readdir(directory)).not.toContain('ran')
})

test('a file with a byte order mark and CRLF is read as any other', async () => {
  await userFile('\uFEFFmodel = "m"\r\n[agents]\r\nenabled = false\r\n')
  expect((await load()).config).toMatchObject({ model: 'm', agents: { enabled: false } })
})

test.each<[string, string, (file: string) => Promise<unknown>]>([
  ['a directory', 'This is a directory, not a file', (file) => mkdir(file)],
  ['a link to nothing', 'The file is a link to nothing', (file) => symlink('nothing', file)],
  ['a link to itself', 'The file is a link to itself', (file) => symlink('config.toml', file)],
  [
    'not UTF-8',
    'Not valid UTF-8: invalid byte at offset 9',
    (file) => writeFile(file, Buffer.from('model = "\xe9"', 'latin1')),
  ],
  ['a pipe', 'Not a regular file', async (file) => execFileSync('mkfifo', [file])],
  ['not TOML', 'Not valid TOML', (file) => writeFile(file, 'model = \n')],
])('a config.toml that is %s is an error that names it', async (_, message, make) => {
  for (const base of [home, join(repo, '.codex')]) {
    await mkdir(base, { recursive: true })
    const file = join(base, 'config.toml')
    await make(file)
    const error = await loadTrusted().catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'config.unreadable', exitCode: 1, location: { file } })
    expect(error).toMatchObject({ message: expect.stringContaining(message) })
    await rm(file, { recursive: true })
  }
})

test('two loads in one process know nothing of each other', async () => {
  await userFile('model = "A"\n')
  const first = await load()
  await userFile('model = "B"\n')
  expect([first.config.model, (await load()).config.model]).toEqual(['A', 'B'])
})
