import { type HistoryItem, type ToolSpec, z } from 'codex-kernel/plugin-api'
import { shellTool } from './local-shell.ts'

const callSchema = z.object({
  type: z.literal('local_shell_call'),
  call_id: z.string(),
  action: z.looseObject({
    command: z.array(z.string()).min(1),
    working_directory: z.string().nullish(),
    env: z.record(z.string(), z.string()).nullish(),
  }),
})

/**
 * A call of the API's shell as a call of the shell tool, so that it passes the same gate; undefined for another item. The call as it
 * was goes along as `local_shell`, for the requests that follow.
 */
export function fromLocalShellCall(value: unknown, tools: readonly ToolSpec[]): HistoryItem | undefined {
  const tool = shellTool(tools)
  const parsed = tool && callSchema.safeParse(value)
  if (!tool || !parsed?.success) return undefined
  const { call_id, action } = parsed.data
  const { command, working_directory: workdir, env } = action
  const [shell = '', option = '', script] = command
  const isScript = /(?:^|\/)(?:ba|da|z|k)?sh$/.test(shell) && /^-l?c$/.test(option) && command.length === 3
  const exports = Object.entries(env ?? {}).map(([name, each]) => `export ${name}=${quoted(each)}; `)
  const input = {
    cmd: exports.join('') + (isScript ? (script ?? '') : command.map(quoted).join(' ')),
    ...(workdir && { workdir }),
    ...(isScript && { shell, login: option === '-lc' }),
  }
  return { type: 'function_call', name: tool.name, arguments: JSON.stringify(input), call_id, local_shell: action }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
