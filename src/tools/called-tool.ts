import type { ToolCallItem } from '../plugin-api/index.ts'

/** How the manifest of a plugin says that models call one of its tools. */
export interface NamedTool {
  readonly id: string
  /** Its group. Absent: none. */
  readonly namespace?: string | undefined
  /** Absent: the id. */
  readonly wireName?: string | undefined
}

/**
 * Id of the tool that a call means: the one of that group and name; else the one with that id; else the one that is called so, for
 * servers that know no groups. The name itself where there is none.
 */
export function calledTool(call: ToolCallItem, tools: readonly NamedTool[]): string {
  const { name } = call
  const group = call.type === 'function_call' ? (call.namespace ?? undefined) : undefined
  const isCalledSo = ({ id, wireName = id }: NamedTool) => wireName === name
  const inGroup = group === undefined ? undefined : tools.find((tool) => tool.namespace === group && isCalledSo(tool))
  const found = inGroup ?? tools.find(({ id }) => id === name) ?? tools.find(isCalledSo)
  return found?.id ?? name
}
