import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from './load-config.ts'
import { configFields } from './schema.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')
const examples = [...page.matchAll(/^```toml\n(.*?)^```$/gms)].map(([, text]) => text ?? '')

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(8)
})

test.each(examples.map((text) => [text.split('\n')[0], text]))(
  'the example that starts with %s is a configuration',
  async (_, text) => {
    const directory = await mkdtemp(join(tmpdir(), 'codex-page-'))
    try {
      await writeFile(join(directory, 'config.toml'), text ?? '')
      const options = { codexHome: directory, cwd: directory, env: {}, overrides: [], flags: {}, strict: true }
      expect((await loadConfig(options)).diagnostics).toEqual([])
    } finally {
      await rm(directory, { recursive: true })
    }
  },
)

test('every key is on the page', () => {
  const missing = Object.keys(configFields).filter((key) => !new RegExp(`\\b${key}\\b`).test(page))
  expect(missing).toEqual([])
})
