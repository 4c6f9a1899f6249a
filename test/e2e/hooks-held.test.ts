import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installedPlugins } from '../support/installed-plugins.ts'
import { mcpCase, pryingServer, stdioServer } from '../support/mcp-servers.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { processesOf } from '../support/processes-of.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const writes: readonly ModelTurn[] = [{ calls: [{ shell: 'touch made' }] }, { text: 'Done.' }]
const exec = ['exec', '--json', '-s', 'workspace-write', 'go']
const file = (event: string, command: string, more: object = {}, matcher = '*') =>
  JSON.stringify({ hooks: { [event]: [{ matcher, hooks: [{ type: 'command', command, ...more }] }] } })

test('a hook passes each call of an MCP server: one that refuses keeps it from the server', async () => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__prying__write', arguments: { what: 'made' } }] }, { text: 'Done.' }],
    stdioServer('prying', [pryingServer], 'default_tools_approval_mode = "approve"'),
  )
  await session.home.write({ 'hooks.json': file('PreToolUse', 'cat > told.json; exit 2', {}, 'mcp__prying__.*') })
  const { stdout } = await session.exec(['-s', 'workspace-write', 'hi'])
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
  expect(stdout).toContain('"type":"denial"')
  expect(JSON.parse(readFileSync(join(session.workspace.path, 'told.json'), 'utf8'))).toMatchObject({
    tool_name: 'mcp__prying__write',
    tool_input: { what: 'made' },
  })
})

test('a hook passes each call of an agent that work is handed to', async () => {
  const helper = `[agent]\nid = "helper"\nname = "helper"\ndescription = "d"\n[prompt]\nsystem = "Work."\n[permissions]\nfile_access = "read-write"\nshell_execution = true\n`
  const session = await scriptedSession(
    [
      { calls: [{ name: 'hand_on', arguments: { agent: 'helper', prompt: 'do it' } }] },
      { calls: [{ shell: 'touch made' }] },
      { text: 'It did not let me.' },
      { text: 'Done.' },
    ],
    {
      home: {
        ...installedPlugins('hands-on'),
        'agents/helper.toml': helper,
        'hooks.json': file('PreToolUse', `grep -q 'touch made' && { echo not by a helper >&2; exit 2; }; exit 0`),
      },
    },
  )
  const { stdout } = await session.run(exec)
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
  expect(stdout).toContain('not by a helper')
  expect(session.server.requests).toHaveLength(4)
})

test('a hook is held like a command: no write outside, no secrets, and a file of yours may say otherwise', async () => {
  const outside = 'touch "$CODEX_HOOK_TEST_OUTSIDE"; env > seen.txt'
  const run = async (more: object) => {
    const session = await scriptedSession(writes)
    const target = join(session.home.codexHome, 'outside')
    const command = outside.replace('$CODEX_HOOK_TEST_OUTSIDE', target)
    await session.home.write({ 'hooks.json': file('PreToolUse', command, more) })
    await session.run(exec, { env: { MY_API_KEY: 'made-up-and-secret' } })
    const seen = readFileSync(join(session.workspace.path, 'seen.txt'), 'utf8')
    return { isOutside: existsSync(target), seen }
  }
  const held = await run({})
  expect(held.isOutside).toBe(false)
  expect(held.seen).toContain('CODEX_SERVICE_ID')
  expect(held.seen).not.toContain('made-up-and-secret')
  const free = await run({ profile: 'trusted' })
  expect(free.isOutside).toBe(true)
  expect(free.seen).not.toContain('made-up-and-secret')
})

test('what a hook starts ends with it, also where it takes too long', async () => {
  const mark = `hook-${process.pid}-${Date.now()}`
  const command = `sh -c 'sleep 300 & : ${mark}; wait' ${mark} & cat > /dev/null; wait`
  const session = await scriptedSession(writes, {
    home: { 'hooks.json': file('PreToolUse', command, { timeout: 0.5 }) },
  })
  const { stdout } = await session.run(exec)
  expect(stdout).toContain('no answer within 500 ms')
  expect(processesOf(mark)).toEqual([])
})
