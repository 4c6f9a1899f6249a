import type { KernelClient } from '../plugin-api/kernel-client.ts'
import { writeErr } from './process-deps.ts'

/** Trusts a workspace from now on, with the configuration that lies below its root, or no more; and says so. */
export async function setWorkspaceTrust(
  workspace: Pick<KernelClient, 'codexHome' | 'workspaceRoot' | 'cwd'>,
  level: 'trusted' | 'untrusted' = 'trusted',
): Promise<void> {
  const { codexHome, workspaceRoot } = workspace
  // Few runs change trust, and what edits files is a part of every start that imports it.
  const [{ setTrust }, { confirmConfigs, forgetConfigs }, { filesThatWait }] = await Promise.all([
    import('../config/set-trust.ts'),
    import('../config/confirmed-configs.ts'),
    import('./what-trust-covers.ts'),
  ])
  const files = level === 'trusted' ? await filesThatWait(workspace) : []
  if (level === 'trusted') await confirmConfigs(codexHome, workspaceRoot, files)
  await setTrust(codexHome, workspaceRoot, level)
  if (level === 'untrusted') await forgetConfigs(codexHome, workspaceRoot)
  const below = files.map((file) => `  with ${file}\n`).join('')
  writeErr(`${workspaceRoot} is ${level} from the next start on.\n${below}`)
}

/**
 * `--trust`. A repository that is trusted already stays as it was trusted: a script that always says so would else confirm what the run before it left behind.
 */
export async function trustFromFlag(workspace: Pick<KernelClient, 'codexHome' | 'workspaceRoot' | 'cwd' | 'trust'>) {
  if (workspace.trust === 'untrusted') await setWorkspaceTrust(workspace)
}
