import { writeErr } from './process-deps.ts'

/** Trusts a workspace from now on, and says so. */
export async function setWorkspaceTrust(
  workspace: { readonly codexHome: string; readonly workspaceRoot: string },
  level: 'trusted' | 'untrusted' = 'trusted',
): Promise<void> {
  // Few runs change trust, and what edits files is a part of every start that imports it.
  const { setTrust } = await import('../config/set-trust.ts')
  await setTrust(workspace.codexHome, workspace.workspaceRoot, level)
  writeErr(`${workspace.workspaceRoot} is ${level} from the next start on.\n`)
}
