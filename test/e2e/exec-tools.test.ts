import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase, itemOf, outline, toolOutputs } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

const patch = (...lines: readonly string[]) => ['*** Begin Patch', ...lines, '*** End Patch'].join('\n')
const read = (path: string) => readFile(path, 'utf8')

test('a command is an item that starts empty and ends with output and exit code', async () => {
  const { exec, server } = await execCase([
    { calls: [{ shell: 'echo out; echo err >&2; exit 3' }, { shell: 'true' }] },
    { text: 'done' },
  ])
  const { exitCode, events } = await exec(['go'])
  expect(exitCode).toBe(0)
  const command = "/bin/bash -lc 'echo out; echo err >&2; exit 3'"
  const started = { aggregated_output: '', exit_code: null, status: 'in_progress' }
  const item = { type: 'command_execution', command }
  expect(events.slice(2, 6)).toEqual([
    { type: 'item.started', item: { id: 'item_0', ...item, ...started } },
    {
      type: 'item.completed',
      item: { id: 'item_0', ...item, aggregated_output: 'out\nerr\n', exit_code: 3, status: 'failed' },
    },
    { type: 'item.started', item: { id: 'item_1', ...item, command: '/bin/bash -lc true', ...started } },
    {
      type: 'item.completed',
      item: {
        id: 'item_1',
        ...item,
        command: '/bin/bash -lc true',
        aggregated_output: '',
        exit_code: 0,
        status: 'completed',
      },
    },
  ])
  const told = toolOutputs(sentBody(server, 1))
  expect(told.call_1_0).toMatch(
    /\nWall time: [\d.]+ seconds\nProcess exited with code 3\nOriginal token count: 2\nOutput:\nout\nerr\n$/,
  )
  expect(told.call_1_1).toMatch(/\nProcess exited with code 0\n/)
})

test('a command with quotes is shown as it would be typed', async () => {
  const { exec } = await execCase([{ calls: [{ shell: `echo "it's"` }] }, { text: 'done' }])
  const [item] = completedItems(await exec(['go']), 'command_execution')
  expect(item?.command).toBe(String.raw`/bin/bash -lc "echo \"it's\""`)
})

test('output that is no UTF-8, and output without end, still give one valid line', async () => {
  const { exec, server } = await execCase([
    { calls: [{ shell: "printf 'a\\377b'" }, { shell: 'head -c 3000000 /dev/zero | tr "\\0" x' }] },
    { text: 'done' },
  ])
  const result = await exec(['go'])
  const [bytes, long] = completedItems(result, 'command_execution')
  expect(bytes?.aggregated_output).toBe('a\ufffdb')
  const shown = String(long?.aggregated_output)
  expect(shown.length).toBeLessThan(1.1 * 1024 * 1024)
  expect(shown).toMatch(/^x+\n?\.\.\. \d+ bytes omitted \.\.\.\n?x+$/)
  expect(toolOutputs(sentBody(server, 1)).call_1_1?.length).toBeLessThan(50_000)
})

test('a command runs in the directory of -C, with what codex tells of itself', async () => {
  const { exec, workspace } = await execCase(
    [{ calls: [{ shell: 'pwd; echo "$CODEX_THREAD_ID"; echo "$NO_COLOR:$PAGER:$GIT_PAGER"' }] }, { text: 'done' }],
    { files: { 'sub/a.txt': '' } },
  )
  const result = await exec(['-C', 'sub', 'go'])
  const [item] = completedItems(result, 'command_execution')
  expect(item?.aggregated_output).toBe(
    `${join(workspace.path, 'sub')}\n${String(result.events[0]?.thread_id)}\n1:cat:cat\n`,
  )
})

test('apply_patch under workspace-write changes the files and is one file_change', async () => {
  const { exec, server, workspace } = await execCase(
    [
      {
        calls: [
          {
            name: 'apply_patch',
            input: patch(
              '*** Add File: new/deep.txt',
              '+fresh',
              '*** Update File: a.txt',
              '@@',
              ' one',
              '-two',
              '+2',
              '*** Delete File: b.txt',
            ),
          },
        ],
      },
      { text: 'done' },
    ],
    { files: { 'a.txt': 'one\ntwo\n', 'b.txt': 'bye\n' } },
  )
  const result = await exec(['-s', 'workspace-write', 'go'])
  const at = (name: string) => join(workspace.path, name)
  const changes = [
    { path: at('a.txt'), kind: 'update' },
    { path: at('b.txt'), kind: 'delete' },
    { path: at('new/deep.txt'), kind: 'add' },
  ]
  expect(result.events.slice(2, 4)).toEqual([
    { type: 'item.started', item: { id: 'item_0', type: 'file_change', changes, status: 'in_progress' } },
    { type: 'item.completed', item: { id: 'item_0', type: 'file_change', changes, status: 'completed' } },
  ])
  expect([await read(at('a.txt')), await read(at('new/deep.txt')), existsSync(at('b.txt'))]).toEqual([
    'one\n2\n',
    'fresh\n',
    false,
  ])
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toContain(
    'Success. Updated the following files:\nA new/deep.txt\nM a.txt\nD b.txt',
  )
})

test('a patch that does not apply changes nothing, and the model is told why', async () => {
  const { exec, server, workspace } = await execCase(
    [
      {
        calls: [
          {
            name: 'apply_patch',
            input: patch('*** Add File: c.txt', '+x', '*** Update File: a.txt', '@@', '-not there', '+y'),
          },
        ],
      },
      { text: 'done' },
    ],
    { files: { 'a.txt': 'one\n' } },
  )
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(result.exitCode).toBe(0)
  expect(existsSync(join(workspace.path, 'c.txt'))).toBe(false)
  expect(await read(join(workspace.path, 'a.txt'))).toBe('one\n')
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toContain('Failed to find expected lines in')
  expect(completedItems(result, 'file_change').filter(({ status }) => status === 'completed')).toEqual([])
})

test('a plan is one todo_list: started, updated, completed just before the turn ends', async () => {
  const plan = (...steps: readonly (readonly [string, string])[]) => ({
    name: 'update_plan',
    arguments: { plan: steps.map(([step, status]) => ({ step, status })) },
  })
  const { exec } = await execCase([
    { calls: [plan(['look', 'in_progress'], ['fix', 'pending'])] },
    { calls: [plan(['look', 'completed'], ['fix', 'in_progress'])] },
    { text: 'done' },
  ])
  const result = await exec(['go'])
  expect(outline(result)).toEqual([
    'thread.started',
    'turn.started',
    'item.started todo_list item_0',
    'item.updated todo_list item_0',
    'item.completed agent_message item_1',
    'item.completed todo_list item_0',
    'turn.completed',
  ])
  const steps = result.events.flatMap((event) => {
    const item = itemOf(event)
    return item?.type === 'todo_list' ? [item.items] : []
  })
  expect(steps).toEqual([
    [
      { text: 'look', completed: false },
      { text: 'fix', completed: false },
    ],
    [
      { text: 'look', completed: true },
      { text: 'fix', completed: false },
    ],
    [
      { text: 'look', completed: true },
      { text: 'fix', completed: false },
    ],
  ])
})

test('read_file gives the file to the model and shows a line to people', async () => {
  const { exec, server } = await execCase(
    [{ calls: [{ name: 'read_file', arguments: { path: 'a.txt' } }] }, { text: 'done' }],
    { files: { 'a.txt': 'alpha\nbeta\n' } },
  )
  const result = await exec(['go'])
  expect(completedItems(result, 'tool_call')).toEqual([
    {
      id: 'item_0',
      type: 'tool_call',
      tool: 'read_file',
      arguments: { path: 'a.txt' },
      summary: expect.any(String),
      status: 'completed',
    },
  ])
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toContain('alpha')
  expect(result.stdout).not.toContain('beta')
})

test('calls of one response that may run together all answer, in their order', async () => {
  const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt']
  const calls = names.map((path) => ({ name: 'read_file', arguments: { path }, callId: path }))
  const { exec, server } = await execCase([{ calls }, { text: 'done' }], {
    files: Object.fromEntries(names.map((name) => [name, `content of ${name}\n`])),
  })
  const result = await exec(['go'])
  expect(completedItems(result, 'tool_call')).toHaveLength(4)
  const told = toolOutputs(sentBody(server, 1))
  expect(Object.keys(told)).toEqual(names)
  for (const name of names) expect(told[name]).toContain(`content of ${name}`)
})

test('commands of one response run one after the other', async () => {
  const { exec, workspace } = await execCase([
    { calls: [1, 2, 3].map((number) => ({ shell: `cat log; echo ${number} >> log` })) },
    { text: 'done' },
  ])
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(await read(join(workspace.path, 'log'))).toBe('1\n2\n3\n')
  expect(completedItems(result, 'command_execution').at(-1)?.aggregated_output).toBe('1\n2\n')
})

const mistakes: readonly [string, { name: string; arguments: unknown }, RegExp][] = [
  ['a tool that does not exist', { name: 'frobnicate', arguments: {} }, /^unsupported call: frobnicate/],
  [
    'arguments that are no JSON',
    { name: 'exec_command', arguments: '{"cmd": ' },
    /^failed to parse function arguments: /,
  ],
  ['a missing argument', { name: 'exec_command', arguments: {} }, /^failed to parse function arguments: cmd/],
  [
    'an argument of the wrong type',
    { name: 'read_file', arguments: { path: 7 } },
    /^failed to parse function arguments: path: /,
  ],
  ['a file that does not exist', { name: 'read_file', arguments: { path: 'none.txt' } }, /none\.txt/],
]

test.for(mistakes)('%s is told to the model, and the turn goes on', async ([, call, answer]) => {
  const { exec, server } = await execCase([{ calls: [call] }, { text: 'I see' }])
  const result = await exec(['go'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'agent_message')).toMatchObject([{ text: 'I see' }])
  expect(completedItems(result, 'command_execution')).toEqual([])
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toMatch(answer)
})

test('the same turn works over the Chat Completions API', async () => {
  const { exec, server, home, workspace } = await execCase([
    { calls: [{ name: 'apply_patch', input: patch('*** Add File: n.txt', '+hi') }, { shell: 'cat n.txt' }] },
    { text: 'done', usage: { input: 3, output: 2 } },
  ])
  const config = await read(join(home.codexHome, 'config.toml'))
  await home.write({ 'config.toml': config.replace('wire_api = "responses"', 'wire_api = "chat"') })
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(outline(result)).toEqual([
    'thread.started',
    'turn.started',
    'item.started file_change item_0',
    'item.completed file_change item_0',
    'item.started command_execution item_1',
    'item.completed command_execution item_1',
    'item.completed agent_message item_2',
    'turn.completed',
  ])
  expect(completedItems(result, 'command_execution')).toMatchObject([{ aggregated_output: 'hi\n' }])
  expect(existsSync(join(workspace.path, 'n.txt'))).toBe(true)
  expect(server.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v1/chat/completions'])
})

test('a shell call that does nothing but apply a patch is a file_change, and no command', async () => {
  const body = patch('*** Add File: new.txt', '+hello')
  const { exec, server, workspace } = await execCase(
    [{ calls: [{ shell: `cd sub && apply_patch <<'EOF'\n${body}\nEOF\n` }] }, { text: 'done' }],
    { files: { 'sub/keep': '' } },
  )
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(completedItems(result, 'command_execution')).toEqual([])
  const path = join(workspace.path, 'sub/new.txt')
  expect(completedItems(result, 'file_change')).toMatchObject([
    { changes: [{ path, kind: 'add' }], status: 'completed' },
  ])
  expect(await read(path)).toBe('hello\n')
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toContain('Success. Updated the following files:\nA new.txt\n')
})
