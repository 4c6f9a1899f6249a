import type { ScriptedCall } from './model-turn.ts'

export type ResolvedCall =
  | {
      readonly kind: 'function'
      readonly name: string
      readonly arguments: string
      readonly callId: string
      readonly namespace?: string
    }
  | { readonly kind: 'custom'; readonly name: string; readonly input: string; readonly callId: string }

/** Names under which clients offer a shell, the likeliest first. */
const shellNames = ['exec_command', 'shell', 'shell_command', 'bash', 'Bash', 'execute']

/** A scripted call as it goes over the wire; a `shell` one takes the name and the argument that the client's tools say. */
export function resolveCall(call: ScriptedCall, fallbackId: string, tools: readonly unknown[]): ResolvedCall {
  const callId = call.callId ?? fallbackId
  if ('shell' in call) {
    const { name, argument } = findShell(tools, call.shell)
    return { kind: 'function', name, arguments: JSON.stringify(argument), callId }
  }
  if ('input' in call) return { kind: 'custom', name: call.name, input: call.input, callId }
  const text = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments)
  const { name, namespace } = call
  return { kind: 'function', name, arguments: text, callId, ...(namespace !== undefined && { namespace }) }
}

function findShell(tools: readonly unknown[], script: string): { name: string; argument: Record<string, unknown> } {
  const offered = tools.map(functionOf).filter((tool) => tool !== undefined)
  const tool = shellNames.map((name) => offered.find((candidate) => candidate.name === name)).find(Boolean)
  if (!tool) throw new Error(`No shell tool is offered, only: ${offered.map(({ name }) => name).join(', ') || 'none'}`)
  for (const key of ['command', 'cmd', 'script', 'input']) {
    const schema = asRecord(tool.properties[key])
    if (schema) return { name: tool.name, argument: { [key]: schema.type === 'array' ? ['sh', '-c', script] : script } }
  }
  throw new Error(`The shell tool ${tool.name} takes no command line`)
}

/** Name and properties of a function tool, in the shape of any API. */
function functionOf(tool: unknown): { name: string; properties: Record<string, unknown> } | undefined {
  const outer = asRecord(tool)
  const inner = asRecord(outer?.function) ?? asRecord(outer?.toolSpec) ?? outer
  if (typeof inner?.name !== 'string') return undefined
  const schema = inner.parameters ?? inner.input_schema ?? asRecord(inner.inputSchema)?.json
  return { name: inner.name, properties: asRecord(asRecord(schema)?.properties) ?? {} }
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  // Checked: an object that is no array can be read by key.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
