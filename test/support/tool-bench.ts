import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { HookOutcome } from '../../src/kernel/run-hooks.ts'
import type {
  Permissions,
  SandboxBackend,
  ThreadItem,
  Tool,
  ToolCallItem,
  ToolCallOutputItem,
} from '../../src/plugin-api/index.ts'
import type { FileWriter } from '../../src/sandbox/files/file-writer.ts'
import { createThreadSupplies } from '../../src/sandbox/thread-supplies.ts'
import type { AuditRecord } from '../../src/security/index.ts'
import {
  createExecPolicy,
  createGate,
  createRedactor,
  everything,
  type Gate,
  type GateDeps,
} from '../../src/security/index.ts'
import { openThreadExec } from '../../src/tools/context/open-thread-exec.ts'
import {
  createItemLedger,
  type DispatchDeps,
  dispatchToolCall,
  type ItemLedger,
  type ToolStreamEvent,
} from '../../src/tools/index.ts'
import { makeWorkspace, type TempWorkspace } from './temp-workspace.ts'

/** The backend that commands on Linux run in. */
export { sandbox as linuxSandbox } from '../../plugins/sandbox-linux/src/sandbox.ts'

export interface BenchOptions {
  readonly files?: Readonly<Record<string, string>>
  /** What differs from allowing everything; a function is given the workspace's path. */
  readonly permissions?: (workspace: string) => Partial<Permissions>
  /** Exec policy: commands that are forbidden, by their first words. */
  readonly forbidden?: readonly string[]
  readonly sandbox?: SandboxBackend | 'none' | 'unavailable'
  /** Whether the profile asks for one. Default false. */
  readonly needsSandbox?: boolean
  readonly secrets?: readonly string[]
  readonly preToolUse?: HookOutcome
  readonly postToolUse?: HookOutcome
  readonly maxOutputBytes?: number
  readonly delegate?: DispatchDeps['context']['delegate']
  /** Answers what has to be asked; absent: nobody is asked. */
  readonly approve?: NonNullable<GateDeps['approve']>
  /** Absent: nobody is there. */
  readonly ask?: DispatchDeps['context']['ask']
}

export interface BenchResult {
  readonly events: readonly ToolStreamEvent[]
  readonly output: ToolCallOutputItem
}

/** Tools with a real gate, audit and dispatch over a temporary workspace; commands run directly unless a sandbox is given. */
export interface ToolBench {
  readonly workspace: TempWorkspace
  readonly gate: Gate
  /** What the gate recorded, in order. */
  readonly audit: readonly AuditRecord[]
  readonly ledger: ItemLedger
  /** What writes for its tools. */
  readonly writer: FileWriter
  /** The item of a call; text is a freeform call, else the arguments become JSON. */
  callItem(tool: string, input: unknown): ToolCallItem
  dispatch(call: ToolCallItem, signal?: AbortSignal): AsyncGenerator<ToolStreamEvent, ToolCallOutputItem>
  /** Dispatches a call to its end. */
  run(tool: string, input: unknown, signal?: AbortSignal): Promise<BenchResult>
  close(): Promise<void>
}

export async function openToolBench(tools: readonly Tool[], options: BenchOptions = {}): Promise<ToolBench> {
  const workspace = await makeWorkspace({ files: options.files ?? {} })
  const places = {
    workspaceRoot: workspace.path,
    codexHome: join(workspace.path, '.home', '.codex'),
    homeDir: join(workspace.path, '.home'),
    tempDir: await realpath('/tmp'),
  }
  const audit: AuditRecord[] = []
  const gate = createGate({
    threadId: 'thread-1',
    outputsDir: join(workspace.path, '.home', '.codex', 'outputs', 'thread-1'),
    layers: [
      {
        name: 'profile bench',
        file: '/bench/profile.toml',
        line: 7,
        permissions: { ...everything, ...options.permissions?.(workspace.path) },
      },
    ],
    places,
    protection: 'on',
    execPolicy: createExecPolicy(policies(options.forbidden ?? [])),
    approvalPolicy: options.approve ? 'on-request' : 'never',
    ...(options.approve && { approve: options.approve }),
    sandbox: { required: options.needsSandbox ?? false, find: async () => ({ available: true, backend: 'test' }) },
    audit: {
      append: async (record) => {
        audit.push(record)
        return `record-${audit.length}`
      },
      appendSoon: (record) => void audit.push(record),
    },
  })
  const exec = openThreadExec(
    {
      env: { PATH: process.env.PATH ?? '', HOME: places.homeDir },
      shell: '/bin/bash',
      sandbox: async () => options.sandbox ?? 'none',
      isSandboxRequired: false,
      places,
      protection: 'on',
      temp: 'private',
      gate,
      supplies: createThreadSupplies(),
    },
    { directory: gate.outputsDir, minBytes: options.maxOutputBytes ?? 100_000 },
  )
  const ledger = createItemLedger()
  const deps: DispatchDeps = {
    tools: new Map(tools.map((tool) => [tool.name, async () => tool])),
    gate,
    hooks: {
      run: async (event) =>
        (event === 'PreToolUse' ? options.preToolUse : event === 'PostToolUse' ? options.postToolUse : undefined) ?? {},
    },
    context: {
      cwd: workspace.path,
      workspaceTrusted: true,
      workspaceRoot: workspace.path,
      threadId: 'thread-1',
      turnId: 'turn-1',
      exec,
      delegate: options.delegate ?? (async () => ({ threadId: 'thread-2', text: 'done' })),
      redact: createRedactor({}, options.secrets ?? []),
      ask: options.ask,
      definitions: async () => [],
      settings: () => ({}),
    },
    ledger,
    maxOutputBytes: options.maxOutputBytes ?? 100_000,
  }
  let calls = 0
  const callItem = (tool: string, input: unknown): ToolCallItem => {
    const call_id = `call-${++calls}`
    return typeof input === 'string'
      ? { type: 'custom_tool_call', name: tool, input, call_id }
      : { type: 'function_call', name: tool, arguments: JSON.stringify(input), call_id }
  }
  const dispatch: ToolBench['dispatch'] = (call, signal = new AbortController().signal) =>
    dispatchToolCall(call, deps, signal)
  return {
    workspace,
    gate,
    audit,
    ledger,
    writer: exec.writer,
    callItem,
    dispatch,
    async run(tool, input, signal) {
      const events: ToolStreamEvent[] = []
      const stream = dispatch(callItem(tool, input), signal)
      let step = await stream.next()
      for (; !step.done; step = await stream.next()) events.push(step.value)
      const output = step.value
      // Every test of a tool holds it to what it says that it gives.
      const called = output.failed ? undefined : tools.find(({ name }) => name === tool)
      if (output.structured !== undefined && called)
        (called.outputSchema ?? called.makeOutputSchema?.(z))?.parse(output.structured)
      return { events, output }
    },
    async close() {
      await exec.close()
      await workspace.remove()
    },
  }
}

/** Opens benches that are closed after the test that opened them: a test file hands in its `afterEach`. */
export function toolBenches(afterEach: (close: () => Promise<void>) => void): typeof openToolBench {
  const benches: ToolBench[] = []
  afterEach(async () => {
    for (const bench of benches.splice(0)) await bench.close()
  })
  return async (tools, options) => {
    const bench = await openToolBench(tools, options)
    benches.push(bench)
    return bench
  }
}

/** `phase:type` of each event that is about a whole item. */
export function phasesOf(events: readonly ToolStreamEvent[]): readonly string[] {
  return events.flatMap((event) => ('item' in event ? [`${event.type.slice('item.'.length)}:${event.item.type}`] : []))
}

/** The completed items. */
export function completedItems(events: readonly ToolStreamEvent[]): readonly ThreadItem[] {
  return events.flatMap((event) => (event.type === 'item.completed' ? [event.item] : []))
}

function policies(forbidden: readonly string[]): Parameters<typeof createExecPolicy>[0] {
  if (forbidden.length === 0) return []
  const rules = forbidden.map((command) => ({
    pattern: command.split(' '),
    decision: 'forbidden' as const,
    justification: `${command} is not wanted here`,
    match: [],
    not_match: [],
  }))
  return [
    {
      kind: 'policy',
      id: 'bench',
      value: { id: 'bench', description: '', rules, ruleLines: rules.map((_, index) => index + 1) },
      origin: { layer: 'user', file: '/bench/policy.toml', trusted: true },
      shadows: [],
    },
  ]
}
