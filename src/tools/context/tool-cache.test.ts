import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openToolCache } from './tool-cache.ts'

const place = { root: '' }

beforeEach(() => {
  place.root = realpathSync(mkdtempSync(join(tmpdir(), 'tool-cache-')))
  mkdirSync(join(place.root, 'plugin', 'dist'), { recursive: true })
  writeFileSync(join(place.root, 'plugin', 'dist', 'tool.js'), 'one')
})
afterEach(() => rmSync(place.root, { recursive: true, force: true }))

const open = (name = 'one', version = '1.0.0', program = '1') =>
  openToolCache({ directory: join(place.root, 'cache'), program }, { name, version, root: join(place.root, 'plugin') })

test('a text is read again by the same plugin alone, and by the same version and build of it', () => {
  open()?.write('findings', 'text')
  expect(open()?.read('findings')).toBe('text')
  expect(open()?.read('other')).toBeUndefined()
  expect(open('two')?.read('findings')).toBeUndefined()
  expect(open('one', '1.0.1')?.read('findings')).toBeUndefined()
  expect(open('one', '1.0.0', '2')?.read('findings')).toBeUndefined()
  writeFileSync(join(place.root, 'plugin', 'dist', 'tool.js'), 'another build')
  expect(open()?.read('findings')).toBeUndefined()
})

test('a damaged text is none, and names cannot leave the directory', () => {
  open()?.write('../../outside', 'text')
  expect(readdirSync(place.root).sort()).toEqual(['cache', 'plugin'])
  const [directory = ''] = readdirSync(join(place.root, 'cache'))
  const [file = ''] = readdirSync(join(place.root, 'cache', directory))
  expect(open()?.read('../../outside')).toBe('text')
  writeFileSync(join(place.root, 'cache', directory, file), 'no such sum\ntext')
  expect(open()?.read('../../outside')).toBeUndefined()
})

test('without a place nothing is kept', () => {
  expect(openToolCache(undefined, { name: 'one', version: '1', root: place.root })).toBeUndefined()
})
