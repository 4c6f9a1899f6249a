import type { HookEvent, HookPayloads } from '../../plugin-api/hook.ts'
import { toldName, toolOfAction } from './hook-names.ts'

/** What of the thread a hook is told besides. */
export interface HookThread {
  /** As the configuration names it; empty where it names none. */
  readonly model: string
  readonly isAsked: boolean
}

type Fields = Readonly<Record<string, unknown>>

/** The JSON that a program reads, in the shape of Codex. */
export function hookInput(event: HookEvent, payload: HookPayloads[HookEvent], thread: HookThread): Fields {
  const { threadId, turnId, cwd } = payload
  return {
    session_id: threadId,
    ...(turnId !== undefined && { turn_id: turnId }),
    transcript_path: null,
    cwd,
    hook_event_name: event,
    model: thread.model,
    permission_mode: thread.isAsked ? 'default' : 'bypassPermissions',
    ...ofEvent(payload),
  }
}

function ofEvent(payload: HookPayloads[HookEvent]): Fields {
  if ('tool' in payload) {
    const { tool, input, callId } = payload
    const call = { tool_name: toldName(tool), tool_input: toldInput(tool, input) }
    return { ...call, ...('output' in payload && { tool_response: payload.output }), tool_use_id: callId }
  }
  if ('action' in payload) {
    const tool = toolOfAction(payload.action)
    return { tool_name: toldName(tool), tool_input: { ...toldAction(payload.action), description: payload.reason } }
  }
  if ('prompt' in payload) return { prompt: payload.prompt }
  if ('lastAgentMessage' in payload) {
    return { stop_hook_active: payload.isContinued ?? false, last_assistant_message: payload.lastAgentMessage }
  }
  return { source: 'source' in payload ? (payload.source ?? 'startup') : 'startup' }
}

/** Which argument Codex calls `command`. */
const commandArguments: ReadonlyMap<string, string> = new Map([
  ['exec_command', 'cmd'],
  ['write_stdin', 'chars'],
])

/** Arguments as Codex' hooks know them: what is run, typed or patched is the `command`. */
export function toldInput(tool: string, input: unknown): unknown {
  if (tool === 'apply_patch') return { command: input }
  const name = commandArguments.get(tool)
  if (name === undefined || !isTable(input)) return input
  const { [name]: command = '', ...others } = input
  return { command, ...others }
}

/** The arguments that a hook puts in place, as the tool takes them. @throws Error where they are none */
export function givenInput(tool: string, updated: unknown, before: unknown): unknown {
  if (!isTable(updated)) throw new Error('its updatedInput is no object')
  if (tool === 'apply_patch') return updated.command
  const name = commandArguments.get(tool)
  if (name === undefined || !isTable(before)) return updated
  const { command, ...others } = updated
  return { ...before, ...others, ...(command !== undefined && { [name]: command }) }
}

function toldAction(action: unknown): Fields {
  if (!isTable(action)) return {}
  const { kind: _kind, script, ...others } = action
  return { ...(script !== undefined && { command: script }), ...others }
}

function isTable(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
