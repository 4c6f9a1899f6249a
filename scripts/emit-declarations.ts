import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'

/** What a plugin imports by the name of the package, by the path of its declarations below `src/`. */
export const publicEntries = [
  'plugin-api/index.d.ts',
  'plugin-api/base-command.d.ts',
  'runtime/open-test-workspace.d.ts',
] as const

/**
 * The declarations of all that a plugin can import, as TypeScript writes them: text by path below `src/`, the entries
 * and what they reach. Relative imports end in `.js`, which every version of TypeScript takes.
 *
 * @throws Error with what the compiler says
 */
export function emitDeclarations(root: string): ReadonlyMap<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-declarations-'))
  try {
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const argv = [compiler, '-p', join(root, 'tsconfig.declarations.json'), '--outDir', directory]
    const { status, stdout, error } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`The declarations cannot be written: ${stdout}`, { cause: error })
    const emitted = globSync('**/*.d.ts', { cwd: directory }).map((file): [string, string] => [
      file.replaceAll('\\', '/'),
      readFileSync(join(directory, file), 'utf8').replaceAll(
        /((?:from |import\()(['"])\.{1,2}\/[^'"]*)\.ts\2/g,
        '$1.js$2',
      ),
    ])
    return reachable(new Map(emitted))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Only what the entries lead to: the compiler writes the declarations of everything that it has read. */
function reachable(emitted: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const visit = (path: string): void => {
    const text = emitted.get(path)
    if (text === undefined) throw new Error(`No declarations of ${path} were written`)
    if (found.has(path)) return
    found.set(path, text)
    for (const [, target = ''] of text.matchAll(/(?:from |import\()['"](\.[^'"]*)\.js['"]/g)) {
      visit(`${normalize(join(dirname(path), target)).replaceAll('\\', '/')}.d.ts`)
    }
  }
  for (const entry of publicEntries) visit(entry)
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
