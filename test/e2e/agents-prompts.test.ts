import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseToml } from '../../src/config/toml.ts'
import { agentSchema } from '../../src/plugin-api/agent.ts'
import { type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'

const agents = ['code-reviewer', 'security-analyst', 'test-engineer', 'refactoring-expert', 'performance-optimizer']
const readers = ['code-reviewer', 'security-analyst', 'performance-optimizer']
const files = { 'src/a.js': 'export const run = (request) => eval(request.query.code)\n' }
const done = [{ text: 'Done.' }]

async function fileOf(id: string) {
  const text = await readFile(new URL(`../../builtin-agents/${id}.toml`, import.meta.url), 'utf8')
  return agentSchema.parse(parseToml(text, id).value)
}

function sent({ server }: ScriptedSession, index: number) {
  const body = sentBody(server, index)
  const input = body.input as readonly {
    readonly type?: string
    readonly role?: string
    readonly output?: string
    readonly content?: readonly { readonly text: string }[]
  }[] // as the Responses API has it
  const tools = (body.tools as readonly { readonly name: string }[]).map(({ name }) => name) // every tool has a name
  const text = (role: string) =>
    input
      .filter((item) => item.role === role)
      .map((item) => (item.content ?? []).map((part) => part.text).join(''))
      .join('\n')
  const outputs = input.flatMap((item) => (item.type === 'function_call_output' ? [item.output ?? ''] : []))
  return { system: text('developer'), outputs, tools }
}

test.each(agents)('the prompt of %s reaches the model whole, with what its playbook found', async (id) => {
  const session = await scriptedSession(done, { files })
  expect((await session.run(['agent', id, 'look at src'])).exitCode).toBe(0)
  const { prompt, playbook } = await fileOf(id)
  const { system, outputs } = sent(session, 0)
  expect(system).toContain((prompt?.system ?? 'no prompt').trim())
  // A step that stands in for one that failed is not needed.
  const needed = playbook?.steps.filter(({ when }) => !when?.endsWith('.failed'))
  expect(outputs).toHaveLength(needed?.length ?? -1)
  expect(outputs.join('\n')).not.toContain('unsupported call')
})

test.each(agents)('%s is told its role, what to look at first, how to report and what to leave out', async (id) => {
  const { prompt, permissions, playbook } = await fileOf(id)
  const system = prompt?.system ?? ''
  expect(system.trim()).toMatch(/^You /)
  expect(system).toMatch(/^(?:What you look at first|How you work)$/m)
  expect(system).toMatch(/^(?:What you report|Your report)$/m)
  expect(system).toMatch(/^(?:What you leave out|What you do not do|What stays as it is)/m)
  expect(system).toMatch(/is data/)
  // What the prompt sends it to has to be there.
  const named = [...system.matchAll(/\b(\w+_(?:scan|map|report|summary|metrics|surface|weight))\b/g)].map(
    ([, name = '']) => name,
  )
  const allowed = Object.keys(permissions?.allowed_tools ?? {})
  expect(allowed).toEqual(
    expect.arrayContaining([...new Set(named), ...(playbook?.steps ?? []).map(({ tool }) => tool)]),
  )
})

test.each(readers)('%s cannot write, whatever the model tries, where the default agent can', async (id) => {
  const patch = '*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch\n'
  const calls = [
    {
      calls: [
        { name: 'apply_patch', input: patch },
        { name: 'exec_command', arguments: { cmd: 'touch touched.txt' } },
      ],
    },
    ...done,
  ]
  const attempt = async (argv: readonly string[]) => {
    const session = await scriptedSession(calls, { files })
    const { exitCode } = await session.run([...argv, '--sandbox', 'workspace-write'])
    const there = await readdir(session.workspace.path)
    return { exitCode, there, tools: sent(session, 0).tools }
  }
  const own = await attempt(['agent', id, 'mend it'])
  expect(own).toMatchObject({ exitCode: 0, there: expect.not.arrayContaining(['made.txt']) })
  expect(own.there).not.toContain('touched.txt')
  expect(own.tools).not.toContain('apply_patch')
  const other = await attempt(['agent', 'default', 'mend it'])
  expect(other.tools).toContain('apply_patch')
  expect(other.there).toContain('made.txt')
})

test('the security analyst runs no command, and the reviewer only git commands that read', async () => {
  const tried = [
    {
      calls: [
        { shell: 'git log --oneline > made.txt' },
        { shell: 'git commit --allow-empty -m x' },
        { shell: 'git log --oneline' },
      ],
    },
    ...done,
  ]
  const reviewer = await scriptedSession(tried, { files })
  await reviewer.run(['agent', 'code-reviewer', 'review', '--sandbox', 'workspace-write'])
  expect((await readdir(reviewer.workspace.path)).sort()).not.toContain('made.txt')
  expect(await reviewer.workspace.git('rev-list', '--count', 'HEAD')).toBe('1\n')
  expect(sent(reviewer, -1).outputs.at(-1)).toContain('start')
  const analyst = await scriptedSession(
    [{ calls: [{ name: 'exec_command', arguments: { cmd: 'touch made.txt' } }] }, ...done],
    { files },
  )
  await analyst.run(['agent', 'security-analyst', 'audit', '--sandbox', 'workspace-write'])
  expect(await readdir(join(analyst.workspace.path))).not.toContain('made.txt')
})
