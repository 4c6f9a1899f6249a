import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface TempWorkspace {
  /** Real path of an empty directory of its own. */
  readonly path: string
  /** Writes files, by path relative to the workspace; makes their directories. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** git with an identity and settings of its own: nothing of the machine's configuration is read. */
  git(...argv: readonly string[]): Promise<string>
  remove(): Promise<void>
}

/** A temporary directory, optionally with files and as a git repository whose files are committed. */
export async function makeWorkspace(
  options: { readonly files?: Readonly<Record<string, string>>; readonly git?: boolean } = {},
): Promise<TempWorkspace> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'codex-test-')))
  const workspace: TempWorkspace = {
    path,
    async write(files) {
      for (const [name, content] of Object.entries(files)) {
        const file = join(path, name)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, content)
      }
    },
    async git(...argv) {
      const { stdout } = await run('git', argv, { cwd: path, env: gitEnvironment() })
      return stdout
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
  await workspace.write(options.files ?? {})
  if (options.git) {
    await workspace.git('init', '--quiet', '--initial-branch=main')
    await workspace.git('add', '--all')
    await workspace.git('commit', '--quiet', '--allow-empty', '--message=start')
  }
  return workspace
}

function gitEnvironment(): Record<string, string> {
  const identity = { NAME: 'Test', EMAIL: 'test@example.invalid', DATE: '2026-01-01T00:00:00Z' }
  const variables = Object.entries(identity).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ])
  return {
    ...Object.fromEntries(variables),
    PATH: process.env.PATH ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'commit.gpgSign',
    GIT_CONFIG_VALUE_0: 'false',
    GIT_CONFIG_KEY_1: 'core.hooksPath',
    GIT_CONFIG_VALUE_1: '/dev/null',
  }
}
