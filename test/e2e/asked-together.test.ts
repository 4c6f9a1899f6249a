import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import type { RecordedRequest } from '../support/model-server.ts'
import type { ModelTurn } from '../support/model-turn.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal, type TypedKeys } from '../support/run-on-terminal.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const helper = '[agent]\nid = "helper"\nname = "Helper"\ndescription = "d"\n[prompt]\nsystem = "Work."\n'
const rules = 'prefix_rule(pattern = ["touch"], decision = "prompt")\n'

/** Two agents that work at the same time; each wants to make a file of its own, which a person is asked about. */
async function askedByTwo(keys: readonly TypedKeys[]) {
  const turn = ({ body }: RecordedRequest): ModelTurn => {
    const { input } = body as { readonly input: readonly unknown[] } // as the Responses API has it
    const [all, last] = [JSON.stringify(input), JSON.stringify(input.at(-1))]
    const [, number] = /CHILD (\d)/.exec(last) ?? []
    if (number !== undefined) return { calls: [{ shell: `touch made-${number}` }] }
    if (all.includes('hand_on_beside')) return { text: 'Done.' }
    if (all.includes('CHILD')) return { text: 'tried' }
    return {
      calls: [0, 1].map((n) => ({ name: 'hand_on_beside', arguments: { agent: 'helper', prompt: `CHILD ${n}` } })),
    }
  }
  const { home, workspace } = await scriptedSession([turn], {
    server: { whenSpent: 'repeat' },
    config: 'security_profile = "workspace-write"',
    home: { ...installedPlugins('hands-on'), 'agents/helper.toml': helper, 'rules/default.rules': rules },
  })
  const env = { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' }
  const { exitCode, shown } = await runOnTerminal([process.execPath, codexBin, 'go now'], keys, {
    cwd: workspace.path,
    env,
  })
  const made = [0, 1].filter((n) => existsSync(join(workspace.path, `made-${n}`)))
  return { exitCode, shown, made, questions: shown.split('Allow?').length - 1 }
}

test('two agents that ask at the same time are answered one after the other', async () => {
  const { exitCode, made, questions, shown } = await askedByTwo([
    { after: 'Allow?', keys: 'y\n' },
    { after: 'Allow?', keys: 'n\n' },
  ])
  expect({ exitCode, questions }).toEqual({ exitCode: 0, questions: 2 })
  expect(shown.match(/helper wants to:/g)).toHaveLength(2)
  expect(made).toHaveLength(1)
  expect(shown.indexOf(`touch made-${made[0]}`)).toBe(shown.indexOf('touch made-'))
})

test('what is typed before a question is shown does not answer it', async () => {
  const { made, questions } = await askedByTwo([
    { after: 'Allow?', keys: 'n\ny\ny\n' },
    { after: 'Allow?', keys: 'n\n' },
  ])
  expect(questions).toBe(2)
  expect(made).toEqual([])
})

test('the end of the input is a no to the question that is shown, and to that alone', async () => {
  const { made, questions } = await askedByTwo([
    { after: 'Allow?', keys: '\u0004' },
    { after: 'Allow?', keys: 'y\n' },
  ])
  expect(questions).toBe(2)
  expect(made).toHaveLength(1)
})

test('Ctrl-C takes all questions away: nothing is done', async () => {
  const { exitCode, made, questions } = await askedByTwo([{ after: 'Allow?', keys: '\u0003' }])
  expect({ exitCode, questions, made }).toEqual({ exitCode: 130, questions: 1, made: [] })
})
