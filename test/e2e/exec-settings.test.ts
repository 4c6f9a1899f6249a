import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { completedItems, execCase, outline, toolOutputs } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

const toolNames = (body: Readonly<Record<string, unknown>>) =>
  (body.tools as readonly { readonly name?: string; readonly type: string }[]).map(({ name, type }) => name ?? type) // as B.4 of the contract has it

test('notify runs a program of the user behind each turn, with what happened as JSON and without secrets', async () => {
  const { exec, home, workspace } = await execCase([{ text: 'the answer' }])
  const program = join(home.homeDir, 'told.sh')
  const told = join(home.homeDir, 'told.json')
  await writeFile(
    program,
    `#!/bin/sh\nprintf '%s\\n%s\\n%s' "$1" "$2" "$SCRIPTED_MODEL_KEY" > '${told}.part'\nmv '${told}.part' '${told}'\n`,
  )
  await chmod(program, 0o755)
  const argv = ['-c', `notify=${JSON.stringify([program, 'first'])}`, 'the question']
  const { events, exitCode } = await exec(argv)
  expect(exitCode).toBe(0)
  await vi.waitFor(() => readFile(told), { timeout: 10_000 })
  const [first, json = '', key] = (await readFile(told, 'utf8')).split('\n')
  expect([first, key]).toEqual(['first', ''])
  expect(JSON.parse(json)).toEqual({
    type: 'agent-turn-complete',
    'thread-id': events[0]?.thread_id,
    'turn-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    cwd: workspace.path,
    client: 'codex_exec',
    'input-messages': ['the question'],
    'last-assistant-message': 'the answer',
  })
})

test('a program of notify that is not there is an item, and the turn is done', async () => {
  const { exec } = await execCase([{ text: 'ok' }])
  const result = await exec(['-c', 'notify=["/nowhere/told"]', 'go'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'error')[0]?.message).toContain('The program of notify did not start: ')
})

test('a repository cannot set notify', async () => {
  const { exec, run, workspace } = await execCase([{ text: 'ok' }], {
    git: true,
    files: { '.codex/config.toml': 'notify = ["touch", "notified"]\n' },
  })
  await run(['trust'])
  const result = await exec(['go'])
  expect(JSON.stringify(result.events)).toContain('A repository cannot set notify')
  await expect(readFile(join(workspace.path, 'notified'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('hide_agent_reasoning shows none, and the thread keeps it', async () => {
  const { exec, rollouts } = await execCase([{ text: 'ok', reasoning: 'Hm.' }], {
    config: 'hide_agent_reasoning = true',
  })
  expect(outline(await exec(['go'])).filter((line) => line.includes('reasoning'))).toEqual([])
  expect(await readFile((await rollouts())[0] ?? '', 'utf8')).toContain('Hm.')
})

test('show_raw_agent_reasoning shows what the server thought in place of the summary', async () => {
  const turn = { text: 'ok', reasoning: 'In short.', rawReasoning: 'Word for word.' }
  const { exec } = await execCase([turn, turn])
  const texts = async (...argv: string[]) =>
    completedItems(await exec([...argv, 'go']), 'reasoning').map(({ text }) => text)
  expect(await texts()).toEqual(['In short.'])
  expect(await texts('-c', 'show_raw_agent_reasoning=true')).toEqual(['Word for word.'])
})

test('service_tier is asked for, fast by its name of the wire', async () => {
  const { exec, server } = await execCase([{ text: '1' }, { text: '2' }, { text: '3' }])
  await exec(['go'])
  await exec(['-c', 'service_tier="flex"', 'go'])
  await exec(['-c', 'service_tier="fast"', 'go'])
  expect([0, 1, 2].map((index) => sentBody(server, index).service_tier)).toEqual([undefined, 'flex', 'priority'])
})

test('a search of the provider is an item that begins and ends; permissions that do not name it take it away', async () => {
  const agent =
    '[agent]\nid = "reader"\nname = "R"\ndescription = "Reads"\n[permissions]\nfile_access = "read-only"\n[permissions.allowed_tools]\nread_file = true\n[prompt]\nsystem = "Read."\n'
  const { exec, run, server, home } = await execCase([{ search: 'weather', text: 'sunny' }, { text: 'ok' }], {
    config: 'web_search = "live"',
  })
  await home.write({ 'agents/reader.toml': agent })
  const { events } = await exec(['go'])
  expect(events.slice(2, 4)).toEqual([
    { type: 'item.started', item: { id: 'item_0', type: 'web_search', query: '' } },
    {
      type: 'item.completed',
      item: {
        ...{ id: 'item_0', type: 'web_search', query: 'weather' },
        action: { type: 'search', query: 'weather', queries: ['weather'] },
      },
    },
  ])
  await run(['agent', 'reader', 'go', '--json'])
  expect(toolNames(sentBody(server, 0))).toContain('web_search')
  expect(toolNames(sentBody(server, 1))).toEqual(['read_file'])
})

test('review_model is asked for reviews alone, and --model goes before it', async () => {
  const { run, server } = await execCase([{ text: '1' }, { text: '2' }, { text: '3' }], {
    git: true,
    files: { 'a.txt': 'a' },
    config: 'review_model = "reviewing-model"',
  })
  await run(['review', '--json'])
  await run(['review', '--json', '-m', 'named-model'])
  await run(['exec', '--json', 'go'])
  const models = [0, 1, 2].map((index) => sentBody(server, index).model)
  expect(models).toEqual(['reviewing-model', 'named-model', 'scripted-model'])
})

test('a feature that is off takes its tools away; features list says which there are', async () => {
  const { exec, run, server } = await execCase([
    { calls: [{ name: 'exec_command', arguments: { cmd: 'touch made' } }] },
    { text: 'ok' },
  ])
  await exec(['--disable', 'shell_tool', '--yolo', 'go'])
  expect(toolNames(sentBody(server, 0))).not.toContain('exec_command')
  expect(toolNames(sentBody(server, 0))).toContain('read_file')
  expect(Object.values(toolOutputs(sentBody(server, 1)))[0]).toContain('exec_command')
  const listed = await run(['features', 'list', '-c', 'features.shell_tool=false', '-c', 'features.goals=true'])
  expect(listed).toMatchObject({ exitCode: 0, stderr: '' })
  expect(listed.stdout).toMatch(/^shell_tool +stable +false$/m)
  expect(listed.stdout).toMatch(/^unified_exec +stable +true$/m)
  expect(listed.stdout).toMatch(/^goals +no effect +true$/m)
})

test('a mistyped feature that was to be turned off is told; one that only Codex has is let pass', async () => {
  const { exec } = await execCase([{ text: 'ok' }])
  const { events } = await exec(['--disable', 'shell_tol', '--disable', 'goals', 'go'])
  const told = events.filter(({ item }) => JSON.stringify(item ?? '').includes('--disable'))
  expect(told).toEqual([
    expect.objectContaining({
      item: expect.objectContaining({
        message: expect.stringContaining('--disable shell_tol turns nothing off: there is no such feature'),
      }),
    }),
  ])
})
