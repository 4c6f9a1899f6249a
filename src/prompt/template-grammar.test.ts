import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contextLimits } from './context/context-deps.ts'
import { renderTemplate } from './render-template.ts'
import { filterNames } from './template/filters.ts'
import { templateNames } from './template-names.ts'

const page = readFileSync(new URL('../../docs/template-grammar.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind = '', text = '']) => ({ kind, text }))
const examples = blocks.flatMap(({ kind, text }, index) =>
  kind === 'template' ? [{ template: text, values: blocks[index + 1], rendered: blocks[index + 2] }] : [],
)

test('the page has an example for each part of the grammar', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6)
})

test.each(examples)('the example renders as the page says: $template', ({ template, values, rendered }) => {
  expect([values?.kind, rendered?.kind]).toEqual(['values', 'rendered'])
  expect(renderTemplate(template, JSON.parse(values?.text ?? ''))).toBe(rendered?.text)
})

test('the page names every filter, name and limit that there is', () => {
  for (const filter of filterNames) expect(page).toMatch(new RegExp(`^\\| .*\`${filter}[\`:].* \\|`, 'm'))
  const { context } = templateNames({ args: [] })
  for (const name of Object.keys(context ?? {})) expect(page).toContain(`| \`context.${name}\` |`)
  expect(contextLimits).toEqual({ gitDiffBytes: 64 * 1024, fileBytes: 64 * 1024, fileContents: 50, files: 2000 })
})
