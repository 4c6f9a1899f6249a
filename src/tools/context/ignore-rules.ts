import { dirname, join, relative, sep } from 'node:path'
import type { Ignore } from 'ignore'
import { readRealFile } from './read-real-file.ts'

/** The `.gitignore` files that hold at one directory (gitignore(5)); `.git/info/exclude` and the user's own are not read. */
export interface IgnoreRules {
  /** With the `.gitignore` of a directory below, if it has one that may be read. */
  enter(directory: string): Promise<IgnoreRules>
  isIgnored(path: string, isDirectory: boolean): boolean
}

interface RuleFile {
  readonly directory: string
  readonly rules: Ignore
}

/**
 * The rules at a root: those of its parents within the workspace, unless they name the root itself, since what is asked
 * for by name is meant; below them stands `node_modules/`.
 */
export async function ignoreRulesAt(
  root: string,
  workspaceRoot: string,
  mayRead: (path: string) => boolean,
  signal: AbortSignal,
): Promise<IgnoreRules> {
  const { default: ignore } = await import('ignore')
  const readRuleFile = async (directory: string): Promise<RuleFile[]> => {
    const file = join(directory, '.gitignore')
    const text = mayRead(file) ? await readIfThere(file, signal) : undefined
    return text === undefined ? [] : [{ directory, rules: ignore({ allowRelativePaths: true }).add(text) }]
  }
  const rulesOf = (files: readonly RuleFile[]): IgnoreRules => ({
    enter: async (directory) => rulesOf([...files, ...(await readRuleFile(directory))]),
    isIgnored: (path, isDirectory) => isIgnoredBy(files, path, isDirectory),
  })
  const inherited: RuleFile[] = []
  for (const directory of parentsWithin(root, workspaceRoot)) inherited.push(...(await readRuleFile(directory)))
  const always = { directory: root, rules: ignore().add('node_modules/') }
  return rulesOf(isNamed(inherited, root, workspaceRoot) ? [always] : [always, ...inherited])
}

/** True where the rules ignore the root or a directory above it. */
function isNamed(files: readonly RuleFile[], root: string, workspaceRoot: string): boolean {
  return root !== workspaceRoot && isIgnoredBy(files, root, true)
}

/** The innermost file that says something decides. */
function isIgnoredBy(files: readonly RuleFile[], path: string, isDirectory: boolean): boolean {
  for (const { directory, rules } of files.toReversed()) {
    const inside = relative(directory, path).split(sep).join('/')
    if (inside === '' || inside.startsWith('../')) continue
    const answer = rules.test(isDirectory ? `${inside}/` : inside)
    if (answer.ignored || answer.unignored) return answer.ignored
  }
  return false
}

/** From the workspace root down to the parent of `path`; none where `path` lies elsewhere. */
function parentsWithin(path: string, workspaceRoot: string): readonly string[] {
  const parents: string[] = []
  for (let directory = path; directory !== workspaceRoot; ) {
    const parent = dirname(directory)
    if (parent === directory) return []
    parents.unshift(parent)
    directory = parent
  }
  return parents
}

async function readIfThere(file: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await readRealFile(file, signal))
  } catch (error) {
    signal.throwIfAborted()
    // A directory, a link or a file that cannot be read has no rules, as for git.
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
