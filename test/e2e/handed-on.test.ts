import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installedPlugins } from '../support/installed-plugins.ts'
import type { RecordedRequest } from '../support/model-server.ts'
import type { ModelTurn } from '../support/model-turn.ts'
import { lastUserText, scriptedSession, sentBody } from '../support/scripted-session.ts'

const agent = (id: string) => `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "Work."\n`
const handOn = (prompt: string): ModelTurn => ({ calls: [{ name: 'hand_on', arguments: { agent: 'helper', prompt } }] })
const words = {
  'commands/look.md':
    '---\ndescription: d\nargs:\n  - name: spec\n    type: path\n    required: true\n---\nLook at this: {{file_content args.spec}}\n',
  'skills/tidy/SKILL.md': '---\nname: tidy\ndescription: d\n---\nthe words of the skill\n',
}
const home = {
  ...installedPlugins('hands-on'),
  'agents/helper.toml': agent('helper'),
  'agents/other.toml': agent('other'),
}

test.for([
  '/look kept.txt',
  ' /look kept.txt',
  '@other go',
  '/project:look',
  'use $tidy here',
  '{{file_content "kept.txt"}} and !`cat kept.txt` and $(cat kept.txt)',
  '@kept.txt',
])('a model that hands on the prompt %s gives a text, and nothing in it is expanded', async (prompt) => {
  const session = await scriptedSession([handOn(prompt), { text: 'seen' }, { text: 'Done.' }], {
    files: { 'kept.txt': 'the words of the file' },
    home: { ...home, ...words },
  })
  expect((await session.run(['exec', 'go'])).exitCode).toBe(0)
  expect(session.server.requests).toHaveLength(3)
  const body = sentBody(session.server, 1)
  expect(lastUserText(body)).toBe(prompt)
  expect(JSON.stringify(body)).not.toMatch(/the words of the (?:file|skill)/)
})

test('what a person types is expanded as before', async () => {
  const session = await scriptedSession([{ text: 'Done.' }, { text: 'Done.' }], {
    files: { 'kept.txt': 'the words of the file' },
    home: { ...home, ...words },
  })
  await session.run(['exec', '/look kept.txt'])
  await session.run(['exec', 'use $tidy here'])
  expect(JSON.stringify(sentBody(session.server, 0))).toContain('the words of the file')
  expect(JSON.stringify(sentBody(session.server, 1))).toContain('the words of the skill')
})

test('what an agent finds that work was handed to counts for --fail-on, also two agents further down', async () => {
  const scan: ModelTurn = { calls: [{ name: 'code_scan', arguments: {} }] }
  const flaw = 'const cp = require("child_process")\nconst app = require("express")()\n'
  const use = 'app.get("/x", (req, res) => { cp.exec("ls " + req.query.a); res.send("1") })\n'
  const begin = (turns: readonly ModelTurn[]) => scriptedSession(turns, { files: { 'app.js': flaw + use }, home })
  const once = await begin([handOn('look'), scan, { text: 'looked' }, { text: 'Done.' }])
  const { exitCode, stdout } = await once.run(['exec', '--json', '--fail-on', 'low', 'go'])
  expect(stdout).toContain('"type":"finding"')
  expect(exitCode).toBe(3)
  const twice = await begin([handOn('look'), handOn('look'), scan, { text: 'a' }, { text: 'b' }, { text: 'Done.' }])
  expect((await twice.run(['exec', '--fail-on', 'low', 'go'])).exitCode).toBe(3)
  const unasked = await begin([handOn('look'), scan, { text: 'looked' }, { text: 'Done.' }])
  expect((await unasked.run(['exec', 'go'])).exitCode).toBe(0)
})

test.for([
  ['--disable', 'multi_agent'],
  ['-c', 'features.multi_agent=false'],
])('with %s %s no agent hands work on', async (flags) => {
  const session = await scriptedSession([handOn('look'), { text: 'Done.' }], { home })
  expect((await session.run(['exec', ...flags, 'go'])).exitCode).toBe(0)
  expect(session.server.requests).toHaveLength(2)
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('features.multi_agent = false')
  const kept = await readdir(join(session.home.codexHome, 'sessions'), { recursive: true })
  expect(kept.filter((name) => name.endsWith('.jsonl'))).toHaveLength(1)
})

/** How many agents were asked of the model at the same time, of five that an agent hands work to at once. */
async function mostAtOnce(config: string, most: number): Promise<{ exitCode: number | null; most: number }> {
  const { promise: full, resolve } = Promise.withResolvers<void>()
  let open = 0
  let seen = 0
  const turn = ({ body }: RecordedRequest): ModelTurn => {
    const { input } = body as { readonly input: readonly unknown[] } // as the Responses API has it
    if (JSON.stringify(input).includes('hand_on_beside')) return { text: 'Done.' }
    if (!JSON.stringify(input.at(-1)).includes('CHILD')) {
      const call = (n: number) => ({ name: 'hand_on_beside', arguments: { agent: 'helper', prompt: `CHILD ${n}` } })
      return { calls: [0, 1, 2, 3, 4].map(call) }
    }
    open += 1
    seen = Math.max(seen, open)
    if (seen >= most) resolve()
    let isHeld = true
    return {
      text: 'looked',
      hold: async () => {
        await full
        if (isHeld) open -= 1
        isHeld = false
      },
    }
  }
  const session = await scriptedSession([turn], { server: { whenSpent: 'repeat' }, home, tables: config })
  const { exitCode } = await session.run(['exec', 'go'])
  return { exitCode, most: seen }
}

test.for([
  ['', 3],
  ['[agents]\nmax_parallel_agents = 2\n', 2],
  ['[agents]\nmax_parallel_agents = 1\n', 1],
] as const)('agents that work is handed to at once run as many at a time as may: %j, %d', async ([config, most]) => {
  expect(await mostAtOnce(config, most)).toEqual({ exitCode: 0, most })
})

test('with room for one agent, one that hands work on gives its room to the next', async () => {
  const turns = [
    handOn('one'),
    handOn('two'),
    handOn('three'),
    { text: 'a' },
    { text: 'b' },
    { text: 'c' },
    { text: 'Done.' },
  ]
  const session = await scriptedSession(turns, { home, tables: '[agents]\nmax_parallel_agents = 1\n' })
  const { exitCode, stdout } = await session.run(['exec', 'go'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Done.\n' })
  expect(session.server.requests).toHaveLength(7)
})
