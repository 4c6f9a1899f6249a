import { expect, test } from 'vitest'
import type { Definition, SkillDefinition } from '../plugin-api/index.ts'
import { listSkills, mentionedSkills, skillMessage } from './skills.ts'

function skill(id: string, description = `Does ${id}`, trusted = true): Definition<SkillDefinition> {
  const name = id.replace('project:', '')
  const file = `/skills/${name}/SKILL.md`
  const value = { name, description, text: `---\nname: ${name}\n---\nText of ${id}.\n` }
  return { kind: 'skill', id, value, origin: { layer: trusted ? 'user' : 'project', file, trusted }, shadows: [] }
}

const ids = (prompt: string, ...skills: Definition<SkillDefinition>[]) =>
  mentionedSkills(prompt, skills).map(({ id }) => id)

test('without skills there is no list', () => {
  expect(listSkills([])).toEqual({ notes: [] })
})

test('the list has name, description and file of each, on one line', () => {
  const { text, notes } = listSkills([skill('a', 'One\n  two'), skill('project:b', 'Other', false)])
  expect(text).toContain('\n- a: One two (file: /skills/a/SKILL.md)\n')
  expect(text).toMatch(
    /\n- project:b: Other \(file: \/skills\/b\/SKILL\.md\) \[of a repository that is not trusted.*\]\n/,
  )
  expect(text).toMatch(/^<skills>\n[\s\S]*\n<\/skills>$/)
  expect(notes).toEqual([])
})

test('a long list has short descriptions, then leaves skills out and says how many', () => {
  const long = Array.from({ length: 20 }, (_, index) => skill(`s${index}`, 'x'.repeat(1000)))
  const shortened = listSkills(long)
  expect(shortened.notes).toEqual([])
  expect(shortened.text?.match(/^- s\d+/gm)).toHaveLength(20)
  const many = listSkills(Array.from({ length: 500 }, (_, index) => skill(`s${index}`, 'x'.repeat(1000))))
  expect(Buffer.byteLength(many.text ?? '')).toBeLessThan(9_000)
  expect(many.notes).toEqual([expect.stringMatching(/^\d+ of 500 skills are not told/)])
  expect(many.text).toMatch(/\n- \d+ more are not listed\.\n/)
})

test('a prompt names a skill with a dollar sign, wherever it stands, each once and in order', () => {
  const all = [skill('pdf'), skill('make-slides')]
  expect(ids('use $make-slides, then $pdf and $pdf.', ...all)).toEqual(['make-slides', 'pdf'])
  expect(ids('"$pdf"', ...all)).toEqual(['pdf'])
  expect(ids('$pdfs costs$pdf \\$pdf $$pdf $HOME', ...all)).toEqual([])
})

test('a skill of an untrusted repository is meant by its short name only where nothing else has it', () => {
  const foreign = skill('project:pdf', 'x', false)
  expect(ids('$pdf', foreign)).toEqual(['project:pdf'])
  expect(ids('$pdf', skill('pdf'), foreign)).toEqual(['pdf'])
  expect(ids('$project:pdf', skill('pdf'), foreign)).toEqual(['project:pdf'])
})

test('what a mention adds has name, path and the whole file', () => {
  expect(skillMessage(skill('pdf'))).toBe(
    '<skill>\n<name>pdf</name>\n<path>/skills/pdf/SKILL.md</path>\n---\nname: pdf\n---\nText of pdf.\n</skill>',
  )
})
