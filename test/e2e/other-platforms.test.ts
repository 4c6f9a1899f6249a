import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { collect } from '../support/collect.ts'
import { execCase } from '../support/exec-case.ts'
import { runtimeOf } from '../support/runtime-of.ts'
import type { ScriptedSession } from '../support/scripted-session.ts'

// The program is told that it runs on another system, so what each is told is seen here.

const signal = new AbortController().signal
const patch = '*** Begin Patch\n*** Add File: patched\n+x\n*** End Patch\n'
const open = (session: Pick<ScriptedSession, 'home' | 'workspace'>, platform: string) =>
  runtimeOf(session, { SCRIPTED_MODEL_KEY: 'key' }, { securityProfile: 'workspace-write' }, platform)

test.each([
  ['win32', 'on Windows there is none yet', /WSL 2/],
  ['darwin', '/usr/bin/sandbox-exec is missing', /part of macOS/],
  ['freebsd', 'no sandbox backend is installed for freebsd', /another|without one|plugin/],
])('on %s commands and writes are refused with what to do, and the thread goes on', async (platform, reason, fix) => {
  const turns = [
    { calls: [{ shell: 'echo x > made' }] },
    { calls: [{ name: 'apply_patch', input: patch }] },
    { text: 'an answer' },
  ]
  const session = await execCase(turns, { files: { 'a.txt': 'text\n' } })
  const runtime = await open(session, platform)
  const events = await collect(runtime.run({ input: 'go', route: false }, signal))
  expect(events.at(-1)).toMatchObject({ type: 'turn.completed' })
  const told = JSON.stringify(events)
  expect(told).toContain(reason)
  expect(['made', 'patched'].map((name) => existsSync(join(session.workspace.path, name)))).toEqual([false, false])
  const check = (await runtime.doctor(signal)).find(({ name }) => name === 'sandbox')
  expect(check).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining(reason),
    fix: expect.stringMatching(fix),
  })
})

test.each([
  ['linux', ['bubblewrap']],
  ['darwin', ['seatbelt']],
  ['win32', []],
])('on %s the sandboxes that are tried are %j', async (platform, ids) => {
  const runtime = await open(await execCase([]), platform)
  const sandboxes = (await runtime.extensions()).filter(
    ({ point, status }) => point === 'sandboxes' && status === 'active',
  )
  expect(sandboxes.map(({ id }) => id)).toEqual(ids)
})

test.each(['offline', 'workspace-write'])(
  'on Windows codex sandbox under %s is a denial that names WSL',
  async (securityProfile) => {
    const session = await execCase([])
    const runtime = await runtimeOf(session, {}, { securityProfile }, 'win32')
    const run = collect(runtime.exec({ script: 'touch made' }, signal))
    await expect(run).rejects.toMatchObject({ code: 'permission.denied', hint: expect.stringContaining('WSL 2') })
    expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
  },
)
