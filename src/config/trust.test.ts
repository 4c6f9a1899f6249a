import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from './load-config.ts'
import { setTrust } from './set-trust.ts'

let directory = ''
let home = ''
let repo = ''
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'codex-trust-')))
  home = join(directory, 'home')
  repo = join(directory, 'repo')
  await mkdir(join(repo, '.git'), { recursive: true })
})
afterEach(() => rm(directory, { recursive: true }))

async function trust(overrides: readonly string[] = [], profile?: string): Promise<string> {
  const options = { codexHome: home, cwd: repo, env: {}, overrides, flags: {}, strict: false }
  return (await loadConfig(profile === undefined ? options : { ...options, profile })).trust
}

test('a repository is untrusted until trusted, and the home is made for it', async () => {
  expect(await trust()).toBe('untrusted')
  await setTrust(home, repo, 'trusted')
  expect(await trust()).toBe('trusted')
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe(`[projects."${repo}"]\ntrust_level = "trusted"\n`)
  await setTrust(home, repo, 'untrusted')
  expect(await trust()).toBe('untrusted')
})

test('comments, order and mode stay, and no draft is left behind', async () => {
  await mkdir(home)
  const file = join(home, 'config.toml')
  await writeFile(file, '# mine\nmodel = "m" # the model\n\n[agents]\nenabled = true\n')
  await chmod(file, 0o640)
  await setTrust(home, repo, 'trusted')
  expect(await readFile(file, 'utf8')).toBe(
    `# mine\nmodel = "m" # the model\n\n[agents]\nenabled = true\n\n[projects."${repo}"]\ntrust_level = "trusted"\n`,
  )
  expect((await stat(file)).mode & 0o777).toBe(0o640)
  expect(await readdir(home)).toEqual(['config.toml'])
})

test('kernel.toml is written where it is there, and wins', async () => {
  await mkdir(home)
  await writeFile(join(home, 'config.toml'), `[projects."${repo}"]\ntrust_level = "untrusted"\n`)
  await writeFile(join(home, 'kernel.toml'), '')
  await setTrust(home, repo, 'trusted')
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toContain('untrusted')
  expect(await trust()).toBe('trusted')
})

test('another spelling of the path counts, and setting trust changes that one', async () => {
  await mkdir(home)
  await symlink('repo', join(directory, 'link'))
  await writeFile(join(home, 'config.toml'), `[projects."${join(directory, 'link')}"]\ntrust_level = "trusted"\n`)
  expect(await trust()).toBe('trusted')
  await setTrust(home, join(directory, 'link'), 'untrusted')
  expect(await trust()).toBe('untrusted')
})

test('a config.toml that is a link stays one', async () => {
  await mkdir(home)
  await writeFile(join(directory, 'dotfile.toml'), 'model = "m"\n')
  await symlink('../dotfile.toml', join(home, 'config.toml'))
  await setTrust(home, repo, 'trusted')
  expect((await lstat(join(home, 'config.toml'))).isSymbolicLink()).toBe(true)
  expect(await readFile(join(directory, 'dotfile.toml'), 'utf8')).toContain('trust_level = "trusted"')
})

test('-c trusts, a profile file does not, and the repository never trusts itself', async () => {
  const line = `[projects."${repo}"]\ntrust_level = "trusted"\n`
  await mkdir(home)
  await mkdir(join(repo, '.codex'))
  await writeFile(join(repo, '.codex/config.toml'), line)
  await writeFile(join(home, 'work.config.toml'), line)
  expect(await trust([], 'work')).toBe('untrusted')
  expect(await trust([`projects."${repo}".trust_level="trusted"`])).toBe('trusted')
})

test('a file that is not TOML is left alone', async () => {
  await mkdir(home)
  await writeFile(join(home, 'config.toml'), 'model = \n')
  await expect(setTrust(home, repo, 'trusted')).rejects.toMatchObject({ code: 'config.unreadable' })
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe('model = \n')
})

test('a home that cannot be written is an error', async () => {
  await writeFile(home, 'a file')
  await expect(setTrust(home, repo, 'trusted')).rejects.toMatchObject({ code: 'home.unwritable' })
})
