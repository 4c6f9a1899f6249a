import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Action, Dimension, Permissions } from '../../plugin-api/index.ts'
import { auditPlace, createExecPolicy, createGate, everything, type GateDeps, openAudit } from '../../security/index.ts'
import { createActionScope } from './gated-action.ts'

/** One action of each kind, and what really happens outside when it is carried out. */
const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'faults-')))
const at = (...parts: string[]) => path.join(root, ...parts)
const places = { workspaceRoot: at('ws'), codexHome: at('home/.codex'), homeDir: at('home'), tempDir: at('tmp') }
const signal = new AbortController().signal
let server: Server
let requests = 0

beforeAll(async () => {
  server = createServer((_, response) => {
    requests += 1
    response.end('here')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
})
afterAll(async () => {
  await new Promise((closed) => server.close(closed))
  rmSync(root, { recursive: true, force: true })
})
beforeEach(() => {
  rmSync(root, { recursive: true, force: true })
  for (const directory of ['ws', 'home/.codex', 'tmp', 'out']) mkdirSync(at(directory), { recursive: true })
  writeFileSync(at('ws/file'), 'as it was')
  requests = 0
})

const port = () => (server.address() as AddressInfo).port // it listens
const leaves = (name: string) => writeFileSync(at('out', name), 'it happened')

interface Kind {
  readonly action: () => Action
  /** Carries the action out as allowed. */
  act(action: Action): Promise<unknown>
}

const kinds = {
  read: {
    action: () => ({ kind: 'read', path: at('ws/file') }),
    act: async (action) => writeFileSync(at('out/read'), readFileSync('path' in action ? action.path : '')),
  },
  read_tree: {
    action: () => ({ kind: 'read_tree', path: at('ws') }),
    act: async () => leaves('read_tree'),
  },
  write: {
    action: () => ({ kind: 'write', path: at('ws/file'), change: 'update' }),
    act: async (action) => writeFileSync('path' in action ? action.path : '', 'changed'),
  },
  exec: {
    action: () => ({ kind: 'exec', script: `touch ${at('out/exec')}`, shell: '/bin/sh', cwd: at('ws') }),
    act: async (action) => spawnSync('/bin/sh', ['-c', action.kind === 'exec' ? action.script : '']),
  },
  network: {
    action: () => ({ kind: 'network', method: 'GET', host: '127.0.0.1', port: port() }),
    act: async () => fetch(`http://127.0.0.1:${port()}/`),
  },
  permission: {
    action: () => ({ kind: 'permission', of: 'write', subject: at('ws'), purpose: 'to work' }),
    act: async () => leaves('permission'),
  },
  input: {
    action: () => ({ kind: 'input', session: 1, text: 'rm -rf .\n' }),
    act: async () => leaves('input'),
  },
  tool: { action: () => ({ kind: 'tool', tool: 'deploy' }), act: async () => leaves('tool') },
  delegate: { action: () => ({ kind: 'delegate', agent: 'helper' }), act: async () => leaves('delegate') },
} as const satisfies Record<Action['kind'], Kind>
type KindName = keyof typeof kinds
const allKinds = Object.keys(kinds) as KindName[] // its own keys
const ofPaths: readonly KindName[] = ['read', 'read_tree', 'write', 'exec', 'permission']
const byLayers = allKinds.filter((kind) => kind !== 'input')

const fail = (): never => {
  throw new Error('injected')
}
const throwing = <T extends object>(): T => new Proxy({}, { get: fail, has: fail, ownKeys: fail }) as T // every use throws

const clean = { now: () => new Date(), redact: (text: string) => text, hideNames: (text: string) => text }
const openLog = (deps: Partial<typeof clean> = {}) => openAudit(auditPlace(places.codexHome), { ...clean, ...deps })

const here = [{ allow: ['* 127.0.0.1'], deny: [] }]
const onlyHere: Dimension = { allow: here, askable: here }

async function depsOf(deps: Partial<GateDeps> = {}): Promise<GateDeps> {
  return {
    threadId: 'faults',
    // Named, so that it is reached although it is no public address.
    layers: [{ name: 'all', permissions: { ...everything, network: onlyHere } }],
    places,
    protection: 'on',
    execPolicy: createExecPolicy([]),
    approvalPolicy: 'on-request',
    sandbox: { required: true, find: async () => ({ available: true, backend: 'test' }) },
    approve: async () => 'once',
    ...deps,
    audit: deps.audit ?? (await openLog()),
  }
}

/** What shows outside that an action was carried out. */
function traces(): readonly string[] {
  const made = allKinds.filter((kind) => existsSync(at('out', kind)))
  const changed = existsSync(at('ws/file')) && readFileSync(at('ws/file'), 'utf8') !== 'as it was' ? ['write'] : []
  return [...made, ...changed, ...(requests > 0 ? ['network'] : [])]
}

/** Performs an action the one way in which a tool's context acts. */
async function perform(kind: KindName, deps: GateDeps, action: Action = kinds[kind].action()): Promise<string> {
  try {
    const scope = createActionScope({ gate: createGate(deps), denied: () => undefined, signal })
    await scope.perform(action, (allowed) => (kinds[kind] as Kind).act(allowed))
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'thrown'
  }
}

test.each(allKinds)('%s is done, and leaves a trace, where nothing fails', async (kind) => {
  expect([await perform(kind, await depsOf()), traces()]).toEqual(['done', [kind]])
})

const layerWith = (permissions: object) => [
  // What it breaks is what it is for.
  { name: 'broken', permissions: { ...everything, network: onlyHere, ...permissions } as Permissions },
]
const dimensions = {
  read: 'read',
  read_tree: 'read',
  write: 'write',
  exec: 'exec',
  network: 'network',
  permission: 'write',
  tool: 'tools',
  delegate: 'delegate',
} as const

interface Fault {
  readonly at: string
  readonly kinds: readonly KindName[]
  /** Breaks something, and gives what the gate is made of then. */
  break(kind: KindName): Partial<GateDeps> | Promise<Partial<GateDeps>>
  /** Another action than the kind's own. */
  action?(action: Action): Action
}

const withPath = (action: Action, file: string): Action => {
  if (action.kind === 'exec') return { ...action, cwd: file }
  if (action.kind === 'permission') return { ...action, subject: file }
  return 'path' in action ? { ...action, path: file } : action
}

const faults: readonly Fault[] = [
  // 1. real paths
  {
    at: 'a path that no system call takes',
    kinds: ofPaths,
    break: () => ({}),
    action: (action) => withPath(action, `${at('ws/file')}\0x`),
  },
  { at: 'a relative path', kinds: ofPaths, break: () => ({}), action: (action) => withPath(action, 'ws/file') },
  {
    at: 'links that lead in a circle',
    kinds: ofPaths,
    break: () => {
      symlinkSync('b', at('ws/a'))
      symlinkSync('a', at('ws/b'))
      return {}
    },
    action: (action) => withPath(action, at('ws/a/x')),
  },
  { at: 'an action that is none', kinds: allKinds, break: () => ({}), action: () => throwing<Action>() },
  // 2. floor and protected paths
  { at: 'places that are not there', kinds: ofPaths, break: () => ({ places: throwing() }) },
  // 3. layers
  { at: 'no layer', kinds: byLayers, break: () => ({ layers: [] }) },
  { at: 'a layer that cannot be read', kinds: byLayers, break: () => ({ layers: [throwing()] }) },
  {
    at: 'permissions that cannot be read',
    kinds: byLayers,
    break: () => ({ layers: [{ name: 'broken', permissions: throwing() }] }),
  },
  {
    at: 'a dimension whose rules throw',
    kinds: byLayers,
    break: (kind) => ({ layers: layerWith({ [dimensions[kind as keyof typeof dimensions]]: throwing() }) }),
  },
  {
    at: 'a rule that is of no known form',
    kinds: byLayers,
    break: (kind) => ({
      layers: layerWith({ [dimensions[kind as keyof typeof dimensions]]: { allow: 'all', askable: 7 } }),
    }),
  },
  // 4. commands
  { at: 'an exec policy that throws', kinds: ['exec'], break: () => ({ execPolicy: throwing() }) },
  {
    at: 'exec rules that throw',
    kinds: ['exec'],
    break: () => ({ execPolicy: { ...createExecPolicy([]), rules: throwing() } }),
  },
  {
    at: 'a script that no shell can be given',
    kinds: ['exec'],
    break: () => ({}),
    action: (action) => ({ ...action, script: 'touch \0' }) as Action,
  },
  // 5. the sandbox
  {
    at: 'a backend whose search throws',
    kinds: ['exec', 'write'],
    break: () => ({ sandbox: { required: true, find: fail } }),
  },
  {
    at: 'a backend whose search rejects',
    kinds: ['exec', 'write'],
    break: () => ({ sandbox: { required: true, find: async () => fail() } }),
  },
  {
    at: 'a backend whose search gives nothing',
    kinds: ['exec', 'write'],
    break: () => ({ sandbox: { required: true, find: async () => undefined as never } }),
  },
  {
    at: 'a backend that is not there',
    kinds: ['exec', 'write'],
    break: () => ({
      sandbox: { required: true, find: async () => ({ available: false, reason: 'gone', fix: 'none' }) },
    }),
  },
  // 7. the record
  { at: 'a log that throws', kinds: allKinds, break: () => ({ audit: { append: fail, appendSoon: fail } }) },
  { at: 'a log that is not there', kinds: allKinds, break: () => ({ audit: throwing() }) },
  { at: 'redaction that throws', kinds: allKinds, break: async () => ({ audit: await openLog({ redact: fail }) }) },
  {
    at: 'hiding of names that throws',
    kinds: allKinds,
    break: async () => ({ audit: await openLog({ hideNames: fail }) }),
  },
  {
    at: 'a clock that throws',
    kinds: allKinds,
    break: async () => {
      let calls = 0
      return { audit: await openLog({ now: () => (calls++ === 0 ? new Date() : fail()) }) }
    },
  },
  {
    at: 'a log that was closed',
    kinds: allKinds,
    break: async () => {
      const audit = await openLog()
      await audit.close()
      return { audit }
    },
  },
  {
    at: 'a month of which no file can be made',
    kinds: allKinds,
    break: async () => {
      let calls = 0
      const audit = await openLog({
        now: () => new Date(calls++ === 0 ? '2026-01-31T23:59:59Z' : '2026-02-01T00:00:00Z'),
      })
      renameSync(at('home/.codex/audit'), at('moved'))
      writeFileSync(at('home/.codex/audit'), 'a file')
      return { audit }
    },
  },
  {
    at: 'heads of which no file can be made',
    kinds: allKinds,
    break: async () => {
      let calls = 0
      const audit = await openLog({
        now: () => new Date(calls++ === 0 ? '2026-01-31T23:59:59Z' : '2026-02-01T00:00:00Z'),
      })
      rmSync(at('home/.codex/audit-heads'), { recursive: true })
      symlinkSync('/proc/nothing', at('home/.codex/audit-heads'))
      chmodSync(at('home/.codex'), 0o700)
      return { audit }
    },
  },
]

test.each(faults.flatMap((fault) => fault.kinds.map((kind) => [fault.at, kind, fault] as const)))(
  'with %s, %s does not happen',
  async (_, kind, fault) => {
    const deps = await depsOf(await fault.break(kind))
    const action = kinds[kind].action()
    expect(await perform(kind, deps, fault.action?.(action) ?? action)).not.toBe('done')
    expect(traces()).toEqual([])
  },
)

// 6. asking
const none = [{ allow: [], deny: [] }]
const askedFirst = {
  ...Object.fromEntries(Object.values(dimensions).map((name) => [name, { allow: none, askable: [] }])),
  network: { allow: none, askable: here },
}
const never = new Promise<never>(() => {})
const refusals: readonly (readonly [string, Partial<GateDeps>])[] = [
  ['a question that throws', { approve: fail }],
  ['a question that rejects', { approve: async () => fail() }],
  ['no answer at all', { approve: async () => undefined as never }],
  ['an answer that is none', { approve: async () => 'yes' as 'once' }],
  ['an answer that cannot be read', { approve: async () => throwing() }],
  ['a no', { approve: async () => 'deny' }],
  ['a policy that never asks', { approvalPolicy: 'never' }],
  ['a log that does not take the yes', { audit: { append: fail, appendSoon: fail } }],
]
const askable = ['read', 'write', 'exec', 'network', 'permission', 'tool', 'delegate'] as const

test.each(askable)('%s that has to be asked for is done where somebody says yes', async (kind) => {
  expect([await perform(kind, await depsOf({ layers: layerWith(askedFirst) })), traces()]).toEqual(['done', [kind]])
})

test.each(refusals.flatMap(([what, deps]) => askable.map((kind) => [what, kind, deps] as const)))(
  'with %s, %s that has to be asked for does not happen',
  async (_, kind, deps) => {
    expect(await perform(kind, await depsOf({ layers: layerWith(askedFirst), ...deps }))).toBe('permission.denied')
    expect(traces()).toEqual([])
  },
)

test.each(askable)('%s that waits for an answer does not happen where it is stopped', async (kind) => {
  const stop = new AbortController()
  const approve = async () => {
    queueMicrotask(() => stop.abort(new Error('stopped')))
    return never
  }
  const deps = await depsOf({ layers: layerWith(askedFirst), approve })
  const scope = createActionScope({ gate: createGate(deps), denied: () => undefined, signal: stop.signal })
  const done = scope.perform(kinds[kind].action(), (allowed) => (kinds[kind] as Kind).act(allowed))
  await expect(done).rejects.toThrow('stopped')
  expect(traces()).toEqual([])
})

test.each(['read', 'write', 'exec'] as const)(
  '%s whose path leads elsewhere since the yes does not happen',
  async (kind) => {
    mkdirSync(at('other'))
    writeFileSync(at('other/file'), 'as it was')
    const approve = async () => {
      renameSync(at('ws'), at('kept'))
      symlinkSync(at('other'), at('ws'))
      return 'once' as const
    }
    expect(await perform(kind, await depsOf({ layers: layerWith(askedFirst), approve }))).toBe('permission.denied')
    expect([traces(), readFileSync(at('other/file'), 'utf8')]).toEqual([[], 'as it was'])
  },
)
