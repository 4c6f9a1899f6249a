import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { startDev } from '../support/dev-session.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const skill = (description: string) => `---\nname: pdf\ndescription: ${description}\n---\nRead it.\n`

test('a skill that is changed, broken and mended is loaded again, and its last good version stays', async () => {
  const home = await makeCodexHome({ 'skills/pdf/SKILL.md': skill('One') })
  const workspace = await makeWorkspace()
  const dev = await startDev({ home, cwd: workspace.path })
  onTestFinished(async () => {
    await dev.end()
    await home.remove()
    await workspace.remove()
  })
  const file = join(home.codexHome, 'skills/pdf/SKILL.md')
  await home.write({ 'skills/pdf/SKILL.md': skill('Two') })
  expect(await dev.change('skill', 'pdf')).toMatchObject({ change: 'changed', file, problems: [] })
  await home.write({ 'skills/pdf/SKILL.md': '---\nname: pdf\n---\nRead it.\n' })
  expect(await dev.change('skill', 'pdf')).toMatchObject({ change: 'broken', problems: [{ file, lastGood: true }] })
  await home.write({ 'skills/pdf/SKILL.md': skill('Three') })
  expect(await dev.change('skill', 'pdf')).toMatchObject({ change: 'mended', problems: [] })
  await workspace.write({ '.agents/skills/own/SKILL.md': skill('Mine').replace('pdf', 'own') })
  expect(await dev.change('skill', 'project:own')).toMatchObject({ change: 'added' })
})
