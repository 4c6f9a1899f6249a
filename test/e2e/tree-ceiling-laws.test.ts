import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentSession, team, toldOf } from '../support/agent-script.ts'
import { collect } from '../support/collect.ts'
import type { ModelTurn, RecordedRequest } from '../support/model-server.ts'
import { runtimeOf } from '../support/runtime-of.ts'

const { signal } = new AbortController()
const tools = '[permissions.allowed_tools]\ncrew = true\napply_patch = true\n'
const permissions = {
  free: '',
  looks: `[permissions]\nfile_access = "read-only"\ncan_delegate = true\n${tools}`,
  works: `[permissions]\nfile_access = "read-write"\ncan_delegate = true\n${tools}`,
  notes: `[permissions]\nfile_access = "read-write"\ncan_delegate = true\n${tools}[permissions.file_patterns]\nallow_write = ["notes/**"]\n`,
}
const places = ['notes/', ''] as const
const phases = ['spawned', 'sent', 'reopened'] as const

const patch = (file: string): ModelTurn => ({
  calls: [{ name: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${file}\n+made\n*** End Patch` }],
})
const tries = (who: string) => places.map((place) => patch(`${place}${who}.txt`))

/** What a parent does with its one child: begins it, tells it more, closes it, and tells it more once it is open again. */
function lifeOf(child: string, fork: string) {
  let threadId = ''
  const remember = (request: RecordedRequest): ModelTurn => {
    threadId = JSON.parse(toldOf(request)).threadId
    return team('wait', { to: child })
  }
  const goOn = [() => team('send', { to: threadId, say: 'more' }), () => team('wait', { to: threadId })]
  const reopen = [team('close', { to: child }), () => team('reopen', { to: threadId })]
  return [team('spawn', { to: child, say: 'go', more: { fork } }), remember, ...goOn, ...reopen, ...goOn]
}

const anyPermissions = fc.constantFrom(...(Object.keys(permissions) as (keyof typeof permissions)[])) // its own keys
const anyTree = fc.record({
  profile: fc.constantFrom('offline', 'net-read-only', 'workspace-write', 'trusted'),
  answer: fc.constantFrom('session', 'deny'),
  lead: anyPermissions,
  middle: anyPermissions,
  low: anyPermissions,
  fork: fc.constantFrom('none', 'all'),
})

test('no agent writes what the one that began it could not write: begun with or without what was said, told more, or reopened', async () => {
  let written = 0
  await fc.assert(
    fc.asyncProperty(anyTree, async ({ profile, answer, fork, ...agents }) => {
      const done = { text: 'done' }
      const session = await agentSession(
        {
          lead: [
            ...tries('lead'),
            team('spawn', { to: 'middle', say: 'go', more: { fork } }),
            team('wait', { to: 'middle' }),
            done,
          ],
          middle: [...tries('middle'), ...lifeOf('low', fork), done],
          low: phases.flatMap((phase) => [...tries(`low-${phase}`), done]),
        },
        {
          agents: Object.fromEntries(Object.entries(agents).map(([id, kind]) => [id, permissions[kind]])),
        },
      )
      const runtime = await runtimeOf(session, undefined, { securityProfile: profile, neverAsk: false })
      await collect(runtime.run({ input: '@lead go', approve: async () => answer }, signal))
      const made = (place: string, who: string) => existsSync(join(session.workspace.path, `${place}${who}.txt`))
      for (const place of places) {
        const chain = ['lead', 'middle'].map((who) => made(place, who))
        const low = phases.map((phase) => made(place, `low-${phase}`))
        written += low.filter(Boolean).length
        if (!chain[0]) expect({ agents, place, chain }).toEqual({ agents, place, chain: [false, false] })
        if (chain.includes(false)) expect({ agents, place, low }).toEqual({ agents, place, low: [false, false, false] })
        // What it may do does not depend on how it came to work.
        expect(new Set(low).size).toBe(1)
      }
      await runtime.close()
    }),
    {
      numRuns: 12,
      examples: ['none', 'all'].map((fork) => [
        { profile: 'workspace-write', answer: 'deny', lead: 'works', middle: 'works', low: 'works', fork },
      ]),
    },
  )
  expect(written).toBeGreaterThan(0)
}, 120_000)
