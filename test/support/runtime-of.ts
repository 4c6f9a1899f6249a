import { fileURLToPath } from 'node:url'
import { openRuntime, type Runtime } from '../../src/runtime/open-runtime.ts'
import type { ThreadSettings } from '../../src/runtime/runtime-options.ts'
import type { ScriptedSession } from './scripted-session.ts'

const packageRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** The built program inside this process, over the home and the workspace of a session; it takes this machine for `platform`. */
export function runtimeOf(
  { home, workspace }: Pick<ScriptedSession, 'home' | 'workspace'>,
  env: Readonly<Record<string, string>> = { SCRIPTED_MODEL_KEY: 'key' },
  settings: Partial<ThreadSettings> = {},
  platform: string = process.platform,
): Promise<Runtime> {
  return openRuntime(
    {
      packageRoot,
      version: '0.0.0-test',
      env: { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, ...env },
      homeDir: home.homeDir,
      tempDir: '/tmp',
      cwd: workspace.path,
      platform,
      originator: 'codex_test',
      settings: { overrides: [], neverAsk: true, ...settings },
      now: () => new Date(),
    },
    new AbortController().signal,
  )
}
