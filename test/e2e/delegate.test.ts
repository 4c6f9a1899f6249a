import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { runCodex } from '../support/run-codex.ts'
import { scriptedSession, sentBody } from '../support/scripted-session.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const agent = (id: string, more = '') =>
  `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "Work."\n${more}`
const mayDelegate = '[permissions]\nfile_access = "read-only"\ncan_delegate = true\n'
const call = (name: string, args: unknown): ModelTurn => ({ calls: [{ name, arguments: args }] })
const flaw = "const cp = require('child_process')\nexports.list = (req) => cp.exec('ls ' + req.query.dir)\n"

const toolNames = (body: Readonly<Record<string, unknown>>) =>
  (body.tools as readonly { readonly name: string }[]).map(({ name }) => name) // every tool has a name
const lastOutput = (body: Readonly<Record<string, unknown>>) =>
  (body.input as readonly { readonly output?: string }[]).findLast(({ output }) => output !== undefined)?.output ?? ''

test('what an agent delegates comes back with its findings, which count for --fail-on', async () => {
  const session = await scriptedSession(
    [
      call('delegate', { agent: 'helper', prompt: 'look at run.js' }),
      call('code_scan', { paths: ['run.js'] }),
      { text: 'one flaw' },
      { text: 'Done.' },
    ],
    { files: { 'run.js': flaw }, home: { 'agents/helper.toml': agent('helper') } },
  )
  const { exitCode, stdout } = await session.run(['exec', '--json', '--fail-on', 'low', 'go'])
  expect(exitCode).toBe(3)
  const items = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).item)
  expect(items.filter((item) => item?.type === 'finding')).toHaveLength(1)
  const told = lastOutput(sentBody(session.server, 3))
  expect(told).toMatch(/^one flaw\n\nFindings:\n- \[critical\] run\.js:2 js-command-injection: /)
})

test('findings elsewhere than on the lines that were asked about are nobody else’s', async () => {
  const lines = [{ file: 'run.js', from: 1, to: 1 }]
  const session = await scriptedSession(
    [
      call('delegate', { agent: 'helper', prompt: 'look at run.js', lines }),
      call('code_scan', { paths: ['run.js'] }),
      { text: 'one flaw' },
      { text: 'Done.' },
    ],
    { files: { 'run.js': flaw }, home: { 'agents/helper.toml': agent('helper') } },
  )
  const { exitCode, stdout } = await session.run(['exec', '--json', '--fail-on', 'low', 'go'])
  expect(exitCode).toBe(0)
  expect(stdout).not.toContain('"type":"finding"')
  expect(lastOutput(sentBody(session.server, 3))).toBe('one flaw')
})

test('only who may hand work on, and is not too deep for it, is told of the tool', async () => {
  const home = {
    'agents/lead.toml': agent('lead', `${mayDelegate}[permissions.allowed_tools]\ndelegate = true\n`),
    'agents/alone.toml': agent('alone', '[permissions]\n[permissions.allowed_tools]\ndelegate = true\n'),
  }
  const down = call('delegate', { agent: 'lead', prompt: 'look' })
  const session = await scriptedSession([down, down, { text: 'c' }, { text: 'b' }, { text: 'a' }, { text: 'd' }], {
    home,
  })
  const twoDeep = ['-c', 'agents.max_depth=2']
  expect((await session.run(['exec', ...twoDeep, '@lead go'])).exitCode).toBe(0)
  const offered = [0, 1, 2].map((index) => toolNames(sentBody(session.server, index)).includes('delegate'))
  expect(offered).toEqual([true, true, false])
  expect((await session.run(['exec', '@alone go'])).exitCode).toBe(0)
  expect(toolNames(sentBody(session.server, 5))).not.toContain('delegate')
})

async function review(files: Readonly<Record<string, string>>, config = '') {
  const [home, workspace] = [await makeCodexHome({ 'config.toml': config }), await makeWorkspace({ files, git: true })]
  onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
  const run = (args: readonly string[]) => runCodex([...args], { home, cwd: workspace.path })
  return { workspace, run, review: () => run(['agent', 'code-reviewer', 'review my change', '--playbook', '--json']) }
}

test('the review without a model has the security analyst look at the lines that changed', async () => {
  const old = `${flaw}exports.one = 1\n`
  const { workspace, run, review: reviewed } = await review({ 'run.js': old })
  const added = "exports.show = (req) => cp.exec('cat ' + req.query.file)\n"
  await workspace.write({ 'run.js': `${old}${added}` })
  const { exitCode, stdout } = await reviewed()
  expect(exitCode).toBe(0)
  const findings = stdout.split('\n').flatMap((line) => {
    const item = line === '' ? undefined : JSON.parse(line).item
    return item?.type === 'finding' ? [item.finding] : []
  })
  expect(findings.map(({ rule, range }) => [rule, range.start.line])).toEqual([['js-command-injection', 4]])
  expect(stdout).toContain('run.js:4')
  const kept = JSON.parse((await run(['threads', 'list', '--subagents', '--json'])).stdout)
  expect(kept.map((thread: { agent?: string }) => thread.agent).sort()).toEqual(['code-reviewer', 'security-analyst'])
})

test('where no agent may hand work on, the reviewer looks itself', async () => {
  const { workspace, review: reviewed } = await review({ 'a.js': '' }, '[agents]\nenable_orchestration = false\n')
  await workspace.write({ 'a.js': flaw })
  const { exitCode, stdout } = await reviewed()
  expect(exitCode).toBe(0)
  expect(stdout).toContain('"rule":"js-command-injection"')
})
