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
