import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase, inputOf, userTexts } from '../support/exec-case.ts'

const developerTexts = (body: Readonly<Record<string, unknown>>) =>
  inputOf(body).flatMap((item) =>
    item.role === 'developer' && Array.isArray(item.content) ? [String(item.content[0]?.text)] : [],
  )

test('AGENTS.md files over their size are cut, and an error item says so', async () => {
  const session = await execCase([{ text: 'ok' }], {
    files: { 'AGENTS.md': '0123456789ABCDEF' },
    config: 'project_doc_max_bytes = 10',
  })
  const result = await session.exec(['hi'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'error').map(({ message }) => message)).toEqual([
    `Loaded only 10 of 16 bytes from ${join(session.workspace.path, 'AGENTS.md')}`,
  ])
  expect(userTexts(session.server.requests[0]?.body ?? {})[0]).toContain('<INSTRUCTIONS>\n0123456789\n</INSTRUCTIONS>')
})

test('the surroundings name directory, profile, approvals, network and what may be written', async () => {
  const session = await execCase([{ text: 'ok' }, { text: 'ok' }])
  await session.exec(['-s', 'read-only', 'hi'])
  await session.exec(['-s', 'workspace-write', '-c', 'sandbox_workspace_write.network_access=true', 'hi'])
  const [first, second] = session.server.requests.map(({ body }) => userTexts(body)[0])
  expect(first).toContain(`<cwd>${session.workspace.path}</cwd>`)
  expect(first).toContain('<approval_policy>never</approval_policy>')
  expect(first).toContain('<network_access>restricted</network_access>')
  expect(first).toContain('<writable_roots>none</writable_roots>')
  expect(second).not.toContain('<network_access>restricted')
  expect(second).toContain(`    <root>${session.workspace.path}</root>`)
})

test('a thread that goes on is told of the surroundings and AGENTS.md again only where they have changed', async () => {
  const session = await execCase([{ text: '1' }, { text: '2' }, { text: '3' }, { text: '4' }], {
    files: { 'AGENTS.md': 'Use tabs.' },
  })
  const resume = (...argv: string[]) => session.exec([...argv, 'resume', '--last', 'go on'])
  await session.exec(['hi'])
  await resume()
  await resume('-s', 'workspace-write')
  await session.workspace.write({ 'AGENTS.md': 'Use spaces.' })
  await resume('-s', 'workspace-write')
  const texts = session.server.requests.map(({ body }) => userTexts(body).join('\n'))
  const count = (text: string | undefined, part: string) => (text ?? '').split(part).length - 1
  expect(texts.map((text) => count(text, '<environment_context>'))).toEqual([1, 1, 2, 2])
  expect(texts.map((text) => count(text, 'Use tabs.'))).toEqual([1, 1, 1, 1])
  expect(texts.map((text) => count(text, 'Use spaces.'))).toEqual([0, 0, 0, 1])
})

test('instructions and developer_instructions are developer messages behind the base prompt', async () => {
  const session = await execCase([{ text: 'ok' }], {
    config: 'instructions = "First."\ndeveloper_instructions = "Second."',
  })
  await session.exec(['hi'])
  expect(developerTexts(session.server.requests[0]?.body ?? {}).slice(1, 3)).toEqual(['First.', 'Second.'])
})

test('model_instructions_file stands in place of the base prompt; relative to the file that says it', async () => {
  const session = await execCase([{ text: 'ok' }, { text: 'ok' }], { config: 'model_instructions_file = "mine.md"' })
  await session.home.write({ 'mine.md': 'You are a poet.\n' })
  await session.exec(['hi'])
  expect(developerTexts(session.server.requests[0]?.body ?? {})[0]).toBe('You are a poet.')
  const failed = await session.exec(['-c', 'model_instructions_file="nowhere.md"', 'hi'])
  expect(failed).toMatchObject({ exitCode: 1, stdout: '' })
  expect(failed.stderr).toMatch(
    /model_instructions_file cannot be used.*[\s\S]*nowhere\.md[\s\S]*code: config\.invalid/,
  )
  expect(session.server.requests).toHaveLength(1)
})

test('a trusted repository cannot put a secret into the prompt by naming it as instructions', async () => {
  const session = await execCase([{ text: 'ok' }], {
    files: { '.env': 'TOKEN=hunter2-hunter2', '.codex/config.toml': 'model_instructions_file = "../.env"' },
  })
  await session.home.write({
    'kernel.toml': `[projects."${session.workspace.path}"]\ntrust_level = "trusted"\n`,
  })
  const result = await session.exec(['hi'])
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(session.server.requests).toEqual([])
})
