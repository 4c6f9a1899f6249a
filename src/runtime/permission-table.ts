import { failure } from '../config/check-layer.ts'
import { type ConfigLayer, mergeLayers } from '../config/config-layer.ts'
import type { ConfigFile } from '../config/schema.ts'
import { ownValue, valueAt } from '../config/table.ts'
import { type Definition, type ProfileDefinition, profileSchema } from '../plugin-api/index.ts'
import { expandPattern } from '../security/permissions/expand-pattern.ts'
import { isAtOrBelow, literalBase } from '../security/permissions/path-pattern.ts'
import type { Places } from '../security/places.ts'
import { permissionTableId } from './select-profile.ts'

type Access = 'read' | 'write' | 'deny'
type Table = NonNullable<ConfigFile['permissions']>[string]
type FileSystem = NonNullable<Table['filesystem']>

/** What the built-in names of Codex say, as tables (seen with version 0.169). */
const builtin: Readonly<Record<NonNullable<Table['extends']>, Table>> = {
  ':read-only': { filesystem: { ':root': 'read' } },
  ':workspace': {
    filesystem: { ':root': 'read', ':workspace_roots': 'write', ':tmpdir': 'write', ':slash_tmp': 'write' },
  },
  ':danger-full-access': { filesystem: { ':root': 'write' }, network: { enabled: true } },
}

/** What every program needs to start. */
const minimal = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc'] as const

/** Those of the named tables that the layers have, each as a profile. @throws CodexError `config.invalid` */
export function permissionTables(
  names: readonly string[],
  layers: readonly ConfigLayer[],
  places: Places,
): readonly Definition<ProfileDefinition>[] {
  const { permissions = {} } = mergeLayers(layers) as ConfigFile // each layer was checked when it was read
  return [...new Set(names)].flatMap((name) => {
    const table = ownValue(permissions, name)
    return table === undefined ? [] : [profileOfTable(name, table, layers, places)]
  })
}

/**
 * A `[permissions.NAME]` table of Codex as a profile. There the entry of the longer path counts; here a denial holds for all below it, so
 * that a table which opens something below what it takes away is refused and not carried out by half.
 *
 * @param layers those in which the table stands, merged
 * @throws CodexError `config.invalid`
 */
function profileOfTable(
  name: string,
  table: Table,
  layers: readonly ConfigLayer[],
  places: Places,
): Definition<ProfileDefinition> {
  const saying = (keys: readonly string[]) =>
    layers.findLast((layer) => valueAt(layer.table, ['permissions', name, ...keys]) !== undefined)
  const wrong: Fail = (keys, problem, hint) => {
    const layer = saying(keys) ?? saying([]) ?? layers[0]
    const path = ['permissions', name, ...keys]
    if (layer === undefined) throw new RangeError('a table stands in some layer')
    throw failure(layer, path, `${path.join('.')}: ${problem}`, hint)
  }
  for (const keys of unknownKeys(table)) {
    wrong(keys, 'this version does not carry it out, so what it would forbid is not known', 'Take it out.')
  }
  const base: Table = table.extends === undefined ? {} : builtin[table.extends]
  const entries = entriesOf({ ...base.filesystem, ...table.filesystem }, places, wrong)
  const file = saying([])?.source?.file ?? 'config.toml'
  const origin = { layer: layers.some((layer) => layer.name === 'project') ? 'project' : 'user', file } as const
  const value = profileSchema.parse({
    id: 'permissions',
    description: `The table [permissions.${name}].`,
    ...pathTables(entries, wrong),
    exec: { allow: ['*'] },
    network: networkTable({ ...base.network, ...table.network }),
    temp: hasHostTemp(entries) ? 'host' : 'private',
    approval_policy: 'on-request',
  })
  return { kind: 'profile', id: permissionTableId(name), value, origin: { ...origin, trusted: true }, shadows: [] }
}

type Fail = (keys: readonly string[], problem: string, hint: string) => never

interface Entry {
  readonly keys: readonly string[]
  readonly access: Access
  /** As a profile would have it. */
  readonly pattern: string
  /** Absolute. */
  readonly base: string
}

function entriesOf(filesystem: FileSystem, places: Places, wrong: Fail): readonly Entry[] {
  return Object.entries(filesystem).flatMap(([key, said]) => {
    if (typeof said === 'number') return [] // how deep Codex looks for globs
    const named = typeof said === 'string' ? { '.': said } : said
    return Object.entries(named).flatMap(([below, access]) => {
      const keys = ['filesystem', key, ...(typeof said === 'string' ? [] : [below])]
      return patternsOf(key, below, keys, wrong).flatMap((pattern) =>
        expandPattern(pattern, 'allow', places).map((absolute) => {
          return { keys, access, pattern, base: literalBase(absolute).path }
        }),
      )
    })
  })
}

function patternsOf(key: string, below: string, keys: readonly string[], wrong: Fail): readonly string[] {
  const parts = below.split('/')
  if (below !== '.' && (parts[0] === '' || parts.includes('..')))
    wrong(keys, 'a path below another is relative, without ..', 'Such as "docs", or "**/*.pem".')
  const join = (directory: string) => (below === '.' ? directory : `${directory === '/' ? '' : directory}/${below}`)
  switch (key) {
    case ':root':
      return [below === '.' ? '/**' : join('/')]
    case ':workspace_roots':
    case ':project_roots':
      return [join(':workspace')]
    case ':tmpdir':
      return [join(':tmp')]
    case ':slash_tmp':
      return [join('/tmp')]
    case ':minimal':
      return minimal.map(join)
    default:
      if (/^(?:\/|~(?:\/|$))/.test(key)) return [join(key.replace(/(?<=.)\/+$/, ''))]
      return wrong(
        keys,
        'no place',
        'Expected an absolute path, ~/…, :root, :workspace_roots, :tmpdir, :slash_tmp or :minimal.',
      )
  }
}

/** Of Codex' own proxy for commands, which only ever open more. */
const openings: ReadonlySet<string> = new Set([
  ...[
    'allow_local_binding',
    'allow_upstream_proxy',
    'unix_sockets',
    'enable_socks5',
    'enable_socks5_udp',
    'proxy_url',
    'socks_url',
  ],
  ...['dangerously_allow_all_unix_sockets', 'dangerously_allow_non_loopback_proxy'],
])

const tableKeys: ReadonlySet<string> = new Set(['description', 'extends', 'filesystem', 'network'])
const networkKeys: ReadonlySet<string> = new Set(['enabled', 'mode', 'domains'])

function unknownKeys(table: Table): readonly (readonly string[])[] {
  const ofNetwork = Object.keys(table.network ?? {}).filter((key) => !networkKeys.has(key) && !openings.has(key))
  return [
    ...Object.keys(table).flatMap((key) => (tableKeys.has(key) ? [] : [[key]])),
    ...ofNetwork.map((key) => ['network', key]),
  ]
}

/** What is only read within what is written, and what is denied, is a denial of ours. */
function pathTables(entries: readonly Entry[], wrong: Fail): Pick<ProfileDefinition, 'read' | 'write'> {
  const of = (access: Access) => entries.filter((entry) => entry.access === access)
  const isWithin = (inner: Entry, outer: Entry) => inner.base !== outer.base && isAtOrBelow(inner.base, outer.base)
  const [written, denied] = [of('write'), of('deny')]
  const onlyRead = of('read').filter((entry) => written.some((outer) => isWithin(entry, outer)))
  for (const entry of entries) {
    const taking = entry.access === 'write' ? [...onlyRead, ...denied] : entry.access === 'read' ? denied : []
    const outer = taking.find((each) => isWithin(entry, each))
    if (outer === undefined) continue
    const said = `${outer.keys.slice(1).join(' ')} = "${outer.access}"`
    wrong(
      entry.keys,
      `it opens what lies below ${said}, which holds for all below it here`,
      'Name the places beside it.',
    )
  }
  const patterns = (which: readonly Entry[]) => [...new Set(which.map(({ pattern }) => pattern))]
  return {
    read: { allow: patterns([...of('read'), ...written]), ask: [], deny: patterns(denied) },
    write: { allow: patterns(written), ask: ['/**'], deny: patterns([...onlyRead, ...denied]) },
  }
}

/** A private temp directory stands at `/tmp`: the machine's is theirs where that may be written. */
function hasHostTemp(entries: readonly Entry[]): boolean {
  return entries.some(({ access, base }) => access === 'write' && isAtOrBelow('/tmp', base))
}

function networkTable({ enabled = false, mode, domains = {} }: NonNullable<Table['network']>) {
  const hosts = (access: 'allow' | 'deny') => Object.keys(domains).filter((host) => domains[host] === access)
  const named = hosts('allow')
  return {
    // With no host named, all public ones.
    allow: !enabled ? [] : named.length > 0 ? named : ['*'],
    deny: hosts('deny'),
    methods: mode === 'limited' ? 'read-only' : 'all',
  }
}
