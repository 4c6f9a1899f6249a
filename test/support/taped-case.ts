import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { makeCodexHome } from './codex-home.ts'
import { type ExecCase, execCase, jsonLines } from './exec-case.ts'
import { type CodexOptions, type CodexResult, runCodex } from './run-codex.ts'
import { makeWorkspace } from './temp-workspace.ts'

/** A thread that was recorded. */
export interface TapedCase extends ExecCase {
  readonly recording: string
  readonly first: CodexResult
  /** The lines of the recording. */
  lines(): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Runs it again on another machine: another home without configuration, another workspace with these files. */
  elsewhere(
    argv: readonly string[],
    files?: Readonly<Record<string, string>>,
    options?: CodexOptions,
  ): Promise<Elsewhere>
}

export interface Elsewhere {
  readonly result: CodexResult
  readonly workspace: string
}

/** Records `codex exec ARGV` against a scripted model, and stops its server. */
export async function tapedCase(
  turns: Parameters<typeof execCase>[0],
  argv: readonly string[],
  options: Parameters<typeof execCase>[1] & { readonly env?: CodexOptions['env'] } = {},
): Promise<TapedCase> {
  const session = await execCase(turns, options)
  const recording = join(session.home.homeDir, 'thread.jsonl')
  const first = await session.exec(['--record', recording, ...argv], options.env ? { env: options.env } : {})
  await session.server.close()
  return {
    ...session,
    recording,
    first,
    lines: async () => jsonLines(await readFile(recording, 'utf8')),
    async elsewhere(words, files = {}, more = {}) {
      const home = await makeCodexHome()
      onTestFinished(() => home.remove())
      const workspace = await makeWorkspace({ files })
      onTestFinished(() => workspace.remove())
      const all = ['exec', '--skip-git-repo-check', '--json', '--replay', recording, ...words]
      const result = await runCodex(all, { home, cwd: workspace.path, ...more })
      return { result, workspace: workspace.path }
    },
  }
}
