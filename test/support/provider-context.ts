import type { EndpointMemory, ModelRequest, ProviderContext, ProviderSettings } from '../../src/plugin-api/index.ts'
import { evaluateExpression, renderTemplate } from '../../src/prompt/render-template.ts'
import { createEndpointMemory } from '../../src/runtime/endpoint-memory.ts'
import { createHttpClient } from '../../src/runtime/http-client.ts'
import { createRedactor } from '../../src/security/redact.ts'

/** What a provider is handed, with the network and templates of the real program and neither retries nor a key unless given. */
export function providerContext(
  settings: Partial<ProviderSettings> = {},
  more: {
    readonly key?: string
    readonly env?: Readonly<Record<string, string>>
    readonly endpointMemory?: EndpointMemory
    /** Texts of credential files, by path. */
    readonly files?: Readonly<Record<string, string>>
  } = {},
): ProviderContext {
  const redact = createRedactor(more.env ?? {}, more.key === undefined ? [] : [more.key])
  const send = createHttpClient(more.env ?? {})
  return {
    settings: { id: 'test', request_max_retries: 0, stream_max_retries: 0, ...settings },
    fetch: (url, request = {}) => send(new URL(url), request),
    credential: async () => more.key,
    env: (name) => more.env?.[name],
    credentialFile: async (path) => more.files?.[path],
    render: async (template, values) => renderTemplate(template, values),
    evaluate: async (expression, values) => evaluateExpression(expression, values),
    endpointMemory: more.endpointMemory ?? createEndpointMemory(() => new Date()),
    redact,
    originator: 'codex_test',
    version: '1.2.3',
  }
}

/** The program's own memory of endpoints, by a clock of the test. */
export const endpointMemory = createEndpointMemory

/** A request that asks `hi` of `test-model`. */
export function modelRequest(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    threadId: 'thread-1',
    turnId: 'turn-1',
    model: 'test-model',
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
    tools: [],
    parallelToolCalls: true,
    task: { prompt: 'hi', paths: [] },
    ...more,
  }
}
