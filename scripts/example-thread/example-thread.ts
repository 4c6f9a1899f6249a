import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const recording = join(root, 'docs', 'examples', 'recordings', 'mend-a-test.jsonl')

/**
 * The recording of the documentation as a thread, exported by the built program: contents by file name. What is another in each
 * run (ids, times, the directory) stands for itself.
 */
export async function exampleThread(): Promise<ReadonlyMap<string, string>> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'example-thread-')))
  try {
    const codex = async (...argv: readonly string[]) => {
      const options = { cwd: home, env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, TZ: 'UTC' } }
      const running = promisify(execFile)(process.execPath, [join(root, 'bin', 'codex.js'), ...argv], options)
      running.child.stdin?.end()
      return (await running).stdout
    }
    await codex('exec', '--skip-git-repo-check', '--replay', recording, '--replay-tools', 'recorded')
    const files = new Map<string, string>()
    for (const format of ['md', 'html'])
      files.set(`mend-a-test.${format}`, steady(await codex('threads', 'export', 'last', '--format', format), home))
    return files
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

function steady(document: string, home: string): string {
  return document
    .replaceAll(home, '/work/averages')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '01a00000-0000-7000-8000-000000000000')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-01T09:00:00.000Z')
}
