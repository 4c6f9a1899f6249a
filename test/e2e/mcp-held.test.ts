import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { badServer, lastOutput, mcpCase, stdioServer } from '../support/mcp-servers.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'

/** Neither in the workspace nor in a temp directory that a profile opens. */
function outside(): string {
  const directory = mkdtempSync('/var/tmp/codex-mcp-')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'file')
}

/** A call that has the server write a file; the person presses these keys where they are asked. */
async function writing(file: string, way: string, more: string) {
  const calls = [{ name: 'mcp__bad__act', arguments: { word: file } }]
  return await mcpCase([{ calls }, { text: 'done' }], stdioServer('bad', [badServer, way], more))
}

test.each([
  ['', 'refused: EROFS', false],
  ['profile = "trusted"', 'written', true],
])('a server with %j, told to write outside: %s', async (more, told, isThere) => {
  const file = outside()
  const session = await writing(file, 'writes-where-told', more)
  expect(await session.exec(['-s', 'workspace-write', 'hi'])).toMatchObject({ exitCode: 0 })
  expect(lastOutput(session, 1)).toContain(told)
  expect(existsSync(file)).toBe(isThere)
})

test('a server writes the workspace where commands may', async () => {
  const session = await writing('made.txt', 'writes-where-told', '')
  await session.exec(['-s', 'workspace-write', 'hi'])
  expect(lastOutput(session, 1)).toContain('written')
  expect(await readFile(join(session.workspace.path, 'made.txt'), 'utf8')).toBe('x')
})

test('a variable that env_vars names reaches the server, and no other secret does', async () => {
  const session = await writing('x', 'secret', 'env_vars = ["THE_TOKEN"]')
  await session.exec(['hi'], { env: { THE_TOKEN: 'tok-1234567890', OTHER_TOKEN: 'other-987654321' } })
  expect(lastOutput(session, 1)).toContain('the token is [redacted], the other undefined')
})

test.each([
  ['y\n', 'did ', 'completed'],
  ['n\n', 'it was refused', 'failed'],
])('a person who answers %j to a call that may change something: the model is told %j', async (keys, told) => {
  const session = await writing('x', 'writes', '')
  const { home, workspace } = session
  const env = { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' }
  const argv = [process.execPath, codexBin, '--security-profile', 'workspace-write', 'go on']
  const { exitCode, shown } = await runOnTerminal(argv, { after: 'n no: ', keys }, { cwd: workspace.path, env })
  expect(exitCode).toBe(0)
  expect(shown).toContain('act of the MCP server bad may change something')
  expect(lastOutput(session, 1)).toContain(told)
})
