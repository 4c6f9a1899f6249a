import type { Difference, FileDifference, Finding } from 'codex-kernel/plugin-api'
import { isMachineWritten, roleOf } from './code-file.ts'
import { plural } from './plural.ts'
import type { UntestedChange } from './untested-changes.ts'

/** What `change_summary` gives as data. Names are those of the wire. */
export interface ChangeSummary {
  readonly of: Difference['of']
  /** What was compared, such as `The working tree against HEAD`. */
  readonly description: string
  /** What could not be had as it was asked for, and what was left out. */
  readonly notes: readonly string[]
  /** True where there is no change in what was asked about: whole files are looked at. */
  readonly whole: boolean
  readonly files: readonly {
    readonly path: string
    readonly status: FileDifference['status']
    readonly from?: string
    readonly added: number
    readonly removed: number
    /** `source`, `test`, `generated`, `build` (manifests, CI, containers), `docs`, `other`. */
    readonly part: string
  }[]
  readonly totals: {
    readonly files: number
    readonly added: number
    readonly removed: number
    /** Lines added and removed that a person has to read: no lockfiles, snapshots, generated files. */
    readonly to_read: number
    readonly tests: number
    readonly deleted_tests: number
  }
  readonly size: 'none' | 'small' | 'medium' | 'large' | 'very large'
  /** What a scan should look at: changed files that are there, or what was asked about. */
  readonly paths: readonly string[]
  /** Lines that are new, for tools that report on lines; absent where whole files are looked at. */
  readonly ranges?: readonly { readonly file: string; readonly from: number; readonly to: number }[]
  /** What should not be committed. */
  readonly findings: readonly Finding[]
  readonly untested: readonly UntestedChange[]
  readonly deleted_tests: readonly string[]
  /** Manifests, CI, containers, migrations: they reach further than their lines. */
  readonly look_closely: readonly string[]
}

const parts: readonly (readonly [string, RegExp])[] = [
  [
    'build',
    /(?:^|\/)(?:package\.json|pyproject\.toml|setup\.(?:py|cfg)|requirements[\w.-]*\.txt|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|Cargo\.toml|Makefile|Dockerfile[\w.-]*|docker-compose[\w.-]*\.ya?ml|compose\.ya?ml|Jenkinsfile|\.gitlab-ci\.yml)$|(?:^|\/)(?:\.github\/(?:workflows|actions)|\.circleci)\/|\.tf$/,
  ],
  ['migration', /(?:^|\/)migrations?\/|\.sql$/],
  ['docs', /\.(?:md|mdx|rst|adoc|txt)$/],
]

export function summarizeChange(
  difference: Difference,
  files: readonly FileDifference[],
  more: {
    readonly isWhole: boolean
    readonly findings: readonly Finding[]
    readonly paths: readonly string[]
    readonly missed: string | undefined
    readonly untested: readonly UntestedChange[]
  },
): ChangeSummary {
  const { isWhole, findings, missed, untested } = more
  const shown = files.map(({ path, status, from, added, removed }) => ({
    ...{ path, status, ...(from !== undefined && { from }), added: added.length, removed, part: partOf(path) },
  }))
  const read = shown.filter(({ part }) => part !== 'generated')
  const sum = (list: readonly { added: number; removed: number }[]) =>
    list.reduce((all, each) => all + each.added + each.removed, 0)
  const tests = shown.filter(({ part }) => part === 'test')
  const deleted = tests.filter(({ status }) => status === 'deleted').map(({ path }) => path)
  const there = files.filter(({ status, binary }) => status !== 'deleted' && !binary)
  return {
    of: difference.of,
    description: describe(difference, isWhole),
    notes: notesOf(difference, missed),
    whole: isWhole,
    files: shown,
    totals: {
      files: shown.length,
      added: shown.reduce((all, { added }) => all + added, 0),
      removed: shown.reduce((all, { removed }) => all + removed, 0),
      to_read: sum(read),
      ...{ tests: tests.length, deleted_tests: deleted.length },
    },
    size: sizeOf(sum(read)),
    paths: isWhole ? more.paths : there.map(({ path }) => path),
    ...(isWhole ? {} : { ranges: there.flatMap(rangesOf) }),
    ...{ findings, untested, deleted_tests: deleted },
    look_closely: shown.filter(({ part }) => part === 'build' || part === 'migration').map(({ path }) => path),
  }
}

function partOf(path: string): string {
  if (isMachineWritten(path)) return 'generated'
  const named = parts.find(([, pattern]) => pattern.test(path))?.[0]
  if (named !== undefined) return named
  const role = roleOf(path)
  return role === 'support' ? 'test' : role
}

/** Reviewers find fewer faults beyond some 400 lines: the study of a review team at a large company (Cohen, 2006). */
function sizeOf(lines: number): ChangeSummary['size'] {
  if (lines === 0) return 'none'
  return lines <= 100 ? 'small' : lines <= 400 ? 'medium' : lines <= 1000 ? 'large' : 'very large'
}

function describe({ of, base, problem, commit, until }: Difference, isWhole: boolean): string {
  if (problem === 'no_git') return 'Whole files, since git is not installed'
  if (problem === 'no_repository') return 'Whole files, since this is no git repository'
  if (isWhole) return 'Whole files, since nothing of them changed'
  if (commit !== undefined) return `The commit ${commit}`
  if (of === 'since' && until !== undefined) return `The commits \`${base}..${until}\``
  const what = {
    ...{ working_tree: 'The working tree', staged: 'What is staged', last_commit: 'The last commit' },
    ...{ branch: 'This branch, uncommitted changes included,', since: 'The working tree' },
  }[of]
  return of === 'last_commit' ? what : `${what} against ${base}`
}

function notesOf(difference: Difference, missed: string | undefined): readonly string[] {
  const { denied, problem } = difference
  return [
    ...(missed === undefined ? [] : [`${missed} This is what is uncommitted, else the last commit.`]),
    ...(difference.until === undefined || difference.isCurrent === true
      ? []
      : ['Lines are numbered as in that commit; these files have changed since.']),
    ...(problem === 'too_large' ? ['The change is larger than 64 MiB and was not read.'] : []),
    ...(denied > 0
      ? [`${plural(denied, 'changed file')} may not be read and ${denied === 1 ? 'is' : 'are'} left out.`]
      : []),
  ]
}

function rangesOf({ path, added }: FileDifference) {
  const ranges: { file: string; from: number; to: number }[] = []
  for (const { line } of added) {
    const last = ranges.at(-1)
    if (last?.to === line - 1) last.to = line
    else ranges.push({ file: path, from: line, to: line })
  }
  return ranges
}
