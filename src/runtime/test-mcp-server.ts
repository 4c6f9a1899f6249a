import { ownValue } from '../config/table.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import { sourcePrefix } from '../security/permissions/source-prefix.ts'
import { execDeps } from './exec-deps.ts'
import { loadKernel } from './load-kernel.ts'
import { openSnapshot } from './open-snapshot.ts'
import { openThreadSecurity } from './open-thread-security.ts'
import { openToolSources, type ToolSources } from './open-tool-sources.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** What came of starting a server. */
export interface TestedServer {
  readonly name: string
  /** Whether its tools can be used. */
  readonly ok: boolean
  /** Until its tools were there, or it was given up. */
  readonly started_ms: number
  readonly problems: readonly string[]
  /** `asks`: a person has to agree to each call. */
  readonly tools: readonly { readonly name: string; readonly asks: boolean; readonly description: string }[]
}

/**
 * Starts one server as a thread of the default agent would, lists its tools, and ends it. Undefined for one that the
 * configuration does not have.
 *
 * @throws CodexError `home.missing`, `config.*`, `definition.*`, `audit.unwritable`; the abort reason
 */
export async function testMcpServer(
  options: RuntimeOptions,
  name: string,
  signal: AbortSignal,
): Promise<TestedServer | undefined> {
  const snapshot = openSnapshot(await loadKernel(options), signal)
  const { kernel } = snapshot
  const table = ownValue(kernel.loaded.config.mcp_servers, name)
  if (!table) return undefined
  if (table.enabled === false) {
    const problems = [`It is turned off: mcp_servers.${name}.enabled = false`]
    return { name, ok: false, started_ms: 0, problems, tools: [] }
  }
  const security = await openThreadSecurity({}, undefined, snapshot)
  const threadId = 'mcp-test'
  const gate = security.gate(threadId, [])
  const exec = execDeps({ CODEX_VERSION: kernel.options.version }, gate, security, kernel)
  const startedMs = performance.now()
  const elapsed = () => Math.round(performance.now() - startedMs)
  let sources: ToolSources | undefined
  try {
    const onlyFor = sourcePrefix('mcp', name)
    sources = await openToolSources({ kernel, security, gate, exec, threadId, agent: undefined, onlyFor }, signal)
    const started_ms = elapsed()
    const tools = sources.tools().map((tool) => ({
      name: tool.name,
      asks: tool.approval !== undefined,
      description: tool.description,
    }))
    const failed = sources.problems.map(({ message }) => security.redact(message))
    const odd = sources.news().map(({ message }) => security.redact(message))
    return { name, ok: failed.length === 0, started_ms, problems: [...failed, ...odd], tools }
  } catch (error) {
    signal.throwIfAborted()
    if (!isCodexError(error)) throw error
    return { name, ok: false, started_ms: elapsed(), problems: [security.redact(error.message)], tools: [] }
  } finally {
    await sources?.close()
    await exec.close()
    gate.endTurn()
    await security.audit.sync()
    await security.audit.close()
  }
}
