import { existsSync } from 'node:fs'
import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ApprovalAnswer, ApprovalRequest } from '../../src/plugin-api/index.ts'
import { collect } from '../support/collect.ts'
import { execCase, jsonLines } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-turn.ts'
import { runtimeOf } from '../support/runtime-of.ts'

const { signal } = new AbortController()
const rules = { 'rules/default.rules': 'prefix_rule(pattern=["touch"], decision="prompt")\n' }

/** A thread of several runs; each gives what was asked in it. */
async function thread(turns: ModelTurn[]) {
  const session = await execCase(turns, {
    home: rules,
    config: 'sandbox_workspace_write.exclude_slash_tmp = true',
  })
  let threadId: string | undefined
  const run = async (answer: ApprovalAnswer, securityProfile = 'workspace-write') => {
    const runtime = await runtimeOf(session, undefined, { securityProfile, neverAsk: false })
    const asked: ApprovalRequest[] = []
    const approve = async (request: ApprovalRequest) => {
      asked.push(request)
      return answer
    }
    const resume = threadId === undefined ? {} : { resume: threadId }
    const events = await collect(runtime.run({ input: 'go', route: false, approve, ...resume }, signal))
    for (const event of events) if (event.type === 'thread.started') threadId = event.thread_id
    expect(events.at(-1)).toMatchObject({ type: 'turn.completed' })
    return asked
  }
  return {
    ...session,
    turns,
    run,
    forkOf: async () => {
      const runtime = await runtimeOf(session)
      threadId = await runtime.fork(threadId ?? '')
    },
  }
}

const touch = (name: string): readonly ModelTurn[] => [{ calls: [{ shell: `touch ${name}` }] }, { text: 'Done.' }]
const beginning = { decision: 'session', proposal: 'prefix', by: 'person' } as const

test('what was granted for the session is not asked again when the thread goes on, and is in its record', async () => {
  const { run, workspace, rollouts } = await thread([...touch('one'), ...touch('two')])
  expect(await run(beginning)).toHaveLength(1)
  expect(await run('deny')).toEqual([])
  expect(existsSync(join(workspace.path, 'two'))).toBe(true)
  const [file = ''] = await rollouts()
  const lines = jsonLines(await readFile(file, 'utf8')) as readonly { readonly payload?: { readonly type?: string } }[]
  expect(lines.filter(({ payload }) => payload?.type === 'grant')).toHaveLength(1)
})

test('what was granted for the turn, and what a fork was never granted, is asked again', async () => {
  const turn = await thread([...touch('one'), ...touch('two')])
  expect(await turn.run('turn')).toHaveLength(1)
  expect(await turn.run('deny')).toHaveLength(1)
  expect(existsSync(join(turn.workspace.path, 'two'))).toBe(false)
  const fork = await thread([...touch('one'), ...touch('two')])
  expect(await fork.run(beginning)).toHaveLength(1)
  await fork.forkOf()
  expect(await fork.run('deny')).toHaveLength(1)
})

/** Asks for a directory outside, then writes in it by a command that the gate cannot read paths from. */
function outside(home: string): readonly ModelTurn[] {
  const ask = { name: 'request_permissions', arguments: { reason: 'r', write: [join(home, 'kept')] } }
  return [{ calls: [ask] }, { text: 'Done.' }]
}

test('a kept permission is no more than the layers of today let it be, and means the same place', async () => {
  const turns: ModelTurn[] = []
  const { run, home } = await thread(turns)
  const write: readonly ModelTurn[] = [
    { calls: [{ shell: `mkdir -p ~/kept; echo x > ${join(home.homeDir, 'kept', 'a')}` }] },
    { text: 'Done.' },
  ]
  turns.push(...outside(home.homeDir), ...write, ...write, ...write)
  const file = join(home.homeDir, 'kept', 'a')
  expect(await run('session')).toHaveLength(1)
  await run('deny', 'offline')
  expect(existsSync(file)).toBe(false)
  expect(await run('deny')).toEqual([])
  expect(existsSync(file)).toBe(true)
  await rm(join(home.homeDir, 'kept'), { recursive: true })
  await writeFile(join(home.homeDir, 'x'), '')
  await symlink('.', join(home.homeDir, 'kept'))
  expect(await run('deny')).toHaveLength(1)
  expect(existsSync(join(home.homeDir, 'a'))).toBe(false)
})
