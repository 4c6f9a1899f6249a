import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type CodexHome, makeCodexHome } from '../support/codex-home.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import { codexBin, runCodex } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const files = {
  ...installedPlugins('own-command'),
  'commands/greet.md': '---\ndescription: Greets\nargs: [{ name: tone, type: enum, values: [warm, cold] }]\n---\nHi.\n',
  'agents/gardener.toml': '[agent]\nid = "gardener"\nname = "Gardener"\ndescription = "x"\n[prompt]\nsystem = "x"\n',
  'profiles/greenhouse.toml': 'id = "greenhouse"\nextends = "offline"\ndescription = "x"\n',
}

async function place() {
  const home = await makeCodexHome(files)
  onTestFinished(() => home.remove())
  const workspace = await makeWorkspace({ files: { 'notes.txt': '' } })
  onTestFinished(() => workspace.remove())
  return { home, cwd: workspace.path }
}

const completed = async (line: string, where: { home: CodexHome; cwd: string }) =>
  (await runCodex(['complete', line], where)).stdout.split('\n').map((each) => each.split('\t')[0])

test('commands, agents, profiles and what plugins bring are completed from the files of the moment', async () => {
  const where = await place()
  expect(await completed('codex /gr', where)).toContain('/greet')
  expect(await completed('codex /greet ', where)).toEqual(['tone=warm', 'tone=cold', ''])
  expect(await completed('codex agent gar', where)).toEqual(['gardener', ''])
  expect(await completed('codex --profile green', where)).toEqual(['greenhouse', ''])
  expect(await completed('codex cens', where)).toEqual(['census', ''])
  expect(await completed('codex plugins inspect ', where)).toEqual(['own-command', ''])
  await where.home.write({ 'commands/grumble.md': 'Grumble.\n' })
  expect(await completed('codex /gru', where)).toEqual(['/grumble', ''])
})

test('a configuration or a file that is broken is no reason to complete nothing, and nothing is said', async () => {
  const where = await place()
  await where.home.write({ 'config.toml': 'model = \n', 'agents/broken.toml': '[agent' })
  const { exitCode, stdout, stderr } = await runCodex(['complete', 'codex agent gar'], where)
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'gardener\tx\n', stderr: '' })
})

const shells = [
  { shell: 'bash', start: ['bash', '--noprofile', '--rcfile', 'rc', '-i'], rc: 'source <(codex completion bash)' },
  {
    shell: 'zsh',
    start: ['zsh', '--interactive', '--no-globalrcs'],
    rc: 'autoload -Uz compinit; compinit -u -D\nsource <(codex completion zsh)',
  },
  {
    shell: 'bash',
    start: ['bash', '--noprofile', '--rcfile', 'rc', '-i'],
    rc: 'eval "$(codex autocomplete script bash)"',
  },
]

test.each(shells)('TAB in $shell, set up by: $rc', async ({ start, rc }) => {
  const { home, cwd } = await place()
  if (rc.includes('autocomplete')) {
    const { exitCode, stdout } = await runCodex(['autocomplete', 'bash'], { home, cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('Setup Instructions') })
  }
  await mkdir(join(home.homeDir, 'bin'))
  const shim = join(home.homeDir, 'bin', 'codex')
  const own = `case "$1" in complete|completion|autocomplete) exec ${process.execPath} ${codexBin} "$@";; esac`
  await writeFile(shim, `#!/bin/sh\n${own}\necho "<$*>"\n`)
  await chmod(shim, 0o755)
  const prompt = `PS1='ready> '\n${rc}\n`
  for (const name of ['rc', '.zshrc']) await writeFile(join(home.homeDir, name), prompt)
  const typed = [
    'codex agent gar\t',
    'codex @gar\t',
    'codex /gree\t',
    'codex exec --profile=green\t',
    'codex exec -p green\t',
  ]
  const keys = [...typed, 'exit'].map((line) => `${line}\n`).join('')
  const env = {
    PATH: `${join(home.homeDir, 'bin')}:${process.env.PATH}`,
    HOME: home.homeDir,
    ZDOTDIR: home.homeDir,
    CODEX_HOME: home.codexHome,
    TERM: 'dumb',
  }
  const argv = start.map((word) => (word === 'rc' ? join(home.homeDir, 'rc') : word))
  const { shown } = await runOnTerminal(argv, { after: 'ready> ', keys }, { cwd, env })
  const ran = [...shown.matchAll(/<([^<>]*)>\r?\n/g)].map(([, words]) => words)
  expect(ran).toEqual(['agent gardener', '@gardener', '/greet', 'exec --profile=greenhouse', 'exec -p greenhouse'])
})

test('a shell that is not known is told which are', async () => {
  const { exitCode, stderr } = await runCodex(['completion', 'tcsh'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('bash, zsh, fish')
})
