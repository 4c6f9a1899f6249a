import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems, execCase, itemOf, jsonLines, toolOutputs } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import { mcpCase, pryingServer, stdioServer } from '../support/mcp-servers.ts'
import type { ModelTurn, RecordedRequest } from '../support/model-server.ts'
import { isReview, reviewPrompt } from '../support/review-prompt.ts'
import { sentBody } from '../support/scripted-session.ts'

/** Temporary directories, where the tests are, are none of what may be written. */
const config = 'sandbox_workspace_write.exclude_slash_tmp = true'
const answer = (risk: number, decision: 'allow' | 'deny', reason = 'Because.'): ModelTurn => ({
  text: JSON.stringify({ risk, decision, reason }),
})
const yes = answer(20, 'allow')
const no = answer(95, 'deny', 'It is none of the task.')

/** The model makes a file beside the workspace; then the reviewer answers, and the model goes on. */
async function asked(said: ModelTurn, options: NonNullable<Parameters<typeof execCase>[1]> = {}) {
  const turns: ModelTurn[] = []
  const session = await execCase(turns, { ...options, config: `${config}\n${options.config ?? ''}` })
  const file = join(session.home.homeDir, 'new.txt')
  turns.push({ calls: [{ shell: `printf done > '${file}'` }] }, said, { text: 'done' })
  return { ...session, file }
}

test('the risk up to which a yes counts is what the user says', async () => {
  for (const [risk, line, isMade] of [
    [80, 80, true],
    [81, 80, false],
    [30, 30, true],
    [31, 30, false],
    [1, 0, false],
    [100, 100, true],
  ] as const) {
    const { exec, file } = await asked(answer(risk, 'allow'))
    const result = await exec(['--approve-for-me', '-c', `auto_review.max_risk=${line}`, 'go'])
    expect([risk, line, existsSync(file)]).toEqual([risk, line, isMade])
    expect(completedItems(result, 'review')).toMatchObject([
      { status: isMade ? 'approved' : 'denied', risk, risk_line: line },
    ])
  }
})

test('a review begins before it ends, and ends once', async () => {
  const { exec } = await asked(no)
  const { events } = await exec(['--approve-for-me', 'go'])
  const seen = events.flatMap((event) => {
    const item = itemOf(event)
    return item?.type === 'review' ? [[event.type, item.id, item.status, item.review_id]] : []
  })
  const [[, id, , reviewId] = []] = seen
  expect(seen).toEqual([
    ['item.started', id, 'in_progress', reviewId],
    ['item.completed', id, 'denied', reviewId],
  ])
})

test('what the reviewing agent says is told to the model, and codex audit why tells who said what', async () => {
  const { exec, run, server, file } = await asked(no)
  const result = await exec(['--approve-for-me', 'go'])
  expect(existsSync(file)).toBe(false)
  expect(Object.values(toolOutputs(sentBody(server, -1))).join()).toContain('It is none of the task.')
  const [review] = completedItems(result, 'review')
  const { stdout } = await run(['audit', 'why', 'LAST'])
  expect(stdout).toContain(`denied, risk 95, It is none of the task. (${review?.review_id})`)
  expect((await run(['audit', 'query', '--text', 'none of the task', '--json'])).stdout).toContain(
    `${review?.review_id}`,
  )
})

test('no answer in time is a no', async () => {
  const turns: ((request: RecordedRequest) => ModelTurn)[] = []
  const { exec, home } = await execCase(turns, { config, server: { whenSpent: 'repeat' } })
  const file = join(home.homeDir, 'new.txt')
  turns.push(
    () => ({ calls: [{ shell: `printf done > '${file}'` }] }),
    (request) => (isReview(request) ? { failure: { kind: 'silent' } } : { text: 'done' }),
  )
  const result = await exec(['--approve-for-me', '-c', 'auto_review.timeout_ms=300', 'go'])
  expect(result.exitCode).toBe(0)
  expect(existsSync(file)).toBe(false)
  expect(completedItems(result, 'review')).toMatchObject([
    { status: 'timed_out', reason: 'the reviewing agent gave no answer within 0.3 seconds' },
  ])
})

test('a turn that is stopped while the agent judges aborts the review, and nothing is done', async () => {
  const { startExec, server, file, audit } = await asked({ failure: { kind: 'silent' } })
  const running = await startExec(['--approve-for-me', 'go'])
  await server.received(2)
  running.kill('SIGINT')
  const result = await running.done
  expect(existsSync(file)).toBe(false)
  expect(completedItems(result, 'review')).toMatchObject([{ status: 'aborted' }])
  expect(await audit()).not.toContain('"approvedBy":"agent"')
})

test('approvals_reviewer = "auto_review" is the same, where somebody can be asked at all', async () => {
  const { exec, file, server } = await asked(yes, { config: 'approvals_reviewer = "auto_review"' })
  expect(await exec(['-s', 'workspace-write', 'go'])).toMatchObject({ exitCode: 0 })
  expect(existsSync(file)).toBe(false)
  expect(server.requests).toHaveLength(2)
})

test.for(['"nonsense"', '"approval-reviewer"', '""', 'true'])(
  'approvals_reviewer = %s is an error with its place, and nothing is asked of a model',
  async (value) => {
    const { exec, server, home } = await asked(yes, { config: `approvals_reviewer = ${value}` })
    const { exitCode, stderr } = await exec(['go'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`${join(home.codexHome, 'config.toml')}:2:1`)
    expect(stderr).toContain('approvals_reviewer')
    expect(server.requests).toHaveLength(0)
  },
)

test('a trusted repository sets neither the reviewer nor its line', async () => {
  const files = { '.codex/config.toml': 'approvals_reviewer = "auto_review"\n[auto_review]\nmax_risk = 100\n' }
  const { exec, run, file } = await asked(answer(90, 'allow'), { git: true, files })
  expect(await run(['trust'])).toMatchObject({ exitCode: 0 })
  const said = JSON.stringify(await run(['config', 'validate', '.codex/config.toml']))
  for (const key of ['approvals_reviewer', 'auto_review']) expect(said).toContain(`A repository cannot set ${key}`)
  const result = await exec(['--approve-for-me', 'go'])
  expect(completedItems(result, 'review')).toMatchObject([{ status: 'denied', risk_line: 80 }])
  expect(existsSync(file)).toBe(false)
})

test("a user's own reviewing agent has its own prompt, no tools and one request", async () => {
  const agent =
    '[agent]\nid = "approval-reviewer"\nname = "R"\ndescription = "d"\n[permissions]\nfile_access = "read-write"\nshell_execution = true\n[prompt]\nsystem = "You are mine."\n'
  const { exec, home, server, file } = await asked({ calls: [{ shell: 'touch mine.txt' }] })
  await home.write({ 'agents/approval-reviewer.toml': agent })
  expect(await exec(['--approve-for-me', 'go'])).toMatchObject({ exitCode: 0 })
  expect(sentBody(server, 1).tools).toEqual([])
  expect(JSON.stringify(sentBody(server, 1).input)).toContain('You are mine.')
  expect(server.requests).toHaveLength(3)
  expect(existsSync(file)).toBe(false)
})

test('wishes for permissions are judged path by path and host by host, and so is each request to a new host', async () => {
  const visits: unknown[] = []
  const site = createServer(({ url }, response) => {
    visits.push(url)
    response.end('hello')
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void site.close())
  const { port } = site.address() as AddressInfo // it listens on TCP
  const turns: ModelTurn[] = []
  const session = await execCase(turns, { config })
  const [one, two] = ['one', 'two'].map((name) => join(session.home.homeDir, name))
  const wish = { reason: 'For the notes.', write: [one, two], hosts: [`127.0.0.1:${port}`] }
  const host = { reason: 'For the notes.', hosts: [`127.0.0.1:${port}`] }
  turns.push(
    { calls: [{ name: 'request_permissions', arguments: wish }] },
    ...[yes, no, no],
    { calls: [{ shell: `printf x > '${one}'` }] },
    { calls: [{ shell: `printf x > '${two}'` }] },
    no,
    { calls: [{ name: 'web_fetch', arguments: { url: `http://127.0.0.1:${port}/unnamed` } }] },
    { calls: [{ name: 'web_fetch', arguments: { url: `http://new.invalid:${port}/no` } }] },
    no,
    { calls: [{ name: 'request_permissions', arguments: host }] },
    yes,
    { calls: [{ name: 'web_fetch', arguments: { url: `http://127.0.0.1:${port}/yes` } }] },
    { text: 'done' },
  )
  const result = await session.exec(['--approve-for-me', '--security-profile', 'workspace-net', 'go'])
  expect(completedItems(result, 'review').map(({ action, status }) => [action, status])).toMatchObject([
    [{ kind: 'permission', of: 'write', subject: one }, 'approved'],
    [{ kind: 'permission', of: 'write', subject: two }, 'denied'],
    [{ kind: 'permission', of: 'network', subject: `127.0.0.1:${port}` }, 'denied'],
    [{ kind: 'exec' }, 'denied'],
    [{ kind: 'network', host: 'new.invalid' }, 'denied'],
    [{ kind: 'permission', of: 'network', subject: `127.0.0.1:${port}` }, 'approved'],
  ])
  expect([one, two].map((path) => existsSync(path ?? ''))).toEqual([true, false])
  expect(visits).toEqual(['/yes'])
})

test('a call of an MCP server is judged with its arguments', async () => {
  const turns: ModelTurn[] = []
  const session = await mcpCase(turns, stdioServer('prying', [pryingServer], 'default_tools_approval_mode = "prompt"'))
  const call = (what: string) => ({ calls: [{ name: 'mcp__prying__write', arguments: { what } }] })
  const [one, two] = ['one.txt', 'two.txt'].map((name) => join(session.workspace.path, name))
  turns.push(call(one ?? ''), no, call(two ?? ''), yes, { text: 'done' })
  const result = await session.exec(['--approve-for-me', 'go'])
  expect(completedItems(result, 'review')).toMatchObject([
    { action: { kind: 'tool', tool: 'mcp__prying__write' }, status: 'denied' },
    { action: { kind: 'tool', tool: 'mcp__prying__write' }, status: 'approved' },
  ])
  expect(reviewPrompt(sentBody(session.server, 1)).question).toMatchObject({
    ...{ layer: 'mcp prying', detail: JSON.stringify({ what: one }) },
  })
  expect([one, two].map((path) => existsSync(path ?? ''))).toEqual([false, true])
})

test('a question of an agent that was handed work is judged by what happened in its own thread', async () => {
  const helper =
    '[agent]\nid = "helper"\nname = "H"\ndescription = "d"\n[permissions]\nfile_access = "read-write"\nshell_execution = true\n[prompt]\nsystem = "Work."\n'
  const turns: ModelTurn[] = []
  const session = await execCase(turns, {
    config,
    home: { ...installedPlugins('hands-on'), 'agents/helper.toml': helper },
  })
  const file = join(session.home.homeDir, 'new.txt')
  turns.push(
    { text: 'I hand this on.', calls: [{ name: 'hand_on', arguments: { agent: 'helper', prompt: 'Make the file.' } }] },
    { text: 'I make it.', calls: [{ shell: `printf done > '${file}'` }] },
    no,
    { text: 'It was refused.' },
    { text: 'done' },
  )
  const result = await session.exec(['--approve-for-me', 'the task of the person'])
  const { person, question, transcript } = reviewPrompt(sentBody(session.server, 2))
  expect(person).toEqual(['the task of the person'])
  expect(question).toMatchObject({ agents: ['default', 'helper'], action: { kind: 'exec' } })
  const lines = transcript.map(({ from, text }) => `${from}: ${text}`)
  expect(lines.slice(-3)).toEqual([
    'told: Make the file.',
    'agent: I make it.',
    expect.stringMatching(/^waiting call: /),
  ])
  expect(JSON.stringify(transcript)).not.toContain('I hand this on.')
  expect(completedItems(result, 'review')).toMatchObject([{ status: 'denied', agent_path: ['default', 'helper'] }])
  expect(existsSync(file)).toBe(false)
  const [decision] = jsonLines(await session.audit()).filter(({ reviewId }) => reviewId !== undefined)
  expect(decision).toMatchObject({ outcome: 'deny', agentPath: ['default', 'helper'], reviewStatus: 'denied' })
})

test('what only a person may answer is not shown to the agent', async () => {
  const policy =
    'id = "mine"\n[[rules]]\npattern = ["printf"]\ndecision = "prompt"\nreviewer = "human"\njustification = "I look myself."\n'
  const { exec, home, server, file } = await asked(yes)
  await home.write({ 'policies/mine.toml': policy })
  const result = await exec(['--approve-for-me', 'go'])
  expect(existsSync(file)).toBe(false)
  expect(completedItems(result, 'review')).toEqual([])
  expect(server.requests).toHaveLength(2)
  expect(JSON.stringify(completedItems(result, 'denial'))).toContain('I look myself.')
})
