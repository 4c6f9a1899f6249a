import { namesOfTool } from '../../kernel/tool-aliases.ts'
import type { Action } from '../../plugin-api/action.ts'
import type { HookEvent, HookPayloads } from '../../plugin-api/hook.ts'

/** Names by which Codex' hooks know tools of this program; the first one is what a hook is told. */
const foreignNames: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ['exec_command', ['Bash']],
  ['write_stdin', ['Bash']],
  ['apply_patch', ['apply_patch', 'Edit', 'Write']],
])

/** The name of a tool that a hook is told. */
export function toldName(tool: string): string {
  return foreignNames.get(tool)?.[0] ?? tool
}

/** The names that a matcher is compared with. Undefined: the event is about nothing that has a name, so every hook of it is asked. */
export function namesToMatch(event: HookEvent, payload: HookPayloads[HookEvent]): readonly string[] | undefined {
  if ('tool' in payload) return allNames(payload.tool)
  if ('action' in payload) return allNames(toolOfAction(payload.action))
  if (event === 'SessionStart') return ['source' in payload ? (payload.source ?? 'startup') : 'startup']
  return undefined
}

/** The tool that stands for what is asked for. @param action as a hook of `PermissionRequest` gets it */
export function toolOfAction(action: unknown): string {
  const { kind, tool } = action as Partial<Action> & { readonly tool?: string } // what the gate asks about
  if (tool !== undefined) return tool
  if (kind === 'exec') return 'exec_command'
  return kind === 'write' ? 'apply_patch' : (kind ?? '')
}

function allNames(tool: string): readonly string[] {
  return [...new Set([toldName(tool), ...(foreignNames.get(tool) ?? []), ...namesOfTool(tool)])]
}
