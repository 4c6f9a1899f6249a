import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Difference, DifferenceOptions, FileDifference } from '../../plugin-api/index.ts'
import { gitRead } from '../../sandbox/git-read.ts'
import type { ActionScope } from './gated-action.ts'
import { type AskGit, findMainBranch } from './main-branch.ts'
import type { TreeDeps } from './open-tree.ts'
import { type LineDifference, parseDiff } from './parse-diff.ts'
import { readRealFile } from './read-real-file.ts'

type DifferenceDeps = TreeDeps & { readonly searchPath?: string | undefined }

/** A diff without context of more than this is no change that a person made. */
const maxDiffBytes = 64 * 1024 * 1024
const maxFileBytes = 1024 * 1024
const maxUntracked = 2000
/** The tree without files, which every repository of SHA-1 and SHA-256 knows. */
const emptyTrees = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
}
const diffOptions = ['--no-color', '--relative', '-M', '--src-prefix=a/', '--dst-prefix=b/']

/** The difference under one decision for the workspace as a whole; files that may not be read are left out and counted. */
export async function readDifference(
  options: DifferenceOptions,
  actions: ActionScope,
  deps: DifferenceDeps,
): Promise<Difference> {
  return actions.perform(
    { kind: 'read_tree', path: deps.workspaceRoot },
    () => read(options, deps),
    (difference) => `${difference.files.length} changed files`,
  )
}

async function read(options: DifferenceOptions, deps: DifferenceDeps): Promise<Difference> {
  const { workspaceRoot: cwd, searchPath, signal } = deps
  const state = { missing: false, truncated: false }
  const git: AskGit = async (...args) => {
    const limits = { cwd, maxBytes: maxDiffBytes, bigFileBytes: maxFileBytes, ...(searchPath && { searchPath }) }
    const answer = await gitRead(args, limits, signal)
    state.missing ||= answer.missing
    state.truncated ||= answer.truncated
    return answer.exitCode === 0 ? answer.stdout : undefined
  }
  const none = (problem: Difference['problem'] & string, base = ''): Difference => {
    return { of: options.of ?? 'working_tree', base, files: [], denied: 0, problem }
  }
  const isRepository = (await git('rev-parse', '--is-inside-work-tree'))?.trim() === 'true'
  if (!isRepository) return none(state.missing ? 'no_git' : 'no_repository')
  const chosen = await chooseBase(options, git)
  if ('problem' in chosen) return none(chosen.problem, options.commit ?? options.revision)
  const { of, base, against, until, commit } = chosen
  const staged = of === 'staged' ? ['--cached'] : []
  const sides = until === undefined ? [against] : [against, until.id]
  const names = await git('diff', ...diffOptions, ...staged, '--name-status', '-z', ...sides, '--')
  const diff = await git('diff', ...diffOptions, ...staged, '--unified=0', ...sides, '--')
  const untracked =
    of === 'staged' || until !== undefined ? '' : await git('ls-files', '--others', '--exclude-standard', '-z')
  if (state.truncated) return none('too_large', base)
  const lines = parseDiff(diff ?? '')
  const tracked = statuses(names ?? '').map((each) => withLines(each, lines.get(each.path)))
  const all = [...tracked, ...(await readNew((untracked ?? '').split('\0').filter(Boolean), deps))]
  const files = all.filter(({ path }) => deps.gate.mayRead(join(cwd, path)))
  if (files.length === 0 && all.length === 0 && options.of === undefined && of === 'working_tree') {
    return read({ of: 'last_commit' }, deps)
  }
  return {
    ...{ of, base, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), denied: all.length - files.length },
    ...(until && { until: until.name, isCurrent: await isCurrent(until.id, files, git) }),
    ...(commit !== undefined && { commit, isNewest: chosen.isNewest === true }),
  }
}

/** Whether files are in the working tree as in a commit; those that it deleted are nowhere. */
async function isCurrent(commit: string, files: readonly FileDifference[], git: AskGit): Promise<boolean> {
  const changed = new Set((await git('diff', '--relative', '--name-only', '-z', commit, '--'))?.split('\0'))
  return !files.some(({ path }) => changed.has(path))
}

type Base =
  | {
      readonly of: Difference['of']
      readonly base: string
      readonly against: string
      /** Absent: the working tree, or the index. */
      readonly until?: { readonly name: string; readonly id: string }
      /** The one commit that is looked at, as it was named. */
      readonly commit?: string
      readonly isNewest?: boolean
    }
  | { readonly problem: 'no_revision' | 'no_branch' }

async function chooseBase(
  { of = 'working_tree', revision = '', until, commit }: DifferenceOptions,
  git: AskGit,
): Promise<Base> {
  const commitOf = async (name: string) =>
    name === '' || name.startsWith('-')
      ? undefined
      : (await git('rev-parse', '--verify', '--quiet', `${name}^{commit}`))?.trim()
  const head = await commitOf('HEAD')
  const format = (await git('rev-parse', '--show-object-format'))?.trim() === 'sha256' ? 'sha256' : 'sha1'
  const nothing = { base: 'nothing, since there is no commit before', against: emptyTrees[format] }
  if (commit !== undefined) {
    const id = await commitOf(commit)
    if (!id) return { problem: 'no_revision' }
    const before = await commitOf(`${id}~1`)
    const side = before ? { base: `${commit}~1`, against: before } : nothing
    return { of: 'since', ...side, commit, isNewest: id === head, until: { name: commit, id } }
  }
  if (of === 'since') {
    const end = until === undefined ? undefined : await commitOf(until)
    const named = await commitOf(revision)
    if (until !== undefined && end === undefined) return { problem: 'no_revision' }
    const side = until !== undefined && end !== undefined ? { until: { name: until, id: end } } : {}
    // More commits than there are: all of them.
    if (!named && end !== undefined && /^HEAD~\d+$/.test(revision)) return { of, ...nothing, ...side }
    if (!named) return { problem: 'no_revision' }
    // What a branch has got since is not taken for taken away here.
    const against = (await git('merge-base', end ?? 'HEAD', named))?.trim() || named
    return {
      of,
      base: against === named ? revision : `${revision} (merge base ${against.slice(0, 10)})`,
      against,
      ...side,
    }
  }
  if (of === 'branch') {
    const main = head ? await findMainBranch(head, git) : undefined
    return main?.kind === 'left' ? { of, base: main.name, against: main.commit } : { problem: 'no_branch' }
  }
  if (of === 'last_commit' && head) {
    const against = await commitOf('HEAD~1')
    const side = against ? { base: 'the commit before the last', against } : nothing
    return { of, ...side, until: { name: 'HEAD', id: head } }
  }
  return head ? { of, base: 'HEAD', against: head } : { of, ...nothing }
}

type FileStatus = Pick<FileDifference, 'path' | 'status' | 'from'>

/** What `git diff --name-status -z` says: a letter, and one name or two. */
function statuses(output: string): readonly FileStatus[] {
  const words = output.split('\0')
  const found: FileStatus[] = []
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [letter = '', path = ''] = [words[at]?.charAt(0), words[at + 1]]
    if (letter === 'R' || letter === 'C') {
      const to = words[++at + 1] ?? ''
      found.push(letter === 'R' ? { path: to, status: 'renamed', from: path } : { path: to, status: 'added' })
    } else found.push({ path, status: letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified' })
  }
  return found
}

function withLines(file: FileStatus, lines: LineDifference | undefined): FileDifference {
  const isMoved = file.status === 'renamed' && lines === undefined
  return { ...file, added: lines?.added ?? [], removed: lines?.removed ?? 0, binary: lines === undefined && !isMoved }
}

/** Files that git does not know: all of their lines are new. */
async function readNew(paths: readonly string[], deps: DifferenceDeps): Promise<readonly FileDifference[]> {
  const found: FileDifference[] = []
  for (const path of paths.slice(0, maxUntracked)) {
    const file = join(deps.workspaceRoot, path)
    const text = deps.gate.mayRead(file) ? await readSmallText(file, deps.signal) : undefined
    const lines = text === undefined ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
    const added = text === '' ? [] : lines.map((each, index) => ({ line: index + 1, text: each }))
    found.push({ path, status: 'added', added, removed: 0, binary: text === undefined })
  }
  return found
}

/** Undefined for what is no text, too large, or gone. */
async function readSmallText(file: string, signal: AbortSignal): Promise<string | undefined> {
  const facts = await lstat(file).catch(() => undefined)
  if (!facts?.isFile() || facts.size > maxFileBytes) return undefined
  const text = new TextDecoder().decode(await readRealFile(file, signal))
  return text.includes('\0') ? undefined : text
}
