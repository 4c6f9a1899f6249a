import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type ExecCase, execCase } from './exec-case.ts'

/** All that lies below a directory: kind, mode and contents by path; what git keeps of its own is left out. */
export async function snapshot(root: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  const names = (await readdir(root, { recursive: true })).filter((name) => !/(^|\/)\.git(\/|$)/.test(name)).sort()
  for (const name of names) {
    const path = join(root, name)
    const facts = await lstat(path)
    const mode = (facts.mode & 0o777).toString(8)
    if (facts.isSymbolicLink()) found[name] = `link ${await readlink(path)}`
    else if (facts.isDirectory()) found[name] = 'directory'
    else found[name] = `${mode} ${await readFile(path, 'utf8')}`
  }
  return found
}

/** A workspace in which each turn runs one script, and `codex undo` takes it back. */
export async function scriptCase(
  scripts: readonly string[],
  files: Readonly<Record<string, string>>,
  prepare: (root: string, session: ExecCase) => Promise<void> = async () => {},
  git = false,
) {
  const turns = scripts.flatMap((script) => [{ calls: [{ shell: script }] }, { text: 'done' }])
  const session = await execCase(turns, { files, git })
  const root = session.workspace.path
  await prepare(root, session)
  const before = await snapshot(root)
  const go = async (prompt = 'go') => {
    const result = await session.exec(['-s', 'workspace-write', prompt])
    expect(result.exitCode).toBe(0)
    return result
  }
  const undo = async (...more: readonly string[]) => session.run(['undo', '--yes', ...more])
  return { ...session, root, before, go, undo, now: () => snapshot(root) }
}
