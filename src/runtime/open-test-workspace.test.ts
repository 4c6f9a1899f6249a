import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type CodexError,
  defineFreeformTool,
  defineHandler,
  defineHook,
  defineRouter,
  defineTool,
  z,
} from '../plugin-api/index.ts'
import { openTestWorkspace } from './open-test-workspace.ts'

const write = defineTool({
  name: 'write_note',
  description: 'Writes a file.',
  input: z.strictObject({ path: z.string(), content: z.string().default('nothing') }),
  effects: ['write'],
  parallel: false,
  async run({ path, content }, { fs }) {
    await fs.apply([{ kind: 'add', path, content }])
    return { text: `wrote ${path}`, structured: { path } }
  },
})

test('a tool reads the files of the workspace, and gives text, data and summary', async () => {
  await using workspace = await openTestWorkspace({ files: { 'a/b.txt': 'hello' } })
  const read = defineTool({
    name: 'read_note',
    description: 'Reads a file.',
    input: z.strictObject({ path: z.string() }),
    effects: ['read'],
    parallel: true,
    run: async ({ path }, { fs }) => ({ text: await fs.readText(path), structured: path, summary: 'read' }),
  })
  expect(await workspace.runTool(read, { path: 'a/b.txt' })).toMatchObject({
    text: 'hello',
    structured: 'a/b.txt',
    summary: 'read',
    failed: false,
    items: [{ type: 'tool_call', status: 'completed' }],
  })
})

test('the default profile denies a write: nothing is written, and the denial names the profile', async () => {
  await using workspace = await openTestWorkspace()
  const result = await workspace.runTool(write, { path: 'note.txt' })
  expect(result.failed).toBe(true)
  expect(result.items).toContainEqual(expect.objectContaining({ type: 'denial', layer: 'profile offline' }))
  expect(existsSync(join(workspace.root, 'note.txt'))).toBe(false)
})

test('a profile that allows it lets the tool write, with the defaults of its schema, and it is audited', async () => {
  await using workspace = await openTestWorkspace({ profile: 'workspace-write' })
  expect(await workspace.runTool(write, { path: 'note.txt' })).toMatchObject({ failed: false })
  expect(await readFile(join(workspace.root, 'note.txt'), 'utf8')).toBe('nothing')
  expect(existsSync(join(workspace.codexHome, 'audit'))).toBe(true)
})

test('input that the schema does not take is told as the model is told, and the tool does not run', async () => {
  await using workspace = await openTestWorkspace({ profile: 'workspace-write' })
  const wrong = { path: 'note.txt', text: 'x' } // more than the schema names
  expect(await workspace.runTool(write, wrong)).toMatchObject({
    failed: true,
    text: expect.stringContaining('failed to parse function arguments'),
  })
  expect(existsSync(join(workspace.root, 'note.txt'))).toBe(false)
})

test('a tool sees its settings, definitions of its kind, and the agent that it hands work to', async () => {
  const asker = defineFreeformTool({
    name: 'ask',
    description: 'Asks an agent.',
    grammar: { syntax: 'regex', definition: '.*' },
    effects: ['delegate'],
    parallel: true,
    async run(input, { settings, threads, definitions }) {
      const [rule] = await definitions('rule')
      const { text } = await threads.run({ agent: 'oracle', prompt: `${settings.tone} ${rule?.id} ${input}` })
      return { text }
    },
  })
  await using workspace = await openTestWorkspace({
    settings: { tone: 'kindly' },
    definitions: { rule: { first: 1 } },
    delegate: (agent, prompt) => `${agent}: ${prompt}`,
  })
  expect(await workspace.runTool(asker, 'why')).toMatchObject({ text: 'oracle: kindly first why' })
})

test('the hooks of the workspace have their say before a tool runs', async () => {
  const guard = defineHook({
    event: 'PreToolUse',
    run: async ({ tool }) => (tool === 'write_note' ? { decision: 'deny', reason: 'No notes.' } : undefined),
  })
  await using workspace = await openTestWorkspace({ profile: 'workspace-write', hooks: [guard] })
  const result = await workspace.runTool(write, { path: 'note.txt' })
  expect(result.text).toContain('No notes.')
  expect(existsSync(join(workspace.root, 'note.txt'))).toBe(false)
})

test('a deciding hook that throws denies; of another event, the test sees what it threw', async () => {
  await using workspace = await openTestWorkspace()
  const broken = async () => {
    throw new Error('not today')
  }
  const deciding = defineHook({ event: 'UserPromptSubmit', run: broken })
  expect(await workspace.runHook(deciding, { prompt: 'hello' })).toEqual({
    decision: 'deny',
    reason: expect.stringContaining('not today'),
  })
  const told = defineHook({ event: 'Stop', run: broken })
  await expect(workspace.runHook(told, { lastAgentMessage: '' })).rejects.toThrow('not today')
})

test('a handler gets its arguments as its metadata says, and the kernel', async () => {
  const handler = defineHandler({
    metadata: { name: 'count', args: [{ name: 'least', type: 'number', required: true }] },
    async run({ least }, kernel) {
      const agents = await kernel.agents()
      return { type: 'output', text: String(agents.length >= Number(least)), data: null }
    },
  })
  await using workspace = await openTestWorkspace()
  expect(await workspace.runHandler(handler, ['1'])).toMatchObject({ text: 'true' })
  await expect(workspace.runHandler(handler, [])).rejects.toMatchObject({
    code: 'command.arguments',
  } satisfies Partial<CodexError>)
})

test('what a router scores counts as in the program: only agents that may activate, best first', async () => {
  const agent = (id: string) =>
    `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "x"\n[activation]\nkeywords = ["x"]\n[prompt]\nsystem = "x"\n`
  const router = defineRouter({
    id: 'fixed',
    score: (_prompt, { paths }, agents) => [
      { agent: 'low', score: 0.1, reasons: [] },
      { agent: 'high', score: paths.length > 0 ? 0.9 : 0, reasons: [`${agents.length > 1}`] },
      { agent: 'nobody', score: 1, reasons: [] },
    ],
  })
  await using workspace = await openTestWorkspace({
    home: { 'agents/low.toml': agent('low'), 'agents/high.toml': agent('high') },
  })
  expect((await workspace.runRouter(router, 'x', { paths: ['a'] })).map((each) => each.agent)).toEqual(['high', 'low'])
})

test('both directories are gone after closing', async () => {
  const workspace = await openTestWorkspace({ files: { a: '' } })
  await workspace.close()
  expect([workspace.root, workspace.codexHome].filter((path) => existsSync(path))).toEqual([])
})

test('a profile that is not there is an error, as in the program', async () => {
  await expect(openTestWorkspace({ profile: 'offlin' })).rejects.toMatchObject({ code: 'usage.unknown_definition' })
})
