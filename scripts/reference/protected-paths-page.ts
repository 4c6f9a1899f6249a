import { gitControlFiles, steeringNames } from '../../src/security/protected-paths.ts'
import {
  codexHomeSecrets,
  homeSecrets,
  secretNames,
  sharedNames,
  systemPlaces,
  systemSecrets,
} from '../../src/security/secret-files.ts'

/** The page of what no tool and no sandboxed command reads or writes. */
export function protectedPathsPage(): string {
  const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
  const rows = (groups: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(groups).map(([what, names]) => `| ${what} | ${list(names)} |`)
  return `${[
    '# Protected paths',
    '',
    'What no tool reads or writes in any profile but one that says `protected = false`. [security.md](../security.md) explains it. Letter case is ignored, links are followed.',
    '',
    'A sandboxed command does not reach the fixed places below, nor what has such a name in the workspace, in other writable directories (but caches and temp), or directly in the home directory. Anywhere else, it is refused where its text names',
    'an existing secret (`cat ../other/.env`). **A name that is made while it runs** (`f=.env; cat ../other/$f`, a glob, a script) is not held back there: what a command may read of the disk, `read.deny` in a profile narrows.',
    '',
    '## Secrets, wherever such a name stands in a path',
    '',
    '| what | names |',
    '| --- | --- |',
    ...rows(secretNames),
    '',
    `Made to be shared, and so free: ${list(sharedNames)}.`,
    '',
    '## Secrets below the home directory, with all below them',
    '',
    '| what | paths |',
    '| --- | --- |',
    ...rows(homeSecrets),
    '',
    '## Secrets elsewhere',
    '',
    '| where | paths |',
    '| --- | --- |',
    `| \`CODEX_HOME\` | ${list(codexHomeSecrets)} |`,
    `| The system, with all below them | ${list(systemPlaces)} |`,
    `| The system, as patterns | ${list(systemSecrets.map((pattern) => pattern.source.replaceAll('|', '\\|')))} |`,
    '',
    '## Not written',
    '',
    `${list(steeringNames)} anywhere, all of \`CODEX_HOME\`, the directory of the program itself (unless the workspace lies in it), and inside every \`.git\`: ${list(gitControlFiles)}. What of this a command may write all the same, in the temp directory and in bare repositories, [security.md](../security.md#what-this-does-not-do) says.`,
  ].join('\n')}\n`
}
