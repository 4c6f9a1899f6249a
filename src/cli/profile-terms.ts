import type { Definition, ProfileDefinition } from '../plugin-api/index.ts'
import { settingsOfProfile } from '../security/permissions/permissions-of-profile.ts'

const tables = ['read', 'write', 'exec', 'network', 'tools', 'delegate'] as const
/** These leave nothing out where no file names them. */
const openTables: readonly string[] = ['tools', 'delegate']

type File = Definition<ProfileDefinition>
/** What stands behind a part of a term, of the files that say it. */
type Mark = (by: readonly File[]) => string

/**
 * What files of profiles say together, by term (`write allow`): all have to allow, and one denial is enough.
 *
 * @param mark what stands behind each part, to say where it comes from. Absent: nothing
 */
export function profileTerms(files: readonly File[], mark: Mark = () => ''): Readonly<Record<string, string>> {
  return {
    ...settingTerms(files, mark),
    ...Object.fromEntries(tables.flatMap((table) => tableTerms(files, table, mark))),
    ...limitTerms(files, mark),
  }
}

function settingTerms(files: readonly File[], mark: Mark): Readonly<Record<string, string>> {
  const { temp, protection, sandbox, approvalPolicy } = settingsOfProfile({ chain: files })
  const said = (value: string, says: (file: ProfileDefinition) => boolean) =>
    value + mark(files.filter((file) => says(file.value)))
  return {
    temp: said(temp, (file) => file.temp === temp),
    sandbox: said(sandbox, (file) => file.sandbox === sandbox),
    'protected paths': said(protection, (file) => file.protected === (protection === 'on')),
    approvals: said(approvalPolicy, (file) => file.approval_policy === approvalPolicy),
  }
}

function tableTerms(files: readonly File[], name: (typeof tables)[number], mark: Mark): readonly [string, string][] {
  const isOpen = openTables.includes(name)
  // One that extends another and leaves a table out takes it over; one that stands alone denies it all.
  const closing = isOpen ? [] : files.filter(({ value }) => value[name] === undefined && value.extends === undefined)
  const saying = files.filter(({ value }) => value[name] !== undefined)
  if (saying.length === 0) return [[`${name} allow`, isOpen ? 'all' : `nothing${mark(closing)}`]]
  const listed = (list: 'allow' | 'ask') =>
    closing.length > 0
      ? `nothing${mark(closing)}`
      : parts(saying, (file) => [(file[name]?.[list] ?? []).join(', ') || 'nothing'], mark).join('; of these ')
  const readOnly = name === 'network' ? saying.filter(({ value }) => value.network?.methods === 'read-only') : []
  const methods = readOnly.length > 0 && closing.length === 0 ? ` (GET and HEAD${mark(readOnly)})` : ''
  return [
    [`${name} allow`, listed('allow') + methods],
    [`${name} ask`, listed('ask')],
    [`${name} deny`, parts(saying, (file) => file[name]?.deny ?? [], mark).join(', ') || 'nothing more'],
  ]
}

/** Each text once, with the files that say it. */
function parts(
  files: readonly File[],
  textsOf: (file: ProfileDefinition) => readonly string[],
  mark: Mark,
): readonly string[] {
  const texts = [...new Set(files.flatMap(({ value }) => textsOf(value)))]
  return texts.map((text) => text + mark(files.filter(({ value }) => textsOf(value).includes(text))))
}

function limitTerms(files: readonly File[], mark: Mark): Readonly<Record<string, string>> {
  const said = files.flatMap((file) =>
    Object.entries(file.value.limits).map(([name, limit]) => ({ file, name, limit })),
  )
  const terms = [...Map.groupBy(said, ({ name }) => name)].map(([name, each]) => {
    const lowest = Math.min(...each.flatMap(({ limit }) => limit ?? []))
    return [name, lowest + mark(each.flatMap(({ file, limit }) => (limit === lowest ? file : [])))] as const
  })
  return Object.fromEntries(terms.filter(([, text]) => !text.startsWith('Infinity')))
}
