import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import { gitRead } from '../../sandbox/git-read.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Whether git is there, and whether this is a repository. */
export async function checkGit({ kernel }: SecurityDeps, signal: AbortSignal): Promise<readonly DoctorCheck[]> {
  const searchPath = kernel.options.env.PATH
  const options = { cwd: kernel.places.workspaceRoot, maxBytes: 1024, ...(searchPath !== undefined && { searchPath }) }
  const head = await gitRead(['rev-parse', '--is-inside-work-tree'], options, signal)
  if (head.missing) {
    return [{ name: 'git', status: 'warning', detail: 'not found: diffs and branches stay empty', fix: 'Install git.' }]
  }
  const detail = kernel.loaded.workspace.isRepository ? 'a repository' : 'installed; this is no repository'
  return [{ name: 'git', status: 'ok', detail }]
}
