import { expectTypeOf, test } from 'vitest'
import {
  type AgentDefinition,
  type ArgumentValues,
  type apiVersion,
  type CodexError,
  type Contributions,
  defineDefinitionKind,
  defineFreeformTool,
  defineHandler,
  defineHook,
  defineProvider,
  defineRouter,
  defineTool,
  type FunctionTool,
  type HandlerResult,
  type HookDecision,
  type HookPayloads,
  isCodexError,
  type KernelClient,
  type ModelRequest,
  type Permissions,
  type ProviderContext,
  type RouterContext,
  type SandboxPolicy,
  type Tool,
  type ToolContext,
  type ToolEffect,
  type ToolOutput,
  z,
} from '../src/plugin-api/index.ts'
import type { TestToolResult, TestWorkspace } from '../src/plugin-api/test-workspace.ts'

// `expectTypeOf` does nothing when it runs: the compiler, which is a part of `npm test`, fails where a type differs.

const common = { description: '', effects: ['read'], parallel: true } as const

test("a tool's input is what its schema gives: defaults are there, the optional may be missing", () => {
  const tool = defineTool({
    ...common,
    name: 'a',
    input: z.strictObject({ sql: z.string(), limit: z.int().default(1), tags: z.array(z.string()).optional() }),
    async run(input, ctx) {
      expectTypeOf(input).toEqualTypeOf<{ sql: string; limit: number; tags?: string[] | undefined }>()
      expectTypeOf(ctx).toEqualTypeOf<ToolContext>()
      return { text: '' }
    },
  })
  expectTypeOf<z.input<typeof tool.input>>().toEqualTypeOf<{
    sql: string
    limit?: number | undefined
    tags?: string[] | undefined
  }>()
  expectTypeOf(tool).toExtend<Tool>()
  expectTypeOf(tool).not.toExtend<FunctionTool<z.ZodString>>()
})

test("a freeform tool's input is text", () => {
  defineFreeformTool({
    ...common,
    name: 'a',
    grammar: { syntax: 'lark', definition: '' },
    async run(input) {
      expectTypeOf(input).toEqualTypeOf<string>()
      return { text: '' }
    },
  })
})

test('effects are five words, and a tool gives a text', () => {
  expectTypeOf<ToolEffect>().toEqualTypeOf<'read' | 'write' | 'exec' | 'network' | 'delegate'>()
  expectTypeOf<ToolOutput>().toExtend<{ readonly text: string }>()
  expectTypeOf<{ structured: number }>().not.toExtend<ToolOutput>()
  expectTypeOf<Contributions['tools'][number]['effects'][number]>().toEqualTypeOf<ToolEffect>()
})

test('the context of a tool has what passes the gate, and nothing else', () => {
  expectTypeOf<keyof ToolContext>().toEqualTypeOf<
    | 'cache'
    | 'cwd'
    | 'workspaceRoot'
    | 'workspaceTrusted'
    | 'threadId'
    | 'turnId'
    | 'callId'
    | 'sealed'
    | 'trace'
    | 'fs'
    | 'exec'
    | 'commands'
    | 'fetch'
    | 'threads'
    | 'ask'
    | 'requestPermissions'
    | 'findTools'
    | 'redact'
    | 'findSecrets'
    | 'definitions'
    | 'settings'
    | 'untrustedSettings'
    | 'emit'
    | 'signal'
  >()
  expectTypeOf<keyof ToolContext['fs']>().toEqualTypeOf<
    'readFile' | 'readChunks' | 'readText' | 'stat' | 'list' | 'openTree' | 'readHistory' | 'readDifference' | 'apply'
  >()
  expectTypeOf<keyof ToolContext['threads']>().toEqualTypeOf<'run' | 'agents'>()
  expectTypeOf<keyof ProviderContext>().toEqualTypeOf<
    | 'settings'
    | 'fetch'
    | 'credential'
    | 'credentialFile'
    | 'env'
    | 'render'
    | 'evaluate'
    | 'endpointMemory'
    | 'redact'
    | 'replay'
    | 'originator'
    | 'version'
  >()
})

test('a hook knows the payload of its event', () => {
  defineHook({
    event: 'PostToolUse',
    async run(payload, signal) {
      expectTypeOf(payload).toEqualTypeOf<HookPayloads['PostToolUse']>()
      expectTypeOf(payload.failed).toEqualTypeOf<boolean>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      return undefined
    },
  })
  expectTypeOf<HookDecision['decision']>().toEqualTypeOf<'allow' | 'deny' | undefined>()
  expectTypeOf<HookPayloads['Stop']>().not.toHaveProperty('tool')
})

test('a handler gets its arguments by name, not yet known to be of a type, and the kernel', () => {
  const handler = defineHandler({
    metadata: { name: 'a' },
    async run(args, kernel, signal) {
      expectTypeOf(args).toEqualTypeOf<ArgumentValues>()
      expectTypeOf(args.anything).toEqualTypeOf<unknown>()
      expectTypeOf(kernel).toEqualTypeOf<KernelClient>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      return { type: 'output', text: '', data: null }
    },
  })
  expectTypeOf(handler.run).returns.resolves.toEqualTypeOf<HandlerResult>()
})

test('routers, providers and kinds infer what they are called with', () => {
  defineRouter({
    id: 'a',
    score(prompt, context, agents) {
      expectTypeOf(prompt).toEqualTypeOf<string>()
      expectTypeOf(context).toEqualTypeOf<RouterContext>()
      expectTypeOf(agents).toEqualTypeOf<readonly AgentDefinition[]>()
      return []
    },
  })
  defineProvider({
    id: 'a',
    models: async () => [],
    async *stream(request, ctx, signal) {
      expectTypeOf(request).toEqualTypeOf<ModelRequest>()
      expectTypeOf(ctx).toEqualTypeOf<ProviderContext>()
      signal.throwIfAborted()
      yield { type: 'text_delta', delta: '' }
    },
  })
  const kind = defineDefinitionKind({ id: 'a', parse: ({ text }) => [{ id: 'a', value: text.length }] })
  expectTypeOf(kind.parse({ file: '', text: '' })[0]?.id).toEqualTypeOf<string | undefined>()
})

test('permissions and what a sandbox is told are values that cannot be changed', () => {
  expectTypeOf<Permissions>().toEqualTypeOf<Readonly<Permissions>>()
  expectTypeOf<Permissions['exec']>().toEqualTypeOf<Readonly<Permissions['exec']>>()
  expectTypeOf<Permissions['limits']>().toEqualTypeOf<Readonly<Permissions['limits']>>()
  expectTypeOf<Permissions['read']['allow']>().not.toExtend<unknown[]>()
  expectTypeOf<SandboxPolicy['writable']>().not.toExtend<string[]>()
  expectTypeOf<SandboxPolicy>().toEqualTypeOf<Readonly<SandboxPolicy>>()
  expectTypeOf<ToolContext['settings']>().toEqualTypeOf<Readonly<Record<string, unknown>>>()
})

test('an error is told by its mark, whichever copy of the class it comes from', () => {
  expectTypeOf(isCodexError).guards.toEqualTypeOf<CodexError>()
  expectTypeOf(isCodexError).parameter(0).toEqualTypeOf<unknown>()
})

test('this is version 1 of the interface', () => {
  expectTypeOf<typeof apiVersion>().toEqualTypeOf<1>()
})

test("the testing aid takes what a tool's schema takes, and is disposed of", () => {
  const run = async (workspace: TestWorkspace) => {
    const tool = defineTool({
      ...common,
      name: 'a',
      input: z.strictObject({ limit: z.int().default(1) }),
      run: async () => ({ text: '' }),
    })
    expectTypeOf(await workspace.runTool(tool, {})).toEqualTypeOf<TestToolResult>()
    // @ts-expect-error not what the schema takes
    await workspace.runTool(tool, { limit: 'many' })
  }
  expectTypeOf(run).returns.resolves.toEqualTypeOf<void>()
  expectTypeOf<TestWorkspace>().toExtend<AsyncDisposable>()
})
