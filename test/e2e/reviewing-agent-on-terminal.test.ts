import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { jsonLines } from '../support/exec-case.ts'
import type { ModelTurn, RecordedRequest } from '../support/model-server.ts'
import { isReview } from '../support/review-prompt.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal, type TypedKeys } from '../support/run-on-terminal.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const config = 'approvals_reviewer = "auto_review"\nsandbox_workspace_write.exclude_slash_tmp = true'
const answer = (risk: number, decision: 'allow' | 'deny'): ModelTurn => ({
  text: JSON.stringify({ risk, decision, reason: 'Because.' }),
})
/** The agent takes longer than the person. */
const silence: ModelTurn = { failure: { kind: 'silent' } }

/** A person at a terminal, and an agent that judges; the model makes a file beside the workspace. */
async function both(said: ModelTurn, keys: readonly TypedKeys[], more: readonly string[] = []) {
  const turns: ((request: RecordedRequest) => ModelTurn)[] = []
  const { home, workspace } = await scriptedSession(turns, { config, server: { whenSpent: 'repeat' } })
  const file = join(home.homeDir, 'new.txt')
  const make: ModelTurn = { calls: [{ shell: `printf done > '${file}'` }] }
  turns.push(
    () => make,
    (request) => (isReview(request) ? said : { text: 'done' }),
  )
  const env = { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' }
  const argv = [process.execPath, codexBin, '-s', 'workspace-write', '--plain', ...more, 'make the file']
  const { exitCode, shown } = await runOnTerminal(argv, keys, { cwd: workspace.path, env })
  const [month = ''] = await readdir(join(home.codexHome, 'audit'))
  const audit = jsonLines(await readFile(join(home.codexHome, 'audit', month), 'utf8'))
  const decision = audit.find(({ requestId }) => requestId !== undefined)
  return { exitCode, shown, isMade: existsSync(file), decision }
}

test('a person who says yes first is followed, and the review is aborted', async () => {
  const { isMade, shown, decision } = await both(silence, [{ after: 'Allow?', keys: 'y\n' }])
  expect(isMade).toBe(true)
  expect(shown).toMatch(/Review: .*aborted/)
  expect(decision).toMatchObject({ outcome: 'allow', approvedBy: 'person' })
  expect(decision).not.toHaveProperty('reviewId')
})

test('a person who says no first is followed, whatever the agent would say', async () => {
  const { isMade, shown, decision } = await both(silence, [{ after: 'Allow?', keys: 'n\n' }])
  expect(isMade).toBe(false)
  expect(shown).toMatch(/Review: .*aborted/)
  expect(decision).toMatchObject({ outcome: 'deny' })
  expect(decision).not.toHaveProperty('reviewId')
})

test('an agent that says yes first is followed, and the question is taken away', async () => {
  const { exitCode, isMade, shown, decision } = await both(answer(10, 'allow'), [])
  expect({ exitCode, isMade }).toEqual({ exitCode: 0, isMade: true })
  expect(shown).toMatch(/Review: .*approved, risk 10/)
  expect(decision).toMatchObject({ approvedBy: 'agent', reviewStatus: 'approved' })
})

test('an agent that says no first is followed, also under its older name', async () => {
  const older = ['-c', 'approvals_reviewer=guardian_subagent']
  const { exitCode, isMade, decision } = await both(answer(90, 'deny'), [], older)
  expect({ exitCode, isMade }).toEqual({ exitCode: 0, isMade: false })
  expect(decision).toMatchObject({ outcome: 'deny', reviewStatus: 'denied', risk: 90 })
})

test.for([
  ['fails', { failure: { kind: 'status', status: 500 } }, 'the reviewing agent could not be asked: '],
  ['answers in words', { text: 'Yes, allow it.' }, 'is not of the agreed shape'],
] as const)('where the agent %s the question stays the person’s', async ([, said, words]) => {
  const { isMade, shown, decision } = await both(said, [{ after: 'Review:', keys: 'y\n' }])
  expect(isMade).toBe(true)
  expect(shown).toContain(words)
  expect(decision).toMatchObject({ approvedBy: 'person' })
})

test('where the agent takes too long the question stays the person’s', async () => {
  const { isMade, decision } = await both(
    silence,
    [{ after: 'timed out', keys: 'y\n' }],
    ['-c', 'auto_review.timeout_ms=200'],
  )
  expect(isMade).toBe(true)
  expect(decision).toMatchObject({ approvedBy: 'person' })
})
