import { join } from 'node:path'
import { markData, onOneLine } from '../mark-data.ts'
import type { ContextDeps } from './context-deps.ts'
import { cutText } from './cut-text.ts'
import { hasRepository, listWithGit, queryGit } from './query-git.ts'
import { readWorkspace } from './read-workspace.ts'

/** The tree without files, which every repository knows, by its object format (gitrepository-layout, gitglossary). */
const emptyTrees: ReadonlyMap<string, string> = new Map([
  ['sha1', '4b825dc642cb6eb9a060e54bf8d69288fbee4904'],
  ['sha256', '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321'],
])
const diffOptions = ['--no-ext-diff', '--no-textconv', '--no-color', '--relative']
/** Paths go to git on its command line. */
const maxPaths = 1000
const maxUntracked = 200

/**
 * `context.git_diff`: what staged and unstaged changes make of HEAD (of nothing, before the first commit), below it the
 * names of untracked files, marked as data. Files that may not be read are left out, with a note. Empty without changes or without git.
 */
export async function readGitDiff(deps: ContextDeps): Promise<string> {
  return readWorkspace('context.git_diff', '', deps, async () => {
    if (!(await hasRepository('context.git_diff', deps))) return ''
    const base = await baseOf(deps)
    const changed = readable(await listChanged(base, deps), deps)
    const untracked = readable(await listWithGit(['ls-files', '--others', '--exclude-standard', '-z'], deps), deps)
    const diff = changed.length === 0 ? '' : await diffOf(base, changed, deps)
    return markData([diff, describeUntracked(untracked)].filter((part) => part !== '').join('\n'), 'git diff')
  })
}

async function baseOf(deps: ContextDeps): Promise<string> {
  const head = await queryGit(['rev-parse', '--verify', '--quiet', 'HEAD'], deps)
  if (head) return 'HEAD'
  const format = await queryGit(['rev-parse', '--show-object-format'], deps)
  return emptyTrees.get(format?.stdout.trim() ?? 'sha1') ?? 'HEAD'
}

async function listChanged(base: string, deps: ContextDeps): Promise<readonly string[] | undefined> {
  return listWithGit(['diff', ...diffOptions, '--no-renames', '--name-only', '-z', base, '--'], deps)
}

/** Of the names, those that the gate lets be read; how many are left out is noted once. */
function readable(names: readonly string[] | undefined, deps: ContextDeps): readonly string[] {
  const all = names ?? []
  const allowed = all.filter((name) => deps.gate.mayRead(join(deps.workspaceRoot, name)))
  const left = all.length - allowed.length
  if (left > 0)
    deps.note(`context.git_diff leaves out ${left} changed ${left === 1 ? 'file' : 'files'} that may not be read`)
  return allowed
}

async function diffOf(base: string, changed: readonly string[], deps: ContextDeps): Promise<string> {
  const paths = changed.slice(0, maxPaths)
  if (paths.length < changed.length) {
    deps.note(`context.git_diff is cut: it shows ${paths.length} of ${changed.length} changed files`)
  }
  const args = ['diff', ...diffOptions, base, '--', ...paths.map((path) => `:(literal)${path}`)]
  const diff = await queryGit(args, deps, deps.limits.gitDiffBytes)
  if (!diff) {
    deps.note('context.git_diff is empty: git diff ended with an error')
    return ''
  }
  const cut = cutText(diff.stdout, deps.limits.gitDiffBytes, 'context.git_diff', diff.truncated)
  if (cut.note !== undefined) deps.note(cut.note)
  return cut.text
}

function describeUntracked(names: readonly string[]): string {
  if (names.length === 0) return ''
  const shown = names.slice(0, maxUntracked).map((name) => `- ${onOneLine(name)}`)
  const more = names.length - shown.length
  return ['Untracked files:', ...shown, ...(more > 0 ? [`[cut: ${more} more]`] : [])].join('\n')
}
