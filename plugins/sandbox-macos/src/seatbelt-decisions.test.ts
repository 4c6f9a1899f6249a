import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RuleOrder, type SeatbeltRequest, seatbeltModel } from '../../../test/support/seatbelt-model.ts'
import { seatbeltProfile } from './seatbelt-profile.ts'

// What the profiles would decide, in a model of the kernel, under both reported orders of rules. test/e2e/macos asks a real one.

const ownTemp = '/private/tmp/codex-run-1-abc'
let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'seatbelt-')))
  for (const directory of ['w/.git/hooks', 'w/src', 'w/conf', 'out'])
    mkdirSync(join(root, directory), { recursive: true })
  for (const file of ['w/.git/config', 'w/conf/.env']) writeFileSync(join(root, file), '')
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const at = (path: string): string => (path.startsWith('/') ? path : join(root, path))

function workspace(changes: Partial<SandboxPolicy> = {}): SandboxPolicy {
  return {
    cwd: at('w'),
    readable: 'all',
    denyRead: [at('w/conf/.env')],
    writable: [at('w')],
    readOnly: ['w/.git/hooks', 'w/.git/config', 'w/.codex'].map(at),
    temp: 'private',
    network: 'none',
    limits: {},
    ...changes,
  }
}

describe.each(['last', 'named'] satisfies RuleOrder[])('where the %s rule counts', (order) => {
  const allows = (policy: SandboxPolicy, request: SeatbeltRequest) => {
    const model = seatbeltModel(seatbeltProfile(policy, policy.temp === 'private' ? ownTemp : undefined), order)
    return model.allows(request)
  }
  const write = (path: string, policy = workspace()) =>
    ['file-write-create', 'file-write-data', 'file-write-mode'].map((operation) =>
      allows(policy, { operation, path: at(path) }),
    )
  const read = (path: string, policy = workspace()) => allows(policy, { operation: 'file-read-data', path: at(path) })
  const remove = (path: string, policy = workspace()) =>
    allows(policy, { operation: 'file-write-unlink', path: at(path) })

  test.each(['w/a', 'w/src/deep/b', 'w/.git/objects/x', 'w/.git/HEAD', `${ownTemp}/x`])(
    '%s is written and removed',
    (path) => {
      expect(write(path)).toEqual([true, true, true])
      expect(remove(path)).toBe(true)
    },
  )

  test.each([
    ...['out/a', '/etc/a', '/usr/bin/a', '/private/tmp/a', '/', 'w2/a', '/dev/disk0', '/dev/ttys001'],
    ...['w/.git/hooks', 'w/.git/hooks/pre-commit', 'w/.git/config', 'w/.codex', 'w/.CODEX/config.toml', 'w/conf/.env'],
  ])('%s is not', (path) => {
    expect(write(path)).toEqual([false, false, false])
    expect(remove(path)).toBe(false)
  })

  test.each(['w', 'w/.git', 'w/conf', ownTemp])('%s may not be moved away from what it holds', (path) => {
    expect(remove(path)).toBe(false)
    expect(write(`${path}/new`)).toEqual([true, true, true])
  })

  test('a second name or a copy is no way to a secret, a hook or a setting', () => {
    for (const path of ['w/conf/.env', 'w/.git/config', 'w/.git/hooks/x', 'out/a']) {
      expect(allows(workspace(), { operation: 'file-link', path: at(path) })).toBe(false)
    }
    for (const path of ['w/conf/.env', 'w/conf', 'w', '/']) {
      expect(allows(workspace(), { operation: 'file-clone', path: at(path) })).toBe(false)
    }
  })

  test('what is secret, of others, or a terminal is not read; its name is seen', () => {
    expect(['w/a', 'out/a', '/usr/bin/x', '/dev/null', `${ownTemp}/a`].map((path) => read(path))).not.toContain(false)
    const hidden = ['w/conf/.env', '/private/tmp/other', '/private/var/folders/x/T/y', '/dev/ttys001', '/dev/rdisk0']
    expect(hidden.map((path) => read(path))).not.toContain(true)
    expect(allows(workspace(), { operation: 'file-read-metadata', path: at('w/conf/.env') })).toBe(true)
  })

  test('where readable paths are named, nothing of others is read or seen', () => {
    const policy = workspace({ readable: [at('w')], writable: [], readOnly: [] })
    expect(read('w/a', policy)).toBe(true)
    expect(read('/usr/lib/x', policy)).toBe(true)
    expect(read('out/a', policy)).toBe(false)
    expect(allows(policy, { operation: 'file-read-metadata', path: at('out') })).toBe(false)
    expect(allows(policy, { operation: 'file-read-metadata', path: root })).toBe(true)
  })

  test('a workspace in a temp directory that is denied is still one', () => {
    const policy = workspace({ cwd: '/private/tmp/ws', writable: [], readOnly: [], denyRead: [] })
    expect(read('/private/tmp/ws/a', policy)).toBe(true)
    expect(read('/private/tmp/wsx', policy)).toBe(false)
  })

  test('what was granted is opened, and nothing beside it', () => {
    const granted = [{ access: 'write', path: at('new/deep/file') }] as const
    const policy = workspace({ granted })
    expect(write('new/deep/file', policy)).toEqual([true, true, true])
    expect(write('new/deep/file/below', policy)).toEqual([true, true, true])
    expect(write('new/deep/other', policy)).toEqual([false, false, false])
    const make = (path: string, isDirectory: boolean) =>
      allows(policy, { operation: 'file-write-create', path: at(path), isDirectory })
    expect([make('new', true), make('new/deep', true), make('new', false), make('new2', true)]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('a temp directory like any other is written only where it is named', () => {
    expect(write('/private/tmp/x', workspace({ temp: 'none' }))).toEqual([false, false, false])
    expect(write('/private/tmp/x', workspace({ temp: 'host' }))).toEqual([true, true, true])
  })

  const reach = (address: string, network: SandboxPolicy['network']) =>
    allows(workspace({ network }), { operation: 'network-outbound', address })

  test('without a network nothing is reached, this machine neither', () => {
    expect(['localhost:80', 'localhost:5432', '192.0.2.1:443'].map((to) => reach(to, 'none'))).not.toContain(true)
    expect(allows(workspace(), { operation: 'network-bind', address: 'localhost:0' })).toBe(false)
    expect(allows(workspace(), { operation: 'network-outbound', path: '/private/var/run/mDNSResponder' })).toBe(false)
    expect(allows(workspace(), { operation: 'network-outbound', path: '/private/var/run/docker.sock' })).toBe(false)
    expect(allows(workspace(), { operation: 'network-outbound', path: `${ownTemp}/s` })).toBe(true)
  })

  test('with a relay its port is reached, and with the whole network all but sockets by path', () => {
    const relay = { relayPort: 49_999 }
    expect([reach('localhost:49999', relay), reach('localhost:5000', relay), reach('192.0.2.1:49999', relay)]).toEqual([
      true,
      false,
      false,
    ])
    expect([reach('localhost:80', 'host'), reach('192.0.2.1:443', 'host')]).toEqual([true, true])
    const socket = { operation: 'network-outbound', path: '/private/var/run/docker.sock' }
    expect(allows(workspace({ network: 'host' }), socket)).toBe(false)
  })

  test.each([
    ...[
      'com.apple.SecurityServer',
      'com.apple.securityd.xpc',
      'com.apple.pasteboard.1',
      'com.apple.coreservices.appleevents',
    ],
    ...[
      'com.apple.coreservices.launchservicesd',
      'com.apple.lsd.open',
      'com.apple.windowserver.active',
      'com.apple.tccd',
    ],
    ...['com.apple.xpc.smd', 'com.apple.cfprefsd.agent', 'com.apple.logd', 'com.apple.usernoted.client'],
  ])('the service %s is not reached', (service) => {
    expect(allows(workspace({ network: 'host' }), { operation: 'mach-lookup', service })).toBe(false)
  })

  test.each([
    'appleevent-send',
    'job-creation',
    'iokit-open',
    'ipc-posix-shm-write-data',
    'lsopen',
    'file-mount',
    'system-fsctl',
  ])('%s is denied', (operation) => {
    expect(allows(workspace({ network: 'host' }), { operation })).toBe(false)
  })
})
