import { capabilityOfName } from '../plugin-api/called-by-step.ts'
import type { ToolCallItem } from '../plugin-api/index.ts'
import type { NamedCapability } from './open-tool-sources.ts'

/** What a thread has for capabilities. */
export interface CapabilityDeps {
  /** Built-in tools that the thread may use, with the capability that their manifest names. */
  readonly tools: readonly { readonly id: string; readonly capability?: string | undefined }[]
  /** What the configuration names tools of sources for, as it is now. */
  named(): readonly NamedCapability[]
  /** True for a tool of a source that is there and that the thread may use. */
  isUsable(id: string): boolean
}

/** Which tool serves a capability now: one of a source before the built-in one. */
export interface Capabilities {
  /** The call with the tool that it means; one that names no capability as it is. `notice`: why the tool is not the one that is configured. */
  meant(call: ToolCallItem): { readonly call: ToolCallItem; readonly notice?: string }
  /** The tool of a source that serves it, and the built-in one whose place it takes. */
  served(capability: string): {
    readonly tool?: string | undefined
    readonly builtIn?: string | undefined
    readonly notice?: string | undefined
  }
}

/** A tool of a source serves a capability by the word of the configuration alone; it is called under its own name, and permitted under it. */
export function createCapabilities({ tools, named, isUsable }: CapabilityDeps): Capabilities {
  function find(capability: string) {
    const configured = named().filter((each) => each.capability === capability)
    const serving = configured.find(({ id }) => id !== undefined && isUsable(id))
    const builtIn = (tools.find((each) => each.capability === capability) ?? tools.find(({ id }) => id === capability))
      ?.id
    return { configured, serving, builtIn }
  }

  function noticeOf(capability: string): string | undefined {
    const { configured, serving, builtIn } = find(capability)
    if (serving || (configured.length === 0 && builtIn !== undefined)) return undefined
    const missing = configured.map(({ group, tool }) => `${tool} of ${group ?? 'its source'}`).join(', ')
    const why = missing === '' ? 'nothing serves it' : `${missing} is not there, or may not be used here`
    const instead = builtIn === undefined ? 'there is no built-in tool for it' : `the built-in ${builtIn} is used`
    return `Capability ${capability}: ${why}; ${instead}`
  }

  return {
    meant(call) {
      const capability = capabilityOfName(call.name)
      if (capability === undefined) return { call }
      const { serving, builtIn } = find(capability)
      const notice = noticeOf(capability)
      return {
        call: serving?.id === undefined ? { ...call, name: builtIn ?? call.name } : renamed(call, serving.id, serving),
        ...(notice !== undefined && { notice }),
      }
    },
    served(capability) {
      const { serving, builtIn } = find(capability)
      return { tool: serving?.id, builtIn, notice: noticeOf(capability) }
    },
  }
}

/** The call of another tool, with the arguments that it takes under the names that it has for them. */
function renamed(call: ToolCallItem, name: string, { arguments: names }: NamedCapability): ToolCallItem {
  if (names === undefined || call.type !== 'function_call') return { ...call, name }
  const given = parsedObject(call.arguments)
  if (given === undefined) return { ...call, name }
  const taken = Object.entries(names).flatMap(([ours, theirs]) => (ours in given ? [[theirs, given[ours]]] : []))
  return { ...call, name, arguments: JSON.stringify(Object.fromEntries(taken)) }
}

/** Undefined for what is no object: the check of the tool's input says so. */
function parsedObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
