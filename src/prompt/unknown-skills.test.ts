import { expect, test } from 'vitest'
import type { Definition, SkillDefinition } from '../plugin-api/index.ts'
import { unknownSkills } from './unknown-skills.ts'

const skills = ['release-notes', 'project:review'].map((id): Definition<SkillDefinition> => {
  const value = { name: id, description: '', text: '' }
  return { kind: 'skill', id, value, origin: { layer: 'user', file: '/s', trusted: true }, shadows: [] }
})
const of = (prompt: string, given = skills) => unknownSkills(prompt, given, { editor: 'vi' })

test.each([
  ['$nosuchskill do it', 'nosuchskill'],
  ['Please use $nosuchskill for this.', 'nosuchskill'],
  ['Fix it.\n$nosuchskill', 'nosuchskill'],
  ['follow the skill $nosuchskill, then stop', 'nosuchskill'],
  ['with the $writer skill', 'writer'],
  ['write them with $release-note.', 'release-note'],
])('%j is told of, once', async (prompt, name) => {
  expect(await of(prompt)).toEqual([expect.stringContaining(`There is no skill ${name}, `)])
  expect(await of(`${prompt} `.repeat(2).replaceAll('. Please', ' Please'))).toHaveLength(1)
})

test('a near name is offered', async () => {
  expect(await of('use $release-note')).toEqual([expect.stringContaining('did you mean $release-notes?')])
})

test.each([
  'use $release-notes and $review',
  'echo $HOME and $PATH, use $HOME',
  'why does `use $nosuch` fail',
  '```sh\n$nosuch\nuse $nosuch\n```',
  'set x=$nosuch and "$nosuch" and $nosuch/bin',
  'use $editor here',
  'for i in 1 2; do echo $i; rm $file; done',
  'it costs $5 or $10k',
  'use \\$nosuch and $$nosuch',
  'use $nosuch.length, use $nosuch[0], use $nosuch(1)',
])('%j says nothing of a skill', async (prompt) => {
  expect(await of(prompt)).toEqual([])
})

test('without skills nothing is said', async () => {
  expect(await of('use $nosuchskill', [])).toEqual([])
})
