/** Keys that say how a repository's files are to be compared, and can run nothing. */
const harmlessKeys: Readonly<Record<string, readonly string[]>> = {
  core: ['filemode', 'ignorecase', 'autocrlf', 'eol', 'symlinks', 'precomposeunicode'],
  extensions: ['objectformat', 'refstorage'],
}

/**
 * A configuration with which git reads a repository and runs none of its programs: of `repositoryConfig` only what says
 * how files compare, with plain words as values. Includes are not followed; of a key that stands twice the last counts.
 */
export function harmlessGitConfig(repositoryConfig: string): string {
  const kept = new Map<string, string>()
  let section = ''
  for (const line of repositoryConfig.split('\n')) {
    const header = /^\s*\[\s*([\w.-]+)\s*(".*")?\s*\]/.exec(line)
    // A subsection, as in [core "x"], is another section.
    if (header) section = header[2] === undefined ? (header[1] ?? '').toLowerCase() : ''
    const [, key = '', value = 'true'] =
      /^\s*([a-z][\w-]*)\s*(?:=\s*"?([\w-]*)"?\s*)?(?:[#;].*)?$/i.exec(afterHeader(line)) ?? []
    if (harmlessKeys[section]?.includes(key.toLowerCase())) kept.set(`${section}.${key.toLowerCase()}`, value)
  }
  const lines = (name: string): string[] =>
    [...kept]
      .filter(([key]) => key.startsWith(`${name}.`))
      .map(([key, value]) => `\t${key.slice(name.length + 1)} = ${value}`)
  const extensions = lines('extensions')
  return [
    '[core]',
    `\trepositoryformatversion = ${extensions.length > 0 ? 1 : 0}`,
    '\tbare = false',
    ...lines('core'),
    ...(extensions.length > 0 ? ['[extensions]', ...extensions] : []),
    '',
  ].join('\n')
}

/** A key may stand on the line of its section: `[core] bare = false`. */
function afterHeader(line: string): string {
  return line.replace(/^\s*\[[^\]]*\]/, '')
}
