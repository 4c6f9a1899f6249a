import { setTrust } from '../config/trust.ts'
import { writeErr } from './process-deps.ts'

/** Trusts a workspace from now on, and says so. */
export async function setWorkspaceTrust(
  workspace: { readonly codexHome: string; readonly workspaceRoot: string },
  level: 'trusted' | 'untrusted' = 'trusted',
): Promise<void> {
  await setTrust(workspace.codexHome, workspace.workspaceRoot, level)
  writeErr(`${workspace.workspaceRoot} is ${level} from the next start on.\n`)
}
