import type { SourceTool, ThreadItemBody, ToolContext, ToolOutput } from 'codex-kernel/plugin-api'
import { CodexError, z } from 'codex-kernel/plugin-api'
import { type CallResult, itemResult, outputOf } from './call-result.ts'
import type { ServerSettings } from './server-settings.ts'

/** A tool as a server lists it. */
export const listedToolSchema = z.looseObject({
  name: z.string().min(1),
  description: z.string().optional(),
  inputSchema: z.looseObject({ type: z.literal('object') }),
  annotations: z.looseObject({ readOnlyHint: z.boolean().optional(), title: z.string().optional() }).optional(),
})
export type ListedTool = z.infer<typeof listedToolSchema>

/** What carries out a call. @throws Error; the abort reason */
export type CallTool = (input: unknown, ctx: ToolContext) => Promise<CallResult>

/**
 * A tool of a server for the model. Its annotations are what the server claims: that it only reads spares the question,
 * unless the configuration wants each call asked for.
 */
export function serverTool(
  server: ServerSettings,
  { name, description = '', inputSchema, annotations }: ListedTool,
  isUnguarded: boolean,
  call: CallTool,
): SourceTool {
  const onlyReads = annotations?.readOnlyHint === true
  const mode = server.default_tools_approval_mode
  const isAsked = !isUnguarded && mode !== 'approve' && (mode === 'prompt' || !onlyReads)
  const item = (more: Partial<Extract<ThreadItemBody, { type: 'mcp_tool_call' }>>, input: unknown): ThreadItemBody => ({
    type: 'mcp_tool_call',
    server: server.name,
    tool: name,
    arguments: input,
    result: null,
    error: null,
    status: 'in_progress',
    ...more,
  })
  return {
    name,
    group: server.name,
    description,
    inputSchema,
    parallel: onlyReads,
    item: 'own',
    ...(isAsked && {
      approval: {
        reason: onlyReads
          ? `Each call of the MCP server ${server.name} is asked for`
          : `${name} of the MCP server ${server.name} may change something`,
        whenNever: 'MCP tool call requires approval, but approval policy is never',
        hint: `To be asked, start it on a terminal with --profile workspace-write; if all of its tools may be called unasked, say default_tools_approval_mode = "approve" in [mcp_servers.${server.name}].`,
      },
    }),
    refusedItem: (input, reason) => item({ error: { message: reason }, status: 'failed' }, input),
    async run(input, ctx): Promise<ToolOutput> {
      const show = (done: boolean, body: ThreadItemBody) => ctx.emit({ type: 'item', done, item: body })
      show(false, item({}, input))
      let result: CallResult
      try {
        result = await call(input, ctx)
      } catch (error) {
        ctx.signal.throwIfAborted()
        const message = error instanceof Error ? error.message : String(error)
        show(true, item({ error: { message: ctx.redact(message) }, status: 'failed' }, input))
        throw error instanceof CodexError ? error : new CodexError('tool.failed', message, { cause: error })
      }
      const status = result.isError ? 'failed' : 'completed'
      show(true, item({ result: itemResult(result), status }, input))
      return outputOf(result)
    },
  }
}
