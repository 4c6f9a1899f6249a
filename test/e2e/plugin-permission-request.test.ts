import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { ApprovalAnswer } from '../../src/plugin-api/index.ts'
import { openRuntime } from '../../src/runtime/open-runtime.ts'
import { collect } from '../support/collect.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const signal = new AbortController().signal
const packageRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Runs a command that a person is asked about, who gives this answer, under a hook with this body. */
async function asked(run: string, answer: ApprovalAnswer) {
  const session = await scriptedSession([{ calls: [{ shell: 'touch made' }] }, { text: 'Done.' }])
  const { home, workspace } = session
  const root = join(home.codexHome, 'guard')
  const contributes = { hooks: [{ event: 'PermissionRequest', module: './guard.js' }] }
  await home.write({
    'rules/touch.rules': 'prefix_rule(pattern=["touch"], decision="prompt")\n',
    'oclif/package.json': JSON.stringify({ oclif: { plugins: [{ type: 'link', name: 'guard', root }] } }),
    'guard/package.json': JSON.stringify({ name: 'guard', type: 'module', codex: { apiVersion: 1, contributes } }),
    'guard/guard.js': `export const hook = { event: 'PermissionRequest', async run(payload) { ${run} } }`,
  })
  const runtime = await openRuntime(
    {
      packageRoot,
      version: '0.0.0-test',
      env: { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, SCRIPTED_MODEL_KEY: 'key' },
      homeDir: home.homeDir,
      tempDir: '/tmp',
      cwd: workspace.path,
      platform: process.platform,
      originator: 'codex_test',
      settings: { overrides: [], securityProfile: 'workspace-write' },
      now: () => new Date(),
    },
    signal,
  )
  const questions: string[] = []
  const approve = async ({ action }: { readonly action: { readonly kind: string } }) => {
    questions.push(action.kind)
    return answer
  }
  const events = await collect(runtime.run({ input: 'go', route: false, approve }, signal))
  expect(events.at(-1)).toMatchObject({ type: 'turn.completed' })
  return { questions, isMade: existsSync(join(workspace.path, 'made')) }
}

test.each([
  ['denies', "return { decision: payload.action.kind === 'exec' ? 'deny' : 'allow' }"],
  ['throws', "throw new Error('no')"],
])('a hook that %s answers for the person, and the command does not run', async (_, run) => {
  expect(await asked(run, 'once')).toEqual({ questions: [], isMade: false })
})

test('a hook with nothing to say leaves the question to the person', async () => {
  expect(await asked('', 'once')).toEqual({ questions: ['exec'], isMade: true })
  expect(await asked('', 'deny')).toEqual({ questions: ['exec'], isMade: false })
})

test('what a hook allows is asked all the same: only a person lifts a question', async () => {
  expect(await asked("return { decision: 'allow' }", 'deny')).toEqual({ questions: ['exec'], isMade: false })
})
