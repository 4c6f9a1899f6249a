import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, inputOf, jsonLines, userTexts } from '../support/exec-case.ts'
import { lastUserText, sentBody } from '../support/scripted-session.ts'

test('the command lines that the Codex SDK writes are understood, for a new and for a resumed thread', async () => {
  const { run, server, home, workspace } = await execCase([{ text: 'one' }, { text: '{"a":1}' }], {
    files: { 'ws/a.txt': '', 'more/a.txt': '', 'shot.png': 'picture' },
  })
  const schemaDir = await mkdtemp(join(workspace.path, 'schema-'))
  const schemaFile = join(schemaDir, 'schema.json')
  await writeFile(schemaFile, '{"type":"object"}')
  const at = (name: string) => join(workspace.path, name)
  const options = (isNew: boolean) => [
    ...['exec', '--experimental-json'],
    ...['--config', 'model_verbosity="low"', '--config', 'sandbox_workspace_write.exclude_slash_tmp=true'],
    ...['--config', `openai_base_url="${server.url}"`, '--model', 'sdk-model'],
    ...(isNew ? ['--thread-source', 'sdk'] : []),
    ...['--sandbox', 'workspace-write', '--cd', at('ws'), '--add-dir', at('more'), '--skip-git-repo-check'],
    ...['--output-schema', schemaFile, '--cyber-access-program', 'none'],
    ...['--config', 'model_reasoning_effort="high"', '--config', 'sandbox_workspace_write.network_access=false'],
    ...['--config', 'web_search="disabled"', '--config', 'approval_policy="on-request"'],
  ]
  await home.write({ 'config.toml': '' })
  const env = {
    SCRIPTED_MODEL_KEY: undefined,
    CODEX_API_KEY: 'sdk-key',
    CODEX_INTERNAL_ORIGINATOR_OVERRIDE: 'codex_sdk_ts',
  }
  const first = await run(options(true), { stdin: 'first question', env })
  expect(first).toMatchObject({ exitCode: 0 })
  expect(jsonLines(first.stdout)[0]).toMatchObject({ type: 'thread.started' })
  const id = String(first.events[0]?.thread_id)

  const argv = [...options(false), 'resume', id, '--image', at('shot.png')]
  const second = await run(argv, { stdin: 'second question', env })
  expect(second).toMatchObject({ exitCode: 0 })
  expect(second.events[0]).toEqual({ type: 'thread.started', thread_id: id })
  expect(second.events.at(-1)?.usage).toBeTypeOf('object')

  const request = server.requests[1]
  expect(request?.headers).toMatchObject({ authorization: 'Bearer sdk-key', originator: 'codex_sdk_ts' })
  expect(request?.body).toMatchObject({
    model: 'sdk-model',
    reasoning: { effort: 'high' },
    text: { verbosity: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
  })
  expect(userTexts(sentBody(server, 1))).toContain('first question')
  expect(lastUserText(sentBody(server, 1))).toMatch(/second question$/)
  expect(JSON.stringify(inputOf(sentBody(server, 1)).at(-1))).toContain('data:image/png;base64,')
  expect(JSON.stringify(inputOf(sentBody(server, 0)))).toContain(`<cwd>${at('ws')}</cwd>`)
})

test('the schema file may be gone as soon as the program has read it', async () => {
  const { startExec, workspace, server } = await execCase([{ text: '{}' }], { files: { 's/schema.json': '{}' } })
  const codex = await startExec(['--output-schema', join(workspace.path, 's/schema.json'), 'hi'])
  await codex.event(({ type }) => type === 'thread.started')
  await rm(join(workspace.path, 's'), { recursive: true })
  expect(await codex.done).toMatchObject({ exitCode: 0 })
  expect(server.requests[0]?.body.text).toMatchObject({ format: { schema: {} } })
})
