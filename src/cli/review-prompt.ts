import { CodexError } from '../plugin-api/errors.ts'
import { gitRead } from '../sandbox/git-read.ts'
import type { ParsedOptions } from './thread-options.ts'

/**
 * What `codex review` asks of its agent: which change, in words that the agent's tools read too, then what the person
 * added. Without a target: the uncommitted changes. A revision that is not there stops here, before another change is read.
 *
 * @throws CodexError `usage.arguments`
 */
export async function reviewPrompt(
  options: ParsedOptions,
  instructions: string | undefined,
  cwd: string,
  signal: AbortSignal,
): Promise<string> {
  const { base, commit, title, uncommitted } = options
  const targets = [uncommitted && '--uncommitted', base && '--base', commit && '--commit'].filter(Boolean)
  if (targets.length > 1) throw usage(`${targets.join(' and ')} are two changes`, 'Review one at a time.')
  if (title !== undefined && commit === undefined)
    throw usage('--title is the title of a commit', 'Name it: --commit SHA.')
  const revision = base ?? commit
  const list = commit === undefined ? 'git branch --all' : 'git log --oneline'
  await assertRevision(revision ?? 'HEAD', { isNamed: revision !== undefined, list, cwd }, signal)
  const more = instructions === undefined ? '' : `\n\n${instructions}`
  if (base !== undefined) return `Review what has changed since ${base} (--base ${base}).${more}`
  if (commit === undefined) return `Review the uncommitted changes (--uncommitted).${more}`
  return `Review what one commit changed${title === undefined ? '' : `, "${title}"`} (--commit ${commit}).${more}`
}

async function assertRevision(
  revision: string,
  { isNamed, list, cwd }: { readonly isNamed: boolean; readonly list: string; readonly cwd: string },
  signal: AbortSignal,
): Promise<void> {
  const limits = { cwd, maxBytes: 1000 }
  const inside = await gitRead(['rev-parse', '--is-inside-work-tree'], limits, signal)
  if (inside.missing) throw usage('git is not installed, so there is no change to review', 'Install git.')
  if (inside.exitCode !== 0) throw usage(`${cwd} is no git repository`, 'Go to one, or name it: -C DIR.')
  if (!isNamed) return // a repository without a commit has changes too
  const argv = ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]
  const isPlain = /^[^-\s]\S*$/.test(revision)
  if (isPlain && (await gitRead(argv, limits, signal)).exitCode === 0) return
  throw usage(`There is no revision "${revision}" here`, `List them: ${list}`)
}

function usage(message: string, hint: string): CodexError {
  return new CodexError('usage.arguments', message, { hint })
}
