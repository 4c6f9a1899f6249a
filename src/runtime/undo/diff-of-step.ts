import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPrivateGit } from '../../sandbox/private-git.ts'
import type { FileState, UndoStep } from '../../thread/undo/plan-undo.ts'

/** A step as a unified diff, from what is there to what would be; empty for binary files, and where git is not installed. */
export async function diffOfStep(step: UndoStep, searchPath: string | undefined, signal: AbortSignal): Promise<string> {
  const { path, current, wanted } = step
  if ([current, wanted].some((state) => state?.bytes.subarray(0, 8000).includes(0))) return ''
  const place = await mkdtemp(join(tmpdir(), 'codex-undo-'))
  try {
    const git = openPrivateGit({
      gitDir: join(place, 'none'),
      workTree: place,
      ...(searchPath !== undefined && { searchPath }),
    })
    await writeSide(join(place, 'a'), current)
    await writeSide(join(place, 'b'), wanted)
    const found = await git?.run(
      ['diff', '--no-index', '--no-color', '--no-ext-diff', '--', 'a', 'b'],
      { codes: [0, 1] },
      signal,
    )
    const text = found?.stdout.toString('utf8') ?? ''
    const start = text.search(/^@@ /m)
    const hunks = start === -1 ? '' : text.slice(start)
    const name = (state: FileState | undefined, side: string): string =>
      state === undefined ? '/dev/null' : quotedName(`${side}/${path}`)
    return hunks === '' ? '' : `--- ${name(current, 'a')}\n+++ ${name(wanted, 'b')}\n${hunks}`
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** A name as git writes it where one line would not hold it, or its quotes would be taken for these (git-config(1), core.quotePath). */
function quotedName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const special = /[\u0000-\u001f\u007f"\\]/g
  if (name.search(special) === -1) return name
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '"': '\\"', '\\': '\\\\' }
  const octal = (character: string) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`
  return `"${name.replaceAll(special, (character) => escapes[character] ?? octal(character))}"`
}

async function writeSide(file: string, state: FileState | undefined): Promise<void> {
  await writeFile(file, state?.bytes ?? '', { mode: 0o600 })
}
