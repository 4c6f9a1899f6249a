import { expect, test } from 'vitest'
import { compileTemplate } from './compile-template.ts'
import { renderTemplate } from './render-template.ts'

const values = () => ({ args: { name: 'x' }, list: ['x'], table: { key: 'v' }, text: 'abc', run: () => 'called' })

test.each([
  '{{constructor}}',
  '{{__proto__}}',
  '{{toString}}',
  '{{hasOwnProperty}}',
  '{{process.env.HOME}}',
  '{{globalThis}}',
  '{{require}}',
  '{{helperMissing}}',
  '{{lookup}}',
  '{{lookup args "name"}}',
  '{{log "x"}}',
  '{{@root}}',
  '{{@root.constructor}}',
  '{{#each list}}{{@root}}{{/each}}',
  '{{#each list}}{{@scope}}{{/each}}',
  '{{value 0}}',
  '{{#loop 0}}{{/loop}}',
  '{{args.[constructor]}}',
  '{{file_content "/etc/passwd"}}',
  '{{#with "x" as |constructor prototype more|}}{{/with}}',
])('%s is an error', (template) => {
  expect(() => renderTemplate(template, values())).toThrowError(expect.objectContaining({ code: 'command.template' }))
})

test.each([
  '{{args.constructor}}',
  '{{args.constructor.constructor}}',
  '{{args.__proto__}}',
  '{{args.name.constructor}}',
  '{{args.name.length}}',
  '{{list.constructor}}',
  '{{list.map}}',
  '{{list.__proto__.constructor}}',
  '{{table.toString}}',
  '{{this.constructor}}',
  '{{run}}',
  '{{run.constructor}}',
  '{{#with args}}{{constructor}}{{__proto__}}{{toString}}{{this.constructor.name}}{{/with}}',
  '{{#with list}}{{push}}{{constructor}}{{/with}}',
  '{{#with "s" as |s|}}{{s.sub}}{{s.constructor}}{{constructor}}{{/with}}',
  '{{#each list}}{{constructor}}{{this.constructor}}{{run}}{{process}}{{/each}}',
  '{{#each args.constructor}}{{this}}{{/each}}',
  '{{#if args.constructor}}x{{/if}}',
])('%s reaches nothing', (template) => {
  expect(renderTemplate(template, values())).toBe('')
})

test('values that bring a prototype of their own show own fields alone', () => {
  const polluted = { args: JSON.parse('{"__proto__": {"secret": "own"}, "shown": "yes"}') }
  expect(renderTemplate('{{args.shown}}{{args.secret}}', polluted)).toBe('yes')
  class Holder {
    readonly field = 'own'
    get inherited() {
      return 'leak'
    }
  }
  expect(renderTemplate('{{held.field}}{{held.inherited}}', { held: new Holder() })).toBe('own')
})

test('a template leaves no trace in the next one, nor in the prototypes', () => {
  const template = compileTemplate('{{#each list as |constructor __proto__|}}{{constructor}}{{/each}}{{name}}', 't', 1)
  expect(template.render({ list: ['a'], name: 'n' })).toBe('an')
  expect(template.render({})).toBe('')
  expect(Object.keys(Object.prototype)).toEqual([])
})
