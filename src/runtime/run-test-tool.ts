import type { Definition, ThreadItem, Tool, ToolCallItem } from '../plugin-api/index.ts'
import type { TestToolResult, TestWorkspaceOptions } from '../plugin-api/test-workspace.ts'
import type { Gate } from '../security/gate.ts'
import { createItemLedger, dispatchToolCall } from '../tools/index.ts'
import { execDeps, maxOutputBytes } from './exec-deps.ts'
import { hookRunnerOf } from './hook-runner-of.ts'
import type { Kernel } from './load-kernel.ts'
import type { ThreadSecurity } from './open-thread-security.ts'

/** The thread that the calls of a test belong to. */
export interface TestThread {
  readonly kernel: Kernel
  readonly security: ThreadSecurity
  readonly gate: Gate
  readonly threadId: string
  readonly options: TestWorkspaceOptions
}

/** Dispatches one call of a tool to its end, as a turn does. A text is a freeform call, else the input becomes JSON. */
export async function runTestTool(
  tool: Tool,
  input: unknown,
  thread: TestThread,
  signal: AbortSignal,
): Promise<TestToolResult> {
  const { kernel, security, gate, threadId, options } = thread
  const ids = { CODEX_THREAD_ID: threadId, CODEX_SESSION_ID: threadId, CODEX_VERSION: kernel.options.version }
  const call: ToolCallItem =
    'grammar' in tool
      ? { type: 'custom_tool_call', name: tool.name, input: String(input), call_id: 'call' }
      : { type: 'function_call', name: tool.name, arguments: JSON.stringify(input), call_id: 'call' }
  const stream = dispatchToolCall(
    call,
    {
      tools: new Map([[tool.name, async () => tool]]),
      gate,
      hooks: hookRunnerOf(options.hooks ?? []),
      ledger: createItemLedger(),
      maxOutputBytes,
      context: {
        cwd: kernel.options.cwd,
        workspaceRoot: kernel.places.workspaceRoot,
        workspaceTrusted: kernel.loaded.trust === 'trusted',
        threadId,
        turnId: 'test-turn',
        redact: (text) => security.redact(text),
        delegate: async ({ agent, prompt }) => {
          if (!options.delegate)
            throw new Error(`This test answers for no agent, so ${agent} cannot run: set delegate.`)
          return { threadId: 'test-child', text: await options.delegate(agent, prompt) }
        },
        ask: options.ask,
        definitions: async (kind) => definitionsOf(kind, options),
        settings: () => options.settings ?? {},
        exec: execDeps(ids, gate, security, kernel),
      },
    },
    signal,
  )
  const items: ThreadItem[] = []
  let step = await stream.next()
  for (; !step.done; step = await stream.next()) {
    if (step.value.type === 'item.completed') items.push(step.value.item)
  }
  const { output, images, structured, failed = false } = step.value
  const summary = items.findLast((item) => item.type === 'tool_call')?.summary
  return {
    text: output,
    failed,
    items,
    ...(images && { images }),
    ...(structured !== undefined && { structured }),
    ...(summary !== undefined && { summary }),
  }
}

function definitionsOf(kind: string, { definitions = {} }: TestWorkspaceOptions): readonly Definition<unknown>[] {
  return Object.entries(definitions[kind] ?? {}).map(([id, value]) => ({
    kind,
    id,
    value,
    origin: { layer: 'user', file: `${kind}/${id}`, trusted: true },
    shadows: [],
  }))
}
