import path from 'node:path'

/** What stands where a user's name stood. */
const userMark = '[USER]'

/**
 * Accounts that name no person and words that commands are made of: hidden where they stand for a home directory, and left
 * everywhere else, since `node server.js` says more than a hidden `node`.
 */
const commonAccounts: ReadonlySet<string> = new Set(
  'root admin administrator user users guest test tester dev developer build builder ci runner node codespace vscode gitpod ubuntu debian fedora centos ec2-user git www-data nobody daemon docker jenkins app codex home default public shared'.split(
    ' ',
  ),
)

/** A directory with a home for each user, in paths of Linux, macOS and Windows, and the name below it. */
const homeOfSomebody = /((?:^|[^\w.~-])(?:(?:\/var)?\/home\/|\/Users\/|[A-Za-z]:[\\/]+Users[\\/]+))([\w][\w.@+-]*)/g
/** `~alice/notes`: another user's home, as a shell has it. */
const tildeOfSomebody = /(^|[\s'"=:(])~([A-Za-z_][\w.-]*)(?=$|[/\s'":)])/g

/**
 * Gives a function that takes people's names out of a text: the user's home directory becomes `~`, the name below a directory of
 * homes and the user's own name (as the environment and the home directory say it), as a whole word, `[USER]`.
 */
export function createNameHider(
  homeDir: string,
  env: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const withoutHome = homeDir === '/' || homeDir === '' ? undefined : wordPattern([homeDir], /[\w.~-]/, /[\w.-]/)
  const ofHome = /^(?:\/var)?\/home\/[^/]+$|^\/Users\/[^/]+$/.test(homeDir) ? [path.basename(homeDir)] : []
  const own = [env.USER, env.LOGNAME, env.USERNAME, ...ofHome].filter((name) => isTelling(name))
  const ownName = own.length === 0 ? undefined : wordPattern(own, /\w/, /\w/)
  return (text) => {
    // Most texts hold nothing of it: making the patterns, and trying them, is left to those that may.
    const short = withoutHome && text.includes(homeDir) ? text.replace(withoutHome, '~') : text
    const apart = hideOthers(short)
    return ownName && own.some((name) => apart.includes(name)) ? apart.replace(ownName, userMark) : apart
  }
}

function hideOthers(text: string): string {
  const isInHomes = text.includes('/home/') || text.includes('Users')
  const apart = isInHomes
    ? text.replace(homeOfSomebody, (whole, before: string, name: string) =>
        name === 'Shared' ? whole : before + userMark,
      )
    : text
  if (!apart.includes('~')) return apart
  return apart.replace(tildeOfSomebody, (_, before: string) => `${before}~${userMark}`)
}

function isTelling(name: string | undefined): name is string {
  return name !== undefined && name.length >= 2 && !commonAccounts.has(name.toLowerCase())
}

/** The words as they are, where no word goes on before or behind them. */
function wordPattern(words: readonly string[], before: RegExp, behind: RegExp): RegExp {
  const texts = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`(?<!${before.source})(?:${texts.join('|')})(?!${behind.source})`, 'g')
}
