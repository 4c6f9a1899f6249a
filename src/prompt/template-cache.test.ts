import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { compileTemplate } from './compile-template.ts'
import { reviveProgram } from './template/kept-program.ts'
import { openTemplateCache } from './template-cache.ts'

const values = { yes: true, no: false, name: 'Ada', list: ['a', 'b'], table: { key: 'v' }, none: undefined }
const names = Object.fromEntries(Object.keys(values).map((name) => [name, 'any'] as const))

async function place() {
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  const directory = join(workspace.path, 'templates')
  const open = (program = '1.0') => openTemplateCache({ directory, program })
  const render = (template: string, cache = open()) =>
    compileTemplate(template, 'own.md', 1, { names }, cache).render(values)
  return { directory, open, render }
}

/** The text, or what is wrong with the template. */
function outcome(render: () => string): string {
  try {
    return render()
  } catch (error) {
    return String(error)
  }
}

const piece = fc.letrec<{ text: string; part: string; whole: string }>((tie) => ({
  text: fc.constantFrom(
    'x',
    ' ',
    '\n',
    '  \n',
    'a\\\\',
    '\\{{',
    '"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to look like code
    '`${1}`',
    '\u2028',
    '{{! note }}',
    '{{~! trim ~}}',
  ),
  part: fc.oneof(
    { depthSize: 'small' },
    tie('text'),
    fc.constantFrom(
      '{{name}}',
      '{{~name~}}',
      '{{{name}}}',
      '{{name | upper}}',
      '{{table.key}}',
      '{{none | default: 7}}',
    ),
    fc
      .tuple(fc.constantFrom('#if yes', '#if no', '#unless no', '#if name == "Ada"'), tie('whole'), tie('whole'))
      .map(([open, then, other]) => `{{${open}}}\n${then}{{else}}${other}{{/${open.split(' ')[0]?.slice(1)}}}`),
    tie('whole').map((inner) => `{{#each list as |item index|}}${inner}{{item}}{{index}}{{@last}}\n{{/each}}`),
    tie('whole').map((inner) => `{{#with table}}${inner}{{key}}{{else}}none{{/with}}`),
    tie('whole').map((inner) => `{{#if no}}a{{else if yes}}${inner}{{else}}c{{/if}}`),
  ),
  whole: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
}))

test('a template that was kept renders as one that was parsed', async () => {
  const { render } = await place()
  fc.assert(
    fc.property(piece.whole, (template) => {
      const parsed = outcome(() => compileTemplate(template, 'own.md', 1, { names }).render(values))
      expect(outcome(() => render(template))).toBe(parsed)
      expect(outcome(() => render(template))).toBe(parsed)
    }),
    { numRuns: 500 },
  )
})

test('the text and the names decide, not the file; another version parses anew', async () => {
  const { directory, render, open } = await place()
  const template = '{{#if yes}}{{name}}{{/if}}'
  for (const program of ['1.0', '1.0', '1.1']) expect(render(template, open(program))).toBe('Ada')
  expect(await readdir(directory)).toHaveLength(2)
  expect(() => compileTemplate(template, 'own.md', 1, { names: { yes: 'any' } }, open())).toThrowError('"name"')
  expect(await readdir(directory)).toHaveLength(2)
})

test('an error of a kept template cites the file that it is in now', async () => {
  const { open } = await place()
  const compile = (file: string, line: number) => compileTemplate('a\n{{name < 5}}', file, line, { names }, open())
  compile('one.md', 1)
  expect(() => compile('two.md', 7).render(values)).toThrowError(
    expect.objectContaining({ location: { file: 'two.md', line: 8, column: 8 } }),
  )
})

test.each([
  ['code in the place of a slot', ['process.exit(1)', { block: 'if', slot: 'process.exit(1)', program: [] }]],
  ['a block of another name', [{ block: 'constructor', slot: 0, program: [] }]],
  ['a part of a number', [0.5]],
  ['no list', { length: 1 }],
  ['a program without end', [{ block: 'if', slot: 0, program: JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) }]],
])('%s is not taken for a template', (_, nodes) => {
  expect(reviveProgram(nodes)).toBeUndefined()
})

test('text that looks like code stays text', async () => {
  const { directory, render } = await place()
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to look like code
  const template = '{{name}} "); process.exit(1); // `${process.exit(1)}` \u2028\n'
  render(template)
  const [file = ''] = await readdir(directory)
  const text = (await readFile(join(directory, file), 'utf8')).slice(65)
  const forged = text.replace('process.exit(1)', '\\"+process.exit(1)+\\"')
  await writeFile(join(directory, file), `${hash('sha256', forged, 'hex')}\n${forged}`)
  expect(render(template)).toContain('Ada "); "+process.exit(1)+"')
})

test('a template without tags is not kept', async () => {
  const { directory, render } = await place()
  expect(render('plain \\ text')).toBe('plain \\ text')
  expect(existsSync(directory)).toBe(false)
})
