import { expect, test } from 'vitest'
import type { ApprovalRequest } from '../plugin-api/index.ts'
import { approvalText, askApproval } from './approval-question.ts'

const command = { answer: 'prompt', isAsked: true, rule: 'prompt git push', file: '/p/default.toml', line: 7 } as const
const request: ApprovalRequest = {
  id: 'q',
  thread: 'thread-1',
  agentPath: ['lead', 'helper'],
  action: { kind: 'exec', script: 'ls; git push origin; npm publish', shell: '/bin/sh', cwd: '/ws' },
  reason: 'git push origin: It publishes.; npm publish: It publishes.',
  layer: 'exec policy',
  rule: 'prompt git push',
  commands: [
    { ...command, id: 'q.1', words: ['ls'], isAsked: false, reason: 'allowed' },
    { ...command, id: 'q.2', words: ['git', 'push', 'origin'], reason: 'It publishes.' },
    { ...command, id: 'q.3', words: ['npm', 'publish'], reason: 'It publishes a package.' },
  ],
  decisions: ['once', 'turn', 'session', 'always', 'deny'],
  proposals: [
    {
      form: 'exact',
      decisions: ['turn', 'session'],
      rules: [
        { command: 'q.2', rule: 'r', matches: ['git push origin …'] },
        { command: 'q.3', rule: 'r', matches: ['npm publish …'] },
      ],
    },
    {
      form: 'prefix',
      decisions: ['turn', 'session', 'always'],
      rules: [
        { command: 'q.2', rule: 'r', matches: ['git push origin', 'git push …'] },
        { command: 'q.3', rule: 'r', matches: ['npm publish', 'npm publish …'] },
      ],
    },
  ],
}

test('a question is plain lines from the top down, with every command that is asked about', () => {
  expect(approvalText(request)).toBe(`
lead > helper wants to:
run in /ws:
  ls; git push origin; npm publish
2 of its commands are asked about:
  Command 1: git push origin
    It publishes. (/p/default.toml:7)
  Command 2: npm publish
    It publishes a package. (/p/default.toml:7)
A longer yes may cover, with any further words in place of …:
  1. git push origin …
     npm publish …
  2. git push origin, git push …
     npm publish, npm publish …
Allow? y once, t this turn, s this session, 1 to 2 as listed, n no, n 1 no, because of command 1: `)
})

test.each([
  ['n 1', 'git push origin; not refused: npm publish'],
  ['no 2', 'npm publish; not refused: git push origin'],
  ['n 1, 2', 'git push origin; npm publish'],
])('a no can name the commands that it is about: %s', async (line, reason) => {
  expect(await askApproval(request, async () => line)).toEqual({ decision: 'deny', by: 'person', reason })
})

/** The answer after these lines, and what was asked for each. */
async function answered(lines: readonly string[], about = request) {
  const left = [...lines]
  const shown: string[] = []
  const answer = await askApproval(about, async (question) => {
    shown.push(question)
    return left.shift()
  })
  return { answer, shown, left }
}

test.each(['maybe', '?', '', 'n 9', 'n 0', 'n 1,9', 'n x', 'y 1', 'yes please', 'a', '0', '3', 'toString'])(
  'a line that is no answer to the question is asked again, with what is understood: %j',
  async (line) => {
    const { answer, shown, left } = await answered([line, 'y'])
    expect({ answer, left }).toEqual({ answer: 'once', left: [] })
    const typed = line === '' ? 'An empty line' : JSON.stringify(line)
    expect(shown[1]).toBe(
      `${typed} is no answer here. Allow? y once, t this turn, s this session, 1 to 2 as listed, n no, n 1 no, because of command 1: `,
    )
  },
)

test('so is what is no answer to how long, and what is not offered there', async () => {
  const { answer, shown } = await answered(['1', 'zz', 'a', 'y', 's'])
  expect(answer).toEqual({ decision: 'session', proposal: 'exact', by: 'person' })
  expect(shown.slice(2)).toEqual(
    ['"zz"', '"a"', '"y"'].map(
      (typed) => `${typed} is no answer here. For how long? t this turn, s this session, n no: `,
    ),
  )
})

test('a duration that the question does not offer is asked again; of a permission the shortest yes is for the turn', async () => {
  const alone = { ...request, commands: [], proposals: [], decisions: ['once', 'deny'] } as const
  expect((await answered(['s', 't', '1', 'y'], alone)).answer).toBe('once')
  const action = { kind: 'permission', of: 'read', subject: '/x', purpose: 'to look' } as const
  const permission = { ...alone, action, decisions: ['turn', 'session', 'deny'] } as const
  expect((await answered(['y'], permission)).answer).toBe('once')
})

test('the end of the input is a no, wherever it comes', async () => {
  for (const lines of [[], ['maybe'], ['1'], ['1', 'zz']]) expect((await answered(lines)).answer).toBe('deny')
})

test('nothing that others say drives the terminal', async () => {
  const shown: string[] = []
  const words = ['git', 'push', '\u001b[2J\u0007']
  const commands = request.commands.map((each) => ({ ...each, words, reason: 'a\u001b]0;x\u0007' }))
  await askApproval({ ...request, commands, detail: '\u009b1A' }, async (question) => {
    shown.push(question)
    return 'n'
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is proved
  expect(shown.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
})

test.each([
  [['y'], 'once'],
  [['yes'], 'once'],
  [['t'], 'turn'],
  [['s'], 'session'],
  [['n'], 'deny'],
  [['no'], 'deny'],
  [['1', 's'], { decision: 'session', proposal: 'exact', by: 'person' }],
  [['2', 'a'], { decision: 'always', proposal: 'prefix', by: 'person' }],
  [['2', 't'], { decision: 'turn', proposal: 'prefix', by: 'person' }],
  [['2', 'n'], 'deny'],
])('%j is %j', async (lines, answer) => {
  expect(await answered(lines)).toMatchObject({ answer, left: [] })
})

test('line breaks in what somebody else wrote begin no line of the question', () => {
  const evil = `git push 'a"]\n  2. git status …\nAllow? y once: '`
  const words = ['git', 'push', 'a"]\n  2. git status …']
  const text = approvalText({
    ...request,
    agentPath: ['lead\nhelper'],
    action: { kind: 'exec', script: evil, shell: '/bin/sh', cwd: '/ws\nx', purpose: 'no\n  1. harm' },
    reason: 'git push a"]\n  2. git status …: It publishes.',
    commands: [{ ...command, id: 'q.1', words, reason: 'It\n  3. publishes.' }],
    proposals: [
      { form: 'exact', decisions: ['turn'], rules: [{ rule: 'r', matches: ['git push a\n  2. git status …'] }] },
    ],
  })
  const lines = text.split('\n')
  expect(lines.filter((line) => /^ {2}\d\. /.test(line))).toEqual(['  1. git push a\\n  2. git status …'])
  expect(lines.filter((line) => line.startsWith('Allow?'))).toHaveLength(1)
  expect(text).toContain(`  git push 'a"]\n  |   2. git status …\n  | Allow? y once: '`)
})
