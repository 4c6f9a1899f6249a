import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fieldSchema } from './field-schema.ts'
import { keysWithoutEffect } from './without-effect.ts'

test('docs/architecture.md lists every key without effect, and each is a key', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/architecture.md'), 'utf8')
  const section = page.slice(page.indexOf('## 11.'))
  const names = keysWithoutEffect.map((key) => key.replace(/^agents\.(?!max_threads)/, ''))
  expect(names.filter((name) => !section.includes(`\`${name}\``) && !section.includes(`\`agents.${name}\``))).toEqual(
    [],
  )
  expect(keysWithoutEffect.filter((key) => !fieldSchema(key.split('.')))).toEqual([])
})

test('docs/configuration.md tells of every key without effect, and shows none as if it had one', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')
  const [before = '', section = ''] = page.split('## Without effect')
  expect(keysWithoutEffect.filter((key) => !section.includes(`\`${key}\``) && key !== 'profiles')).toEqual([])
  const shown = keysWithoutEffect.map((key) => key.replace(/^agents\./, ''))
  expect(shown.filter((name) => new RegExp(`^(?:${name} =|\\[${name}\\])`, 'm').test(before))).toEqual([])
})
