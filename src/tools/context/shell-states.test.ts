import { existsSync } from 'node:fs'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { linuxSandbox } from '../../../test/support/tool-bench.ts'
import { createCommandSupplies } from '../../sandbox/command-supplies.ts'
import { runCommand } from '../../sandbox/run-command.ts'
import { withShellState } from '../../sandbox/shell-state.ts'
import type { CommandConfinement } from '../../sandbox/start-command.ts'
import { createShellStates } from './shell-states.ts'

const homes: string[] = []
afterEach(async () => {
  for (const home of homes.splice(0)) await rm(home, { recursive: true, force: true })
})

/** A thread's shell whose login files are those given. */
async function shellWith(shell: string, files: Readonly<Record<string, string>>, isConfined = false) {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'shell-state-')))
  homes.push(home)
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, name), text)
  const env = { HOME: home, PATH: process.env.PATH ?? '', GIVEN: '1' }
  const how: CommandConfinement = isConfined
    ? {
        backend: linuxSandbox,
        policy: {
          ...{ cwd: home, readable: 'all', denyRead: [], writable: [home], readOnly: [], temp: 'private' },
          ...{ network: 'none', limits: {} },
        },
      }
    : {}
  const states = createShellStates((name) => !name.includes('TOKEN'))
  const signal = new AbortController().signal
  const redact = (text: string) => text.replaceAll('hunter22', '[redacted]')
  const supplies = createCommandSupplies()
  const run = async (argv: readonly string[], more: object = {}): Promise<string> => {
    const request = { argv, cwd: home, env, timeoutMs: 20_000, maxOutputBytes: 100_000, ...more }
    for await (const event of runCommand(request, how, supplies, signal)) if (event.type === 'exit') return event.output
    return ''
  }
  const state = () => states.of(shell, { cwd: home, env, how: async () => how, supplies, redact, signal })
  return {
    home,
    state,
    /** A script by the state of the shell. */
    async byState(script: string): Promise<string> {
      const found = await state()
      if (!found) throw new Error('no state')
      const { argv, env: changed, stateText } = withShellState(shell, script, found)
      return run(argv, { env: { ...env, ...changed }, ...(stateText !== undefined && { stateText }) })
    },
    /** The same by a login. */
    byLogin: (script: string) => run([shell, '-lc', script]),
  }
}

const bashFiles = {
  '.bash_profile': [
    'echo noise; echo noise >&2',
    'echo x >> "$HOME/logins"',
    'export PATH="$HOME/bin:$PATH" GREETING="two',
    'lines"',
    'greet() { echo "hello $1"; }',
    'exported() { echo exported; }; export -f exported',
    'shopt -s expand_aliases extglob; set -o noclobber; umask 027',
    "alias ll='echo listed'",
    'cd /',
  ].join('\n'),
}
const script =
  'echo "$PATH"; echo "$GREETING"; greet you; bash -c exported; ll\nll; set -o | grep noclobber; umask; echo @(a|b); echo "$0 $LINENO"; exit 3'

describe.each([
  ['directly', false],
  ['in the sandbox', true],
])('%s', (_name, isConfined) => {
  test('bash finds what its login files have left, without reading them again', async () => {
    const shell = await shellWith('/bin/bash', bashFiles, isConfined)
    const withState = await shell.byState(script)
    expect(await shell.byState(script)).toBe(withState)
    expect(await readFile(join(shell.home, 'logins'), 'utf8')).toBe('x\n')
    const login = await shell.byLogin(script)
    expect(withState).toBe(login.replaceAll('noise\n', ''))
    expect(withState).toContain('hello you\nexported\nlisted\n')
  })

  test('zsh does too', async () => {
    const files = {
      '.zprofile':
        'export GREETING=hi\ngreet() { echo "hello $1" }\nsetopt extended_glob\nalias ll=\'echo listed\'\necho noise\n',
    }
    const shell = await shellWith('/usr/bin/zsh', files, isConfined)
    const text = 'echo $GREETING; greet you\nll\nsetopt | grep extendedglob; exit 3'
    const withState = await shell.byState(text)
    expect(withState).toBe((await shell.byLogin(text)).replaceAll('noise\n', ''))
    expect(withState).toBe('hi\nhello you\nlisted\nextendedglob\n')
  })
})

test('login files that set nothing leave nothing to read', async () => {
  const shell = await shellWith('/bin/bash', {})
  expect(await shell.state()).not.toHaveProperty('script')
})

test('no secret goes along', async () => {
  const shell = await shellWith('/bin/bash', {
    '.bash_profile':
      'export API_TOKEN=abc DATABASE=postgres://me:hunter22@db OPEN=1\nconnect() { echo hunter22; }\nother() { echo fine; }\n',
  })
  const state = await shell.state()
  expect(JSON.stringify(state)).not.toMatch(/hunter22|API_TOKEN/)
  expect(state?.env.OPEN).toBe('1')
  expect(await shell.byState('other; type connect')).toContain('fine')
})

test.each([
  ['that fail', 'exit 1'],
  ['that replace the shell', 'exec sleep 0'],
])('with login files %s, each command logs in by itself', async (_name, text) => {
  const shell = await shellWith('/bin/bash', { '.bash_profile': text })
  expect(await shell.state()).toBeUndefined()
})

test('a command changes nothing for the next one', async () => {
  const shell = await shellWith('/bin/bash', bashFiles)
  await shell.byState('echo "echo changed" > /proc/self/fd/9; greet() { echo changed; }')
  expect(await shell.byState('greet you')).toBe('hello you\n')
})

test.each([
  ['/bin/bash', '.bash_profile', 'shopt -s nullglob; shopt -u sourcepath; set +o braceexpand; set -o noclobber'],
  ['/usr/bin/zsh', '.zprofile', 'setopt extendedglob nobadpattern'],
])('%s: of options those alone are kept that login files changed', async (shell, name, text) => {
  if (!existsSync(shell)) return
  const lines = async (files: Readonly<Record<string, string>>) =>
    ((await (await shellWith(shell, files)).state())?.script ?? '').split('\n').filter(Boolean)
  const before = await lines({})
  expect(before.filter((line) => /^(?:shopt|set|setopt) /.test(line))).toEqual([])
  expect((await lines({ [name]: text })).toSorted()).toEqual(
    [...before, ...text.replace('setopt extendedglob nob', 'setopt extendedglob; setopt nob').split('; ')].toSorted(),
  )
})
