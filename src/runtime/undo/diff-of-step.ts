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
      state === undefined ? '/dev/null' : `${side}/${path}`
    return hunks === '' ? '' : `--- ${name(current, 'a')}\n+++ ${name(wanted, 'b')}\n${hunks}`
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

async function writeSide(file: string, state: FileState | undefined): Promise<void> {
  await writeFile(file, state?.bytes ?? '', { mode: 0o600 })
}
