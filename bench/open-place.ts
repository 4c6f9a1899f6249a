import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCodexHome, modelServerConfig, modelServerKeyName } from '../test/support/codex-home.ts'
import type { ModelTurn } from '../test/support/model-turn.ts'
import { makeWorkspace } from '../test/support/temp-workspace.ts'
import type { Subject } from './run-process.ts'
import { serveScript } from './serve-script.ts'
import { serveThreads, type ThreadScript, type ThreadServer } from './serve-threads.ts'

/** Where measurements happen: model servers, homes and workspaces that are gone when it is closed. */
export interface Place {
  /** Serves `turns` over and over, often enough for `runs` runs. The URL. */
  serve(turns: readonly ModelTurn[], runs: number): Promise<string>
  /** Answers each thread by its script. */
  serveThreads(scripts: readonly ThreadScript[]): Promise<Pick<ThreadServer, 'url' | 'takeArrivals'>>
  /** The built program with a home of its own. `files` go into CODEX_HOME, `workspace` into a git repository. */
  codex(argv: readonly string[], prints: string, more: CodexPlace): Promise<Subject>
  close(): Promise<void>
}

interface CodexPlace {
  readonly url?: string
  /** Keys of config.toml, before those that name the server. */
  readonly config?: string
  /** Tables of it, behind them. */
  readonly tables?: string
  readonly files?: Readonly<Record<string, string>>
  /** Absent: the home directory is worked in, no repository. */
  readonly workspace?: Readonly<Record<string, string>>
}

const codexBin = fileURLToPath(new URL('../bin/codex.js', import.meta.url))
const floorFile = fileURLToPath(new URL('minimal-turn.js', import.meta.url))
const agentsFloorFile = fileURLToPath(new URL('minimal-agents.js', import.meta.url))

/** The program that does nothing. */
export const bareNode: Subject = { name: 'node -e 0', argv: ['-e', '0'], prints: '' }

/** The least program that makes the turns of the server at `url`. */
export function minimalTurn(url: string, prints: string): Subject {
  return { name: 'minimal-turn.js', argv: [floorFile, url, 'hi'], prints }
}

/** The least program that asks the server at `url` the same as agents do: the prompts of a list at once, list after list. */
export function minimalAgents(url: string, waves: readonly (readonly string[])[], prints: string): Subject {
  return { name: 'minimal-agents.js', argv: [agentsFloorFile, url, JSON.stringify(waves)], prints }
}

export async function openPlace(): Promise<Place> {
  const scripts = await makeWorkspace()
  const closing: (() => Promise<void>)[] = [scripts.remove]
  return {
    async serve(turns, runs) {
      const script = Array.from({ length: runs }, () => turns).flat()
      const server = await serveScript(script, join(scripts.path, `script-${closing.length}.json`))
      closing.push(server.close)
      return server.url
    },
    async serveThreads(scripts) {
      const server = await serveThreads(scripts)
      closing.push(server.close)
      return server
    },
    async codex(argv, prints, { url, config = '', tables = '', files, workspace }) {
      const home = await makeCodexHome({
        ...(url !== undefined && { 'config.toml': `${config}\n${modelServerConfig(url)}\n${tables}` }),
        ...files,
      })
      closing.push(home.remove)
      const repository = workspace && (await makeWorkspace({ files: workspace, git: true }))
      if (repository) closing.push(repository.remove)
      return {
        name: `codex ${argv.join(' ')}`,
        argv: [codexBin, ...argv],
        cwd: repository?.path ?? home.homeDir,
        env: { HOME: home.homeDir, CODEX_HOME: home.codexHome, [modelServerKeyName]: 'key' },
        prints,
      }
    },
    async close() {
      for (const each of closing.toReversed()) await each()
    },
  }
}
