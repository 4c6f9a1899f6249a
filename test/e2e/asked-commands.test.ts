import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { toolOutputs } from '../support/exec-case.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal, type TypedKeys } from '../support/run-on-terminal.ts'
import { scriptedSession, sentBody } from '../support/scripted-session.ts'

/** Neither in the workspace nor in the temp directory that workspace-write opens. */
let outside: string
beforeEach(() => {
  outside = mkdtempSync('/var/tmp/codex-outside-')
  writeFileSync(join(outside, 'theirs'), 'theirs')
})
afterEach(() => rmSync(outside, { recursive: true, force: true }))

const found = () => readdirSync(outside, { recursive: true }).sort()

/** Two commands of a model; the person answers the first question with these keys, or types them as they come. Gives what the model is told. */
async function answered(typed: string | readonly TypedKeys[], commands: readonly object[]) {
  const calls = commands.map((command) => ({ calls: [{ name: 'exec_command', arguments: command }] }))
  const { server, home, workspace } = await scriptedSession([...calls, { text: 'Done.' }])
  const place = {
    cwd: workspace.path,
    env: { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' },
  }
  const argv = [process.execPath, codexBin, '--security-profile', 'workspace-write', 'do it']
  const keys = typeof typed === 'string' ? { after: 'Allow?', keys: typed } : typed
  const { shown } = await runOnTerminal(argv, keys, place)
  const told = toolOutputs(sentBody(server, commands.length))
  return { shown, told: commands.map((_, index) => told[`call_${index + 1}_0`] ?? '') }
}

test('a write outside that a person allows happens, for that command alone and nothing beside it', async () => {
  const script = `mkdir ${outside}/x && echo hi > ${outside}/x/f; touch ${outside}/y; rm -f ${outside}/theirs`
  const { shown, told } = await answered('y\n', [{ cmd: script }, { cmd: `touch ${outside}/x/later` }])
  expect(shown).toContain(`allowed, this command may write ${outside}/x/f`)
  expect(readFileSync(join(outside, 'x/f'), 'utf8')).toBe('hi\n')
  expect(found()).toEqual(['theirs', 'x', 'x/f'])
  expect(told[0]).toContain(`Not kept, since only ${outside}/x/f was allowed: ${outside}/y.`)
  expect(told[1]).toContain('Read-only file system')
})

test('a write outside that a person refuses does not happen', async () => {
  const { told } = await answered('n\n', [{ cmd: `echo hi > ${outside}/x` }])
  expect(told[0]).toContain('it was refused')
  expect(found()).toEqual(['theirs'])
})

test('what a command asks for besides is what it gets, with the protected paths of that place kept', async () => {
  mkdirSync(join(outside, 'repo/.git/hooks'), { recursive: true })
  const asked = {
    cmd: `touch ${outside}/repo/a ${outside}/repo/.git/hooks/post-commit ${outside}/b; rm ${outside}/theirs`,
    sandbox_permissions: 'with_additional_permissions',
    additional_permissions: { file_system: { write: [`${outside}/repo`] } },
    justification: 'The release needs it.',
  }
  const { shown } = await answered('y\n', [asked])
  expect(shown).toContain('because: The release needs it.')
  expect(shown).toContain(`allowed, this command may write ${outside}/repo`)
  expect(found()).toEqual(['repo', 'repo/.git', 'repo/.git/hooks', 'repo/a', 'theirs'])
})

test('a no that names a command tells the model which one was refused, and nothing of the line runs', async () => {
  const script = `touch made; rm -rf ${outside}/theirs; git push nowhere`
  const { shown, told } = await answered('n 1\n', [{ cmd: script }, { cmd: 'ls' }])
  expect(shown).toContain(`Command 1: rm -rf ${outside}/theirs`)
  expect(told[0]).toContain(`it was refused: rm -rf ${outside}/theirs; not refused: git push nowhere`)
  expect(told[1]).not.toContain('made')
  expect(found()).toEqual(['theirs'])
})

test('what is no answer is asked again, nothing happens meanwhile, and the end of the input is a no', async () => {
  const script = `echo hi > ${outside}/x`
  const lines = [
    { after: 'Allow?', keys: 'maybe\n' },
    { after: '"maybe" is no answer here. Allow?', keys: 'n 9\n' },
  ]
  const again = { after: '"n 9" is no answer here. Allow?', keys: 'y\n' }
  const ended = await answered([...lines, { ...again, keys: '\u0004' }], [{ cmd: script }])
  expect(ended.told[0]).toContain('it was refused')
  expect(found()).toEqual(['theirs'])
  await answered([...lines, again], [{ cmd: script }])
  expect(found()).toEqual(['theirs', 'x'])
})
