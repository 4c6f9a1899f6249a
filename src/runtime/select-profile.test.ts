import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openDefinitionCache } from '../definitions/definition-cache.ts'
import { loadProfiles } from '../definitions/index.ts'
import { type Definition, type ProfileDefinition, profileSchema } from '../plugin-api/index.ts'
import { decideIn } from '../security/permissions/decide-in.ts'
import { type ProfileInputs, type SelectedProfile, selectProfile } from './select-profile.ts'

const directory = fileURLToPath(new URL('../../profiles', import.meta.url))
const builtin = await loadProfiles(
  [{ layer: 'builtin', trusted: true, directory, glob: '*.toml' }],
  openDefinitionCache(undefined),
)
const places = { workspaceRoot: '/repo', codexHome: '/home/me/.codex', homeDir: '/home/me', tempDir: '/tmp' }
const overrides: readonly string[] = []

function select(inputs: Partial<ProfileInputs> = {}): SelectedProfile {
  const none = { config: {}, repositoryConfig: {}, profileLayerFound: false, project: [] }
  return selectProfile({ settings: { overrides }, own: builtin.effective, places, ...none, ...inputs })
}

function projectProfile(id: string, file: object, trusted = true): Definition<ProfileDefinition> {
  const value = profileSchema.parse({ id: id.replace('project:', ''), ...file })
  return {
    kind: 'profile',
    id,
    value,
    origin: { layer: 'project', file: `/repo/.codex/profiles/${id}.toml`, trusted },
    shadows: [],
  }
}

/** What the strictest layer says: 0 deny, 1 ask, 2 allow. */
function answer(
  { layers }: SelectedProfile,
  dimension: 'write' | 'network' | 'exec' | 'read',
  subject: string,
): number {
  const ranks = { deny: 0, ask: 1, allow: 2 }
  return Math.min(...layers.map(({ permissions }) => ranks[decideIn(dimension, permissions, subject)]))
}

const probes = [
  ['write', '/repo/a.txt'],
  ['write', '/extra/a.txt'],
  ['write', '/etc/passwd'],
  ['network', 'example.com:443 GET'],
  ['exec', 'make'],
  ['read', '/etc/hosts'],
] as const
const answers = (selected: SelectedProfile) =>
  probes.map(([dimension, subject]) => answer(selected, dimension, subject))

test('what is asked here tells profiles apart', () => {
  expect(answers(select({ config: { security_profile: 'trusted' } }))).toEqual([2, 2, 2, 2, 2, 2])
  expect(answers(select({ config: { security_profile: 'workspace-write' } }))).toEqual([2, 1, 1, 0, 2, 2])
})

test('nothing said is offline', () => {
  const selected = select()
  expect(selected.id).toBe('offline')
  expect(answer(selected, 'write', '/repo/a.txt')).toBe(0)
  expect(selected.settings).toEqual({ temp: 'private', protection: 'on', sandbox: 'required', approvalPolicy: 'never' })
})

test.each([
  ['--yolo before all', { bypass: true, securityProfile: 'offline' }, {}, 'trusted'],
  [
    '--security-profile before --sandbox',
    { securityProfile: 'net-read-only', sandboxMode: 'read-only' },
    {},
    'net-read-only',
  ],
  ['--sandbox before --profile', { sandboxMode: 'workspace-write', profile: 'trusted' }, {}, 'workspace-write'],
  ['--profile before the configuration', { profile: 'trusted' }, { security_profile: 'offline' }, 'trusted'],
  ['security_profile before sandbox_mode', {}, { security_profile: 'trusted', sandbox_mode: 'read-only' }, 'trusted'],
  [
    'sandbox_mode before default_permissions',
    {},
    { sandbox_mode: 'workspace-write', default_permissions: ':read-only' },
    'workspace-write',
  ],
  ['default_permissions', {}, { default_permissions: ':danger-full-access' }, 'trusted'],
  ['the short word workspace', { profile: 'workspace' }, {}, 'workspace-write'],
  [
    'network_access',
    { sandboxMode: 'workspace-write' },
    { sandbox_workspace_write: { network_access: true } },
    'workspace-net',
  ],
] as const)('%s', (_, settings, config, id) => {
  expect(select({ settings: { overrides, ...settings }, config }).id).toBe(id)
})

test('-p that names a configuration layer and no profile leaves the choice to the configuration', () => {
  const settings = { overrides, profile: 'work' }
  const config = { security_profile: 'workspace-write' }
  expect(select({ settings, config, profileLayerFound: true }).id).toBe('workspace-write')
  expect(() => select({ settings, config })).toThrow(expect.objectContaining({ code: 'usage.unknown_definition' }))
})

const choices: readonly ProfileInputs['config'][] = [
  {},
  ...['offline', 'net-read-only', 'workspace-write', 'workspace-net', 'trusted'].map((id) => ({
    security_profile: id,
  })),
  { sandbox_mode: 'danger-full-access' },
  { default_permissions: ':danger-full-access' },
  { sandbox_mode: 'workspace-write', sandbox_workspace_write: { network_access: true, writable_roots: ['/extra'] } },
  { sandbox_workspace_write: { network_access: true, writable_roots: ['/extra'] } },
]

test.each(choices)('no repository widens what the user chose with %j', (config) => {
  const alone = answers(select({ config }))
  for (const repositoryConfig of choices) {
    const both = select({ config, repositoryConfig })
    expect(
      answers(both).every((each, index) => each <= (alone[index] ?? 0)),
      JSON.stringify(repositoryConfig),
    ).toBe(true)
    expect(both.id).toBe(select({ config }).id)
  }
})

test('a repository that chooses what the user chose changes nothing; one that chooses less is heard', () => {
  const config = { security_profile: 'workspace-write' }
  expect(answers(select({ config, repositoryConfig: config }))).toEqual(answers(select({ config })))
  const narrowed = select({ config, repositoryConfig: { security_profile: 'offline' } })
  expect(answer(narrowed, 'write', '/repo/a.txt')).toBe(0)
  expect(narrowed.settings.approvalPolicy).toBe('never')
})

test.each([
  ['a trusted repository', 'workspace-write', true],
  ['an untrusted one', 'project:workspace-write', false],
])("a profile of %s under the user's name only narrows", (_, id, trusted) => {
  const wide = {
    read: { allow: ['/**'] },
    write: { allow: ['/**'] },
    exec: { allow: ['*'] },
    network: { allow: ['*'] },
  }
  const config = { security_profile: 'workspace-write' }
  const alone = answers(select({ config }))
  const wider = answers(select({ config, project: [projectProfile(id, wide, trusted)] }))
  expect(wider.every((each, index) => each <= (alone[index] ?? 0))).toBe(true)
  const narrow = projectProfile(id, { ...wide, write: { allow: ['/repo/docs/**'] } }, trusted)
  const narrower = select({ config, project: [narrow] })
  expect(answer(narrower, 'write', '/repo/a.txt')).toBe(0)
  expect(answer(narrower, 'write', '/repo/docs/a.txt')).toBe(2)
})

test.each(['workspace-write', 'project:workspace-write'])(
  'a repository that names a profile which it narrows is held to its own, %s',
  (id) => {
    const project = [projectProfile(id, { extends: 'workspace-write', write: { allow: ['/repo/src'] } })]
    const repositoryConfig = { security_profile: 'workspace-write' }
    const selected = select({ config: { security_profile: 'trusted' }, repositoryConfig, project })
    expect(selected.id).toBe('trusted')
    expect([answer(selected, 'write', '/repo/src/a'), answer(selected, 'write', '/repo/docs/a')]).toEqual([2, 0])
  },
)

test('a profile that only a repository knows is no wider than offline', () => {
  const wide = projectProfile('everything', {
    read: { allow: ['/**'] },
    write: { allow: ['/**'] },
    sandbox: 'none',
    protected: false,
  })
  const selected = select({ settings: { overrides, profile: 'everything' }, project: [wide] })
  expect(answer(selected, 'write', '/repo/a.txt')).toBe(0)
  expect(selected.settings).toMatchObject({ protection: 'on', sandbox: 'required' })
})

test("a command's profile narrows, and an unknown one is an error", () => {
  const config = { security_profile: 'trusted' }
  const selected = select({ config, commandProfile: 'workspace-write' })
  expect(answer(selected, 'network', 'example.com:443 GET')).toBe(0)
  expect(selected.settings.sandbox).toBe('required')
  expect(() => select({ config, commandProfile: 'no-such' })).toThrow('no-such')
})

test('directories that are added may be written where anything may, and are no patterns', () => {
  const addDirs = ['/extra', '/odd[1]*']
  const selected = select({ settings: { overrides, addDirs, sandboxMode: 'workspace-write' } })
  expect(answer(selected, 'write', '/extra/a.txt')).toBe(2)
  expect(answer(selected, 'write', '/odd[1]*/a.txt')).toBe(2)
  expect(answer(selected, 'write', '/odd1/a.txt')).toBeLessThan(2)
  expect(answer(select({ settings: { overrides, addDirs } }), 'write', '/extra/a.txt')).toBe(0)
})

test.each(['exclude_slash_tmp', 'exclude_tmpdir_env_var'])(
  '%s gives commands a temporary directory of their own, also where a repository says it',
  (key) => {
    const said = { sandbox_mode: 'workspace-write' as const, sandbox_workspace_write: { [key]: true } }
    const open = select({ config: { sandbox_mode: 'workspace-write' } })
    expect([open.settings.temp, answer(open, 'write', '/tmp/a')]).toEqual(['host', 2])
    for (const inputs of [
      { config: said },
      { config: { sandbox_mode: 'workspace-write' as const }, repositoryConfig: said },
    ]) {
      const closed = select(inputs)
      expect([closed.settings.temp, answer(closed, 'write', '/tmp/a')]).toEqual(['private', 1])
      expect(answer(closed, 'write', '/repo/a.txt')).toBe(2)
    }
  },
)

test('--approve-for-me means workspace-write unless another profile is named', () => {
  const settings = { overrides, approveForMe: true }
  expect(select({ settings }).id).toBe('workspace-write')
  expect(select({ settings: { ...settings, sandboxMode: 'read-only' } }).id).toBe('offline')
})

test('a host of the command line is added to what the user chose, and to nothing that narrows it', () => {
  const allowHosts = ['api.test:443']
  const asked = ['GET api.test:443', 'GET api.test:80', 'GET other.test:443'] as const
  const reached = (inputs: Partial<ProfileInputs>) => asked.map((subject) => answer(select(inputs), 'network', subject))
  expect(reached({ allowHosts })).toEqual([2, 0, 0])
  expect(reached({ allowHosts, config: { security_profile: 'workspace-net' } })).toEqual([2, 1, 1])
  const narrowing = projectProfile('workspace-net', { network: { allow: ['other.test'] } })
  const narrowed = { config: { security_profile: 'workspace-net' }, project: [narrowing] }
  expect(reached({ ...narrowed, allowHosts })).toEqual([0, 0, 1])
  expect(reached({ allowHosts, repositoryConfig: { security_profile: 'workspace-net' } })[0]).toBeLessThan(2)
})

test('network_access allows every host without a question, for the user and not for a repository', () => {
  const said = { sandbox_mode: 'workspace-write' as const, sandbox_workspace_write: { network_access: true } }
  expect(answer(select({ config: said }), 'network', 'POST any.test:1')).toBe(2)
  expect(answer(select({ repositoryConfig: said }), 'network', 'POST any.test:1')).toBe(0)
})
