import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import { writeErr } from './process-deps.ts'

/** Commands whose result says what is wrong, so that nothing is said twice. */
const tellingCommands: ReadonlySet<string> = new Set(['doctor', 'status'])

/** A command that changes what a warning is about, and shows that itself. */
const settledBy: Readonly<Record<string, string>> = { trust: 'config.untrusted' }

/** Says on stderr what was found wrong in files while `command` ran; what worked has worked. */
export async function writeDiagnostics(command: string, kernel: Pick<KernelClient, 'diagnostics'>): Promise<void> {
  if (tellingCommands.has(command)) return
  const found = (await kernel.diagnostics()).filter(
    ({ severity, code }) => severity !== 'info' && code !== settledBy[command],
  )
  for (const line of new Set(found.map((each) => `${each.severity}: ${formatDiagnostic(each)}`))) writeErr(`${line}\n`)
}
