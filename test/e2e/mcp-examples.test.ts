import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems, userTexts } from '../support/exec-case.ts'
import { lastOutput, mcpCase, stdioServer, toolNames } from '../support/mcp-servers.ts'
import { sentBody } from '../support/scripted-session.ts'

const example = (name: string) => fileURLToPath(new URL(`../../docs/examples/mcp/${name}`, import.meta.url))

/** Starts the server over HTTP; gives its address. */
async function startUnits(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const env = { PATH: process.env.PATH ?? '', UNITS_TOKEN: 'units-secret-1' }
  const child = spawn(process.execPath, [example('units-server.js'), '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  const [url] = await once(createInterface({ input: child.stdout }), 'line')
  return { url: String(url), child }
}

const units = (url: string, more = '') => `[mcp_servers.units]\nurl = "${url}"\n${more}\n`
const convert = { name: 'mcp__units__to_kilometres', arguments: { amount: 2, unit: 'league' } }

test('the notes server: a note is added where that is agreed to, listed, and a prompt is a command', async () => {
  const session = await mcpCase(
    [
      { calls: [{ name: 'mcp__notes__add_note', arguments: { text: 'buy bread' } }] },
      { calls: [{ name: 'mcp__notes__list_notes', arguments: {} }] },
      { text: 'done' },
      { text: 'sorted' },
    ],
    (workspace) =>
      stdioServer(
        'notes',
        [example('notes-server.js'), join(workspace, 'notes.txt')],
        'default_tools_approval_mode = "approve"\nwritable = [":workspace"]',
      ),
  )
  await session.exec(['hi'])
  expect(lastOutput(session, 2)).toBe('buy bread\n')
  expect(await readFile(join(session.workspace.path, 'notes.txt'), 'utf8')).toBe('buy bread\n')
  await session.exec(['/mcp__notes__sort --by length'])
  expect(userTexts(sentBody(session.server, 3)).at(-1)).toBe('Sort these notes by length:\n\nbuy bread\n')
})

test('the units server: the token goes along and is shown nowhere, data comes back', async () => {
  const { url } = await startUnits()
  const session = await mcpCase(
    [{ calls: [convert] }, { text: 'done' }],
    units(url, 'bearer_token_env_var = "UNITS_TOKEN"'),
  )
  const result = await session.exec(['hi'], { env: { UNITS_TOKEN: 'units-secret-1' } })
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([
    { server: 'units', result: { structured_content: { kilometres: 9.656064 } }, status: 'completed' },
  ])
  expect(lastOutput(session, 1)).toBe('{"kilometres":9.656064}')
  const audit = await session.audit()
  expect(audit).toContain('"host":"127.0.0.1"')
  expect(audit + result.stdout + result.stderr).not.toContain('units-secret-1')
})

test('a header from a variable does the same', async () => {
  const { url } = await startUnits()
  const session = await mcpCase(
    [{ calls: [convert] }, { text: 'done' }],
    units(url, 'env_http_headers = { Authorization = "UNITS_HEADER" }'),
  )
  const result = await session.exec(['hi'], { env: { UNITS_HEADER: 'Bearer units-secret-1' } })
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([{ status: 'completed' }])
})

test.each([
  ['without a token', '', {}, 'it answered 401 Unauthorized; name the variable of its token in bearer_token_env_var'],
  [
    'with the wrong one',
    'bearer_token_env_var = "UNITS_TOKEN"',
    { UNITS_TOKEN: 'wrong' },
    'it answered 401 Unauthorized; look at the token in UNITS_TOKEN',
  ],
  [
    'with a variable that is not set',
    'bearer_token_env_var = "UNITS_TOKEN"',
    {},
    'the variable UNITS_TOKEN (bearer_token_env_var) is not set',
  ],
])('the units server %s: what is wrong is told', async (_, more, env, reason) => {
  const { url } = await startUnits()
  const session = await mcpCase([{ text: 'ok' }], units(url, more))
  const result = await session.exec(['hi'], { env })
  expect(completedItems(result, 'notice').map(({ message }) => String(message))).toEqual([
    expect.stringContaining(reason),
  ])
  expect(toolNames(session, 0).filter((name) => name.startsWith('mcp__'))).toEqual([])
})

test('an address where nobody answers is told with its cause', async () => {
  const { url, child } = await startUnits()
  child.kill()
  await once(child, 'exit')
  const session = await mcpCase([{ text: 'ok' }], units(url))
  const [item] = completedItems(await session.exec(['hi']), 'notice')
  expect(item?.message).toContain('ECONNREFUSED')
})
