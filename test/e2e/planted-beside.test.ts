import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const planted = 'developer_instructions = "PLANTED"\n'
const sandboxed = (session: ScriptedSession, script: string) =>
  session.run(['sandbox', '-P', 'workspace-write', '--', 'bash', '-c', `C=.codex; A=.agents; ${script}`])

/** A workspace that holds a repository which the user trusts by its own path. */
async function nested(): Promise<ScriptedSession> {
  const session = await scriptedSession([])
  await mkdir(join(session.workspace.path, 'sub/.git'), { recursive: true })
  expect((await session.run(['trust', '-C', 'sub'])).stdout).toBe(`${join(session.workspace.path, 'sub')}: trusted\n`)
  return session
}

test.each([
  ['configuration', `mkdir sub/$C; printf '${planted}' > sub/$C/config.toml`],
  ['an agent', 'mkdir -p sub/$C/agents; echo > sub/$C/agents/hero.toml'],
  ['a skill', 'mkdir -p sub/$A/skills/x; echo > sub/$A/skills/x/SKILL.md'],
  ['another repository in its place', `mv sub old; mkdir -p sub/.git sub/$C; printf '${planted}' > sub/$C/config.toml`],
  ['a link', `mkdir conf; printf '${planted}' > conf/config.toml; ln -s ../conf sub/$C`],
])('a command plants %s in no repository below that is trusted by its own path', async (_, script) => {
  const session = await nested()
  await sandboxed(session, `${script}; touch sub/work`)
  const sub = join(session.workspace.path, 'sub')
  expect((await readdir(sub)).sort()).toEqual(['.git', 'work'])
  const { stdout } = await session.run(['config', 'explain', 'developer_instructions', '-C', 'sub'])
  expect(stdout).not.toContain('PLANTED')
})

test('a command plants nothing in a trusted repository of the temp directory, and writes its other files', async () => {
  const session = await scriptedSession([])
  const other = await makeWorkspace({ files: { 'a.txt': '' }, git: true })
  onTestFinished(() => other.remove())
  await session.run(['trust', '-C', other.path])
  const script = `mkdir ${other.path}/$C; printf '${planted}' > ${other.path}/$C/config.toml; mv ${other.path} ${other.path}.old; touch ${other.path}/b.txt`
  await sandboxed(session, script)
  await expect(stat(join(other.path, '.codex'))).rejects.toThrow('ENOENT')
  expect(await readdir(other.path)).toContain('b.txt')
})
