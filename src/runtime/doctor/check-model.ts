import { randomUUID } from 'node:crypto'
import { formatLocation } from '../../plugin-api/diagnostic.ts'
import { isCodexError } from '../../plugin-api/errors.ts'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { ModelRequest } from '../../plugin-api/provider.ts'
import { createRedactor } from '../../security/redact.ts'
import { connectProvider } from '../choose-stages.ts'
import { openAuditLog } from '../open-audit-log.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { unknownProvider } from '../report-provider.ts'

/** Whether the configured model can be asked; with `online` it is asked, for one word. */
export async function checkModel(
  online: boolean,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const { kernel } = deps
  const { config, diagnostics } = kernel.loaded
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    // What it says of the provider is not known, and a key must not go elsewhere for that.
    const detail = 'not looked at, since a file of the configuration is broken'
    return [{ name: 'model', status: 'warning', detail, fix: 'Mend that file, then run it again.' }]
  }
  const id = config.model_provider
  const unknown = unknownProvider(id, kernel)
  if (unknown !== undefined) {
    const place = unknown.location ? ` (${formatLocation(unknown.location)})` : ''
    return [
      { name: 'model', status: 'error', detail: `${unknown.message}${place}`, fix: unknown.hint ?? 'Name another.' },
    ]
  }
  const { source, detail: place, problem } = await kernel.credentials.report(id, signal)
  if (problem !== undefined) {
    const detail = `provider ${id}: ${problem}; agents with a playbook run without a model`
    const fix = 'Run codex login --with-api-key, set CODEX_API_KEY, or configure a [model_providers] table.'
    return [{ name: 'model', status: online ? 'error' : 'warning', detail, fix }]
  }
  const from = source === 'none' ? 'without a credential' : `credential from ${place}`
  if (!online)
    return [{ name: 'model', status: 'ok', detail: `provider ${id}, ${from} (codex doctor --online asks it)` }]
  return [await askModel(id, deps, signal)]
}

/** The smallest request that proves key and model. It is in the audit log, as every request is. */
async function askModel(id: string, { kernel }: SecurityDeps, signal: AbortSignal): Promise<DoctorCheck> {
  const redact = createRedactor(kernel.options.env, kernel.credentials.secrets)
  const audit = await openAuditLog(kernel, redact)
  const threadId = randomUUID()
  const started = performance.now()
  try {
    const { provider, context, model } = await connectProvider(
      id,
      { agent: undefined },
      { kernel, audit, threadId },
      signal,
    )
    const text = 'Answer with the word ok.'
    const request: ModelRequest = {
      threadId,
      turnId: threadId,
      model,
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
      tools: [],
      parallelToolCalls: false,
      task: { prompt: text, paths: [] },
    }
    for await (const event of provider.stream(request, context, signal)) {
      if (event.type === 'completed') break
    }
    const detail = `provider ${id}, model ${model}: answered after ${Math.round(performance.now() - started)} ms`
    return { name: 'model', status: 'ok', detail }
  } catch (error) {
    signal.throwIfAborted()
    const detail = `provider ${id}: ${redact(error instanceof Error ? error.message : String(error))}`
    const fix = redact((isCodexError(error) ? error.hint : undefined) ?? 'Look at its address, its key and the model.')
    return { name: 'model', status: 'error', detail, fix }
  } finally {
    await audit.close()
  }
}
