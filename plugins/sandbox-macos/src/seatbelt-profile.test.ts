import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listOf, type ReadForm, readSeatbeltProfile } from '../../../test/support/seatbelt-profile-reader.ts'
import { seatbeltProfile } from './seatbelt-profile.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'seatbelt-')))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const ownTemp = '/private/tmp/codex-run-1-abc'
const operations = new Set([
  ...['default', 'file-clone', 'file-ioctl', 'file-link', 'file-map-executable', 'file-read*', 'file-read-data'],
  ...[
    'file-read-metadata',
    'file-write*',
    'file-write-create',
    'file-write-data',
    'file-write-unlink',
    'ipc-posix-sem',
  ],
  ...[
    'mach-host*',
    'mach-lookup',
    'network-bind',
    'network-inbound',
    'network-outbound',
    'process-exec',
    'process-fork',
  ],
  ...['process-info*', 'pseudo-tty', 'signal', 'sysctl-read', 'sysctl-write', 'system-socket', 'user-preference-read'],
])
const filters = new Set([
  ...['literal', 'subpath', 'regex', 'require-all', 'require-any', 'require-not', 'vnode-type', 'extension', 'target'],
  ...['global-name', 'sysctl-name', 'sysctl-name-prefix', 'socket-domain', 'local', 'remote'],
])

interface Case extends Partial<SandboxPolicy> {
  readonly directories?: readonly string[]
  readonly files?: readonly string[]
}

/** A policy over real entries of a directory of its own; paths without a leading slash are below it. */
function profileOf({ directories = [], files = [], ...changes }: Case) {
  const at = (path: string) => (path.startsWith('/') ? path : join(root, path))
  for (const directory of ['w', ...directories]) mkdirSync(at(directory), { recursive: true })
  for (const file of files) {
    mkdirSync(dirname(at(file)), { recursive: true })
    writeFileSync(at(file), '')
  }
  const policy: SandboxPolicy = {
    cwd: at(changes.cwd ?? 'w'),
    readable: changes.readable === undefined || changes.readable === 'all' ? 'all' : changes.readable.map(at),
    denyRead: (changes.denyRead ?? []).map(at),
    writable: (changes.writable ?? ['w']).map(at),
    readOnly: (changes.readOnly ?? []).map(at),
    ...(changes.granted && { granted: changes.granted.map(({ access, path }) => ({ access, path: at(path) })) }),
    temp: changes.temp ?? 'private',
    network: changes.network ?? 'none',
    limits: {},
  }
  return seatbeltProfile(policy, policy.temp === 'private' ? ownTemp : undefined)
}

/** Every operation and filter of a profile, wherever it stands. */
function assertKnown(form: ReadForm): void {
  const { head, rest } = listOf(form)
  if (head === 'version') return
  if (head === 'if') return void rest.slice(1).forEach(assertKnown)
  expect(['allow', 'deny']).toContain(head)
  const named = rest.flatMap((each) => ('symbol' in each ? each.symbol : []))
  expect(named.filter((each) => !operations.has(each))).toEqual([])
  const check = (filter: ReadForm): void => {
    if (!Array.isArray(filter)) return
    const { head: kind, rest: inner } = listOf(filter)
    if (kind === 'param') return
    expect(filters).toContain(kind)
    inner.forEach(check)
  }
  rest.forEach(check)
  // Without a filter a denial would hold for everything.
  if (head === 'deny' && named[0] !== 'default') expect(rest.length).toBeGreaterThan(named.length)
}

const cases: Readonly<Record<string, Case>> = {
  offline: { writable: [] },
  'workspace-write': {
    temp: 'host',
    files: ['w/.env', 'w/.git/config'],
    directories: ['w/.git/hooks', 'w/.codex'],
    denyRead: ['w/.env'],
    readOnly: ['w/.codex', 'w/.agents', 'w/.git/config', 'w/.git/hooks'],
  },
  'workspace-net': { temp: 'host', network: 'host' },
  'a linked worktree': {
    files: ['w/.git', 'common/config'],
    directories: ['common/hooks', 'common/worktrees/w'],
    writable: ['w', 'common'],
    readOnly: ['w/.git', 'common/hooks', 'common/config', 'common/worktrees/w/commondir'],
  },
  'no repository yet': { readOnly: ['w/.git', 'w/.git/hooks', 'w/.codex'] },
  'a nested repository': {
    directories: ['w/vendor/lib/.git/hooks'],
    readOnly: ['w/vendor/lib/.git/hooks', 'w/vendor/lib/.git/info/attributes'],
  },
  'what was granted': {
    directories: ['w', 'tool/.git'],
    granted: [
      { access: 'write', path: 'tool' },
      { access: 'write', path: 'new/deep/file' },
    ],
    readOnly: ['tool/.git'],
  },
  'readable paths that are named': {
    directories: ['lib'],
    readable: ['w', 'lib'],
    writable: [],
    granted: [{ access: 'read', path: 'other' }],
    denyRead: ['lib/key.pem'],
  },
  'names with characters of the language': {
    directories: ['w (1) "a" \\ ; b\n日本', 'w (1) "a" \\ ; b\n日本/(deny default)'],
    cwd: 'w (1) "a" \\ ; b\n日本',
    writable: ['w (1) "a" \\ ; b\n日本'],
    readOnly: ['w (1) "a" \\ ; b\n日本/.git', 'w (1) "a" \\ ; b\n日本/(deny default)'],
    denyRead: ['w (1) "a" \\ ; b\n日本/P0=x'],
  },
}

test.each(Object.keys(cases))('the profile of %s is as it was', async (name) => {
  const { text, definitions } = profileOf(cases[name] ?? {})
  const shown = `${text}${definitions.map((each) => `; ${JSON.stringify(each)}\n`).join('')}`
  await expect(shown.replaceAll(root, '/root')).toMatchFileSnapshot(`golden/${name.replaceAll(' ', '-')}.sb`)
})

test.each(Object.keys(cases))('the profile of %s is whole, and knows no operation that macOS does not', (name) => {
  const { text, definitions } = profileOf(cases[name] ?? {})
  readSeatbeltProfile(text).forEach(assertKnown)
  const named = new Set(text.match(/\(param "[^"]*"\)/g))
  expect(named.size).toBe(definitions.length)
})

test('no path says anything in a profile: the same policy with other names has the same text', () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 12 })
    .filter((text) => !/[/\0]/.test(text) && !/^\.\.?$/.test(text))
  const hostile = fc.constantFrom(
    '")(allow default)(x "',
    '\n(allow default)',
    ') ; ',
    '#"',
    '\\"',
    "'",
    '=P0=',
    '(param "P0")',
  )
  const names = fc.uniqueArray(fc.oneof(name, hostile), {
    minLength: 6,
    maxLength: 6,
    selector: (text) => text.normalize().toLowerCase(),
  })
  const shape = ([a, b, c, d, e, f]: readonly string[]) => {
    const base = `/no/such/${a}`
    const { text, definitions } = seatbeltProfile(
      {
        cwd: base,
        readable: [base, `/no/such/${b}`],
        denyRead: [`${base}/${c}`],
        writable: [],
        readOnly: [`${base}/${d}/.git`],
        granted: [
          { access: 'write', path: `${base}/${d}` },
          { access: 'read', path: `/no/such/${e}/${f}` },
        ],
        temp: 'private',
        network: 'none',
        limits: {},
      },
      ownTemp,
    )
    const patternless = (form: ReadForm): unknown =>
      Array.isArray(form) ? form.map(patternless) : 'regex' in form ? 'a pattern' : form
    return { forms: readSeatbeltProfile(text).map(patternless), count: definitions.length }
  }
  const plain = shape(['a', 'b', 'c', 'd', 'e', 'f'])
  fc.assert(
    fc.property(names, (given) => {
      expect(shape(given)).toEqual(plain)
    }),
  )
})

test('what must stay as it is and is a link is refused, and so is what was granted and leads elsewhere by now', () => {
  mkdirSync(join(root, 'w'))
  mkdirSync(join(root, 'else'))
  symlinkSync(join(root, 'else'), join(root, 'w/.codex'))
  expect(() => profileOf({ readOnly: ['w/.codex'] })).toThrow(expect.objectContaining({ code: 'sandbox.failed' }))
  symlinkSync(join(root, 'else'), join(root, 'door'))
  expect(() => profileOf({ granted: [{ access: 'write', path: 'door' }] })).toThrow(/leads|link/)
})

test('a directory that a command could not read is none to start in', () => {
  expect(() => profileOf({ directories: ['lib'], readable: ['lib'], writable: [] })).toThrow(/working directory/)
})
