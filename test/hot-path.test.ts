import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const chunks = join(import.meta.dirname, '..', 'dist', 'chunks')

/** Modules of Node that every turn loads: they are there already when the program starts, or a turn cannot do without them. */
const loaded = [
  'buffer',
  'child_process',
  'crypto',
  'fs',
  'fs/promises',
  'module',
  'net',
  'os',
  'path',
  'stream',
  'url',
]

test('a turn imports no module of Node that loads many others', async () => {
  const [name, ...others] = (await readdir(chunks)).filter((each) => each.startsWith('turn-') && each.endsWith('.js'))
  expect(others, 'Build anew: node scripts/build.ts').toEqual([])
  const text = await readFile(join(chunks, name ?? ''), 'utf8')
  // The build writes it so for what the file imports; what a function asks for is loaded when it is called.
  const taken = [...text.matchAll(/globalThis\.process\.getBuiltinModule\(`node:([\w/]+)`\)/g)].map(
    ([, name = '']) => name,
  )
  expect(taken).toContain('fs')
  expect(taken.filter((each) => !loaded.includes(each))).toEqual([])
  // What reads and runs hooks of files is there for those who have some.
  expect(text).not.toContain('hook_event_name')
  expect(text).not.toContain('hooks.not_run')
  // What Intl needs takes 17 to 25 ms to load.
  expect(text).not.toMatch(/\.toLocale(?:\w+)?String\(|\bIntl\./)
  // An import reads every export of a module: scripts/build.ts takes the module itself.
  expect(text.match(/from ?"node:[\w/]+"/g)).toEqual(['from"node:module"'])
})

test('what a turn calls is compiled with its file, and kept in the compile cache', async () => {
  for (const prefix of ['turn-', 'command-', 'model-stream-', 'openai-api-', 'base-command-']) {
    const [name = ''] = (await readdir(chunks)).filter((each) => each.startsWith(prefix))
    const text = await readFile(join(chunks, name), 'utf8')
    const [eager = [], all = []] = [/\((?:async )?function\*?\(/g, /function\*?[ (]/g].map(
      (each) => text.match(each) ?? [],
    )
    expect(eager.length / all.length, `${name}, of ${all.length} functions`).toBeGreaterThan(0.1)
  }
})

test('a turn that calls no tool makes no schema: zod is in none of its files', async () => {
  const entries = (await readdir(chunks)).filter((each) =>
    /^(?:turn|openai-api|model-catalogue|api-diagnostic|model-stream)-.*\.js$/.test(each),
  )
  expect(entries.length, 'Build anew: node scripts/build.ts').toBeGreaterThanOrEqual(5)
  expect(await filesWithZod(entries.map((name) => join(chunks, name)))).toEqual([])
})

test('what a start reads is ASCII: a file with any other character is decoded slowly, and kept at twice the size', async () => {
  const dist = join(chunks, '..')
  const files = (await readdir(dist, { recursive: true })).filter((name) => name.endsWith('.js'))
  expect(files.length, 'Build anew: node scripts/build.ts').toBeGreaterThan(100)
  for (const name of files) expect(/[^\0-\x7f]/.test(await readFile(join(dist, name), 'utf8')), name).toBe(false)
})

test('tools that most threads call load no zod for it', async () => {
  const tools = join(chunks, '..', '..', 'plugins', 'core-tools', 'dist')
  const names = ['exec-command', 'write-stdin', 'read-file', 'list-dir', 'search', 'apply-patch', 'update-plan']
  expect(await filesWithZod(names.map((name) => join(tools, `${name}.js`)))).toEqual([])
})

/** Of these files, and all that they import at once, those that hold zod. */
async function filesWithZod(entries: readonly string[]): Promise<readonly string[]> {
  const files = new Set(entries)
  for (const file of files) {
    const text = await readFile(file, 'utf8')
    for (const [, imported = ''] of text.matchAll(/import[^;(]*from ?"(\.[^"]+)"/g))
      files.add(join(dirname(file), imported))
  }
  return [...files].filter((file) => basename(file).startsWith('zod-'))
}
