import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { emitDeclarations } from '../scripts/emit-declarations.ts'
import { compareInterfaces, interfaceLines } from '../scripts/plugin-api/interface-lines.ts'
import { readDeclarations } from '../scripts/reference/read-declarations.ts'
import { apiVersion } from '../src/plugin-api/index.ts'
import { repositoryRoot } from './support/packed-package.ts'

const declarations = emitDeclarations(repositoryRoot)

/** What to do where the interface is not what was written down. */
const advice = `The plugin interface has changed. If it only gained something: npm run reference, and use what is new in
test/fixtures/plugin-api-v${apiVersion}. If something is gone or different, plugins break: keep it, or raise apiVersion (docs/plugin-stability.md).`

test('the plugin interface is the one that was written down for this apiVersion', () => {
  const file = `test/fixtures/plugin-api-v${apiVersion}/interface.txt`
  const change = compareInterfaces(readFileSync(file, 'utf8').trimEnd().split('\n'), interfaceLines(declarations))
  expect(change, advice).toEqual({ added: [], removed: [], demanded: [] })
})

test('every export of the plugin interface, and every field of one, has a docstring', () => {
  const exported = [...declarations.values()]
    .flatMap((text) => readDeclarations(text))
    .filter((each) => each.isExported)
  expect(exported.length).toBeGreaterThan(120)
  const silent = exported.filter(({ doc, text }) => doc === '' && !text.includes('z.infer<'))
  expect(silent.map(({ name }) => name)).toEqual([])
  const fields = exported.flatMap(({ kind, name, members }) =>
    // What JavaScript itself gives a class needs no words.
    members.flatMap((each) => (each.doc === '' && kind === 'interface' ? `${name}.${each.name}` : [])),
  )
  expect(fields).toEqual([])
})

const linesOf = (text: string) => interfaceLines(new Map([['a.d.ts', text]]))
const was = `
export interface Tool { /** Old. */ readonly name: string; run(input: string): Promise<void>; }
export type Effect = 'read' | 'write';
export declare const table: { readonly a: 1; };
export type Event = { readonly type: 'started'; } | { readonly type: 'done'; readonly code: number; };
export declare class Base { static flags: { json: boolean; }; }
`

test.each([
  ['a new optional field', was.replace('readonly name', 'readonly more?: number; readonly name'), 1],
  ['a new member of a union', was.replace("'write'", "'write' | 'exec'"), 1],
  ['a new entry of a table', was.replace('readonly a: 1;', 'readonly a: 1; readonly b: 2;'), 1],
  ['a new field of an event', was.replace('code: number;', 'code: number; readonly text?: string;'), 1],
  ['a new flag', was.replace('json: boolean;', 'json: boolean; quiet: boolean;'), 1],
  ['a new function', `${was}export declare function more(): void;`, 1],
  ['another docstring', was.replace('Old.', 'New.'), 0],
])('%s breaks nothing', (_, now, count) => {
  const { added, removed, demanded } = compareInterfaces(linesOf(was), linesOf(now))
  expect({ added: added.length, removed, demanded }).toEqual({ added: count, removed: [], demanded: [] })
})

test.each([
  ['a field that is gone', was.replace('readonly name: string;', '')],
  ['a field of another type', was.replace('name: string', 'name: number')],
  ['a field that may be missing now', was.replace('name:', 'name?:')],
  ['a method with another argument', was.replace('input: string', 'input: string, more: number')],
  ['a union that has lost a member', was.replace(" | 'write'", '')],
  ['an event that has lost a field', was.replace('readonly code: number;', '')],
  ['an interface that is gone', was.replace('export interface Tool', 'interface Tool')],
])('%s breaks plugins', (_, now) => {
  expect(compareInterfaces(linesOf(was), linesOf(now)).removed).not.toEqual([])
})

test('the code of an error and what it exits with are a part of the interface', () => {
  expect(linesOf('')).toContain('error permission.denied exits 5')
})

test('a new required field of a file breaks the files that there are, one inside something new does not', () => {
  const before = [
    'schema fileSchema',
    'schema fileSchema.rules[].id: text (required)',
    'schema fileSchema.rules: list of tables',
    'schema fileSchema.names: table of tables',
  ]
  const within = (line: string) => compareInterfaces(before, [...before, line]).demanded
  expect(within('schema fileSchema.owner: text (required)')).toHaveLength(1)
  expect(within('schema fileSchema.rules[].why: text (required)')).toHaveLength(1)
  expect(within('schema fileSchema.names.NAME.why: text (required)')).toHaveLength(1)
  expect(within('schema fileSchema.extra.why: text (required)')).toEqual([])
  expect(within('schema fileSchema.owner: text')).toEqual([])
})
