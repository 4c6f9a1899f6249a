import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Action, PermissionLayer, ThreadCeiling } from '../../src/plugin-api/index.ts'
import { loadKernel } from '../../src/runtime/load-kernel.ts'
import { openSnapshot, type Snapshot } from '../../src/runtime/open-snapshot.ts'
import { openThreadSecurity } from '../../src/runtime/open-thread-security.ts'
import { permissionsOfAgent } from '../../src/security/permissions/permissions-of-agent.ts'
import { permissionsOfCommand } from '../../src/security/permissions/permissions-of-command.ts'
import { type CodexHome, makeCodexHome } from '../support/codex-home.ts'

const { signal } = new AbortController()
const packageRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const profiles = ['offline', 'net-read-only', 'workspace-write', 'workspace-net', 'trusted', 'wary', 'silent'] as const
const agents = {
  free: '',
  looks: '[permissions]\nfile_access = "read-only"\ncan_delegate = true\n',
  works: '[permissions]\nfile_access = "read-write"\nshell_execution = true\n',
  notes: '[permissions]\nfile_access = "read-write"\n[permissions.file_patterns]\nallow_write = ["notes/**"]\n',
  fetches: '[permissions]\nfile_access = "none"\nnetwork_access = ["example.com"]\n',
}
const commands: Readonly<Record<string, string>> = {
  plain: '',
  reads: 'permissions: [read_files]\n',
  one: 'allowed_tools: [read_file]\n',
  ...Object.fromEntries(profiles.map((id) => [`under-${id}`, `profile: ${id}\n`])),
}

let home: CodexHome
let workspace = ''
const snapshots = new Map<string, Snapshot>()

beforeAll(async () => {
  const agentFiles = Object.entries(agents).map(([id, more]) => [
    `agents/${id}.toml`,
    `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "Work."\n${more}`,
  ])
  const commandFiles = Object.entries(commands).map(([id, more]) => [
    `commands/${id}.md`,
    `---\ndescription: d\n${more}---\nGo.\n`,
  ])
  home = await makeCodexHome({
    ...Object.fromEntries([...agentFiles, ...commandFiles]),
    'profiles/wary.toml': 'id = "wary"\nextends = "workspace-net"\napproval_policy = "untrusted"\n',
    'profiles/silent.toml': 'id = "silent"\nextends = "trusted"\napproval_policy = "never"\ntemp = "host"\n',
  })
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'codex-workspace-')))
  for (const profile of profiles) {
    const kernel = await loadKernel({
      packageRoot,
      version: '0.0.0-test',
      env: { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome },
      homeDir: home.homeDir,
      tempDir: '/tmp',
      cwd: workspace,
      platform: process.platform,
      originator: 'codex_test',
      settings: { overrides: [], neverAsk: false, securityProfile: profile },
      now: () => new Date(),
    })
    snapshots.set(profile, openSnapshot(kernel, signal))
  }
})

afterAll(async () => {
  await home.remove()
  await rm(workspace, { recursive: true, force: true })
})

const actions = (): readonly Action[] => [
  { kind: 'read', path: join(workspace, 'a.txt') },
  { kind: 'read', path: join(workspace, '.env') },
  { kind: 'write', path: join(workspace, 'notes/a.md'), change: 'create' },
  { kind: 'write', path: join(workspace, 'a.txt'), change: 'create' },
  { kind: 'write', path: join(home.homeDir, 'a.txt'), change: 'create' },
  { kind: 'write', path: join(workspace, '.git/hooks/pre-commit'), change: 'create' },
  { kind: 'exec', script: 'ls', shell: '/bin/sh', cwd: workspace },
  { kind: 'exec', script: 'touch a.txt', shell: '/bin/sh', cwd: workspace },
  { kind: 'exec', script: 'frobnicate --now', shell: '/bin/sh', cwd: workspace },
  { kind: 'exec', script: 'rm -rf notes', shell: '/bin/sh', cwd: workspace },
  { kind: 'network', method: 'GET', host: 'example.com', port: 443 },
  { kind: 'network', method: 'POST', host: 'elsewhere.example', port: 443 },
  { kind: 'tool', tool: 'read_file' },
  { kind: 'tool', tool: 'apply_patch' },
  { kind: 'delegate', agent: 'works' },
]

/** A thread, as a person or another thread starts it. */
interface Thread {
  readonly command: string | undefined
  readonly agent: keyof typeof agents
}

const strictness = { deny: 0, ask: 1, allow: 2 } as const

/** What a thread's own gate answers to each action, and what it hands on. */
async function inForce(thread: Thread, snapshot: Snapshot, ceiling: ThreadCeiling | undefined) {
  const { kernel, store, backend } = snapshot
  const command = (await store.commands()).effective.find(({ id }) => id === thread.command)
  const agent = (await store.agents()).effective.find(({ id }) => id === thread.agent)
  if (agent === undefined || (thread.command !== undefined && command === undefined)) throw new Error('not loaded')
  let isAsked = false
  const approve = async () => {
    isAsked = true
    return 'deny' as const
  }
  const security = await openThreadSecurity({ approve }, command, { kernel, store, backend, ceiling })
  try {
    const facts = { tools: security.tools, places: kernel.places }
    const layers: readonly PermissionLayer[] = [
      ...(command ? permissionsOfCommand(command, facts) : []),
      ...permissionsOfAgent(agent, facts),
    ]
    const gate = security.gate('thread', layers)
    const answers: (keyof typeof strictness)[] = []
    for (const action of actions()) {
      isAsked = false
      const { outcome } = await gate.authorize(action, signal)
      answers.push(isAsked ? 'ask' : outcome)
    }
    return {
      answers,
      ceiling: security.ceiling(layers),
      settings: security.profile.settings,
      sandboxed: gate.needsSandbox,
    }
  } finally {
    await security.audit.close()
  }
}

const anyAgent = fc.constantFrom(...(['free', 'looks', 'works', 'notes', 'fetches'] as const))
const anyCommand = fc.option(fc.constantFrom(...Object.keys(commands)), { nil: undefined })
const anyThread: fc.Arbitrary<Thread> = fc.record({ command: anyCommand, agent: anyAgent })

test('no thread may do more than the one that hands work to it, whatever profile, command and agent each of them has', async () => {
  const chain = fc.array(anyThread, { minLength: 2, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...profiles), chain, fc.boolean(), async (profile, threads, isKept) => {
      const snapshot = snapshots.get(profile)
      if (snapshot === undefined) throw new Error(`no snapshot of ${profile}`)
      let parent: Awaited<ReturnType<typeof inForce>> | undefined
      for (const thread of threads) {
        // A ceiling that was written to a record and read again is the same.
        const given = isKept && parent ? JSON.parse(JSON.stringify(parent.ceiling)) : parent?.ceiling
        const own = await inForce(thread, snapshot, given)
        // In a sandbox nothing outside of the workspace can be removed, so that the built-in rule about rm asks nothing there.
        const isHeldNow = own.sandboxed && parent?.sandboxed === false
        const wider = actions().filter((action, index) => {
          if (isHeldNow && action.kind === 'exec' && action.script.startsWith('rm ')) return false
          const [above, below] = [parent?.answers[index] ?? 'allow', own.answers[index] ?? 'allow']
          return strictness[below] > strictness[above]
        })
        expect({ thread, wider }).toEqual({ thread, wider: [] })
        if (parent?.settings.protection === 'on') expect(own.settings.protection).toBe('on')
        if (parent?.settings.temp === 'private') expect(own.settings.temp).toBe('private')
        if (parent?.settings.sandbox === 'required') expect(own.settings.sandbox).toBe('required')
        if (parent?.sandboxed) expect(own.sandboxed).toBe(true)
        parent = own
      }
    }),
    { numRuns: 60 },
  )
}, 120_000)
