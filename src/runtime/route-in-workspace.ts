import type { PromptRouting } from '../plugin-api/kernel-client.ts'
import { routePrompt } from './activate-agent.ts'
import { choosePaths } from './choose-paths.ts'
import type { Snapshot } from './open-snapshot.ts'
import { openThreadSecurity, type ThreadSecurity } from './open-thread-security.ts'

/** Scores all agents for a prompt as a thread of this workspace would, and runs none. */
export async function routeInWorkspace(
  prompt: string,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<PromptRouting> {
  const paths = await choosePaths(prompt, [], snapshot.kernel)
  const opened: ThreadSecurity[] = []
  const openGate = async () => {
    const security = await openThreadSecurity({}, undefined, snapshot)
    opened.push(security)
    return security.gate('none', [])
  }
  try {
    return await routePrompt(prompt, paths, { ...snapshot, openGate }, signal)
  } finally {
    for (const security of opened) await security.audit.close()
  }
}
