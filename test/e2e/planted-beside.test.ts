import { mkdir, readdir, stat, symlink } from 'node:fs/promises'
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

const hero = (system: string) => `[agent]
id = "hero"
name = "Hero"
description = "Helps."
[prompt]
system = "${system}"
`

/** A trusted repository whose agents, command and skill lie outside of its `.codex`, behind links. */
async function linked(): Promise<ScriptedSession> {
  const session = await scriptedSession([], {
    files: { 'ag/hero.toml': hero('KEPT'), 'review.md': 'KEPT\n', 'skills/x/SKILL.md': skill('KEPT') },
  })
  const codex = join(session.workspace.path, '.codex')
  await mkdir(join(codex, 'commands'), { recursive: true })
  await symlink('../ag', join(codex, 'agents'))
  await symlink('../../review.md', join(codex, 'commands/house.md'))
  await symlink('../skills', join(codex, 'skills'))
  const { stderr } = await session.run(['trust'])
  for (const file of ['agents/hero.toml', 'commands/house.md', 'skills/x/SKILL.md'])
    expect(stderr).toContain(`  with ${join(codex, file)}\n`)
  return session
}

const skill = (text: string) => `---\nname: x\ndescription: ${text}\n---\nDo it.\n`

/** What counts of the repository's agents, commands and skills. */
async function inForce({ run }: ScriptedSession): Promise<string> {
  const shown = await Promise.all([
    run(['agents', 'show', 'hero']),
    run(['commands', 'render', 'house']),
    run(['skills', 'list']),
    run(['agents', 'list']),
  ])
  return shown.map(({ stdout }) => stdout).join('')
}

test('what a link puts into .codex counts as it was when the repository was trusted, and what a command changes waits', async () => {
  const session = await linked()
  expect((await inForce(session)).match(/KEPT/g)).toHaveLength(3)
  const changed = `sed -i s/KEPT/PLANTED/ ag/hero.toml review.md skills/x/SKILL.md; sed s/hero/other/ ag/hero.toml > ag/other.toml`
  expect((await sandboxed(session, changed)).exitCode).toBe(0)
  expect(await inForce(session)).not.toMatch(/KEPT|PLANTED|other/)
  const listed = await session.run(['agents', 'list'])
  expect(listed.stderr).toContain('.codex/agents/hero.toml: This file is ignored: a link leads there')
  const { parts } = JSON.parse((await session.run(['trust', '--show', '--json'])).stdout)
  const waiting = parts.map(({ id, waits }: { id: string; waits?: true }) => [id, waits])
  expect(waiting).toEqual([
    ['.codex/agents/hero.toml', true],
    ['.codex/agents/other.toml', true],
    ['.codex/commands/house.md', true],
    ['.codex/skills/x/SKILL.md', true],
  ])
  await session.run(['trust'])
  expect(await inForce(session)).toMatch(/PLANTED.*other/s)
})
