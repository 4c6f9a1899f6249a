import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadKernel } from '../../src/runtime/load-kernel.ts'
import { openSnapshot, type Snapshot } from '../../src/runtime/open-snapshot.ts'

const packageRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** What threads of a run work with: this program over a home and a workspace, under a security profile. */
export async function snapshotOf(
  place: { readonly homeDir: string; readonly codexHome: string; readonly workspace: string },
  securityProfile = 'workspace-write',
): Promise<Snapshot> {
  const { homeDir, codexHome, workspace } = place
  const kernel = await loadKernel({
    packageRoot,
    version: '0.0.0-test',
    env: { PATH: process.env.PATH, HOME: homeDir, CODEX_HOME: codexHome, SCRIPTED_MODEL_KEY: 'key' },
    ...{ homeDir, tempDir: '/tmp', cwd: workspace, platform: process.platform, originator: 'codex_test' },
    settings: { overrides: [], neverAsk: false, securityProfile },
    now: () => new Date(),
  })
  return openSnapshot(kernel, new AbortController().signal)
}

/** Files below a directory, by their path. */
export function filesIn(root: string) {
  return {
    async write(path: string, content: string | Uint8Array): Promise<void> {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), content)
    },
    /** Undefined where there is none. */
    read: (path: string): Promise<string | undefined> => readFile(join(root, path), 'utf8').catch(() => undefined),
  }
}
