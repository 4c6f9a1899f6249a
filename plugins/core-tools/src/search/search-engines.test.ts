import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { defineTool, type Tree, z } from 'codex-kernel/plugin-api'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, linuxSandbox, openToolBench, type ToolBench } from '../../../../test/support/tool-bench.ts'
import { createSearch } from '../search.ts'
import { ripgrepPattern } from './ripgrep-pattern.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function openBench(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: BenchOptions = {},
  tools = [createSearch('auto')],
) {
  const bench = await openToolBench(tools, { sandbox: linuxSandbox, ...options })
  benches.push(bench)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(bench.workspace.path, name)), { recursive: true })
    await writeFile(join(bench.workspace.path, name), content)
  }
  return bench
}

/** The same call by both engines over one workspace; how long a call took is no part of it. */
async function openBoth(files: Readonly<Record<string, string | Uint8Array>>, options: BenchOptions = {}) {
  const first = await openBench(files, options, [createSearch('javascript')])
  const second = await openBench(files, options, [createSearch('ripgrep')])
  return async (input: object) => {
    const own = (await first.run('search', input)).output
    const ripgrep = (await second.run('search', input)).output
    return [own, ripgrep].map(({ output, structured, failed = false }) => ({ output, structured, failed }))
  }
}

const corpus: Readonly<Record<string, string | Uint8Array>> = {
  'a.ts': 'const x = 1\nlet y = x + 10\n\nfunction foo() {}\n',
  'b/c.py': 'x = 1\r\ndef foo():\r\n\treturn x\r\n',
  'b/no-end.txt': 'last line without end, x = 7',
  'b/bom.txt': '\ufeffx = 3\nsecond x\n',
  'unicode.md': 'Grüße an die Straße – “x”\nемоји 😀 x = 2\nnaïve café\u00a0x\u2028y\n',
  'binary.dat': 'x = 1\0x = 2\nfoo\n',
  'late-binary.dat': `${'x = 1\n'.repeat(20_000)}\0`,
  'wide.txt': Buffer.from('\ufeffx = 1\n', 'utf16le'),
  'empty.txt': '',
  'blank.txt': '\n\n  \n\t\n',
  'long.txt': `${'-'.repeat(500)}x = 1${'+'.repeat(500)}\n`,
  'many.txt': 'x = 1\n'.repeat(50),
  '.gitignore': 'ignored/\n',
  'ignored/x.ts': 'x = 1\n',
  'node_modules/p/i.js': 'x = 1\n',
  'odd name\nhere.txt': 'x = 1\n',
  '-dash.txt': 'x = 1\n',
}

test.each([
  { pattern: 'x = \\d' },
  { pattern: '^x' },
  { pattern: '\\bfoo\\b' },
  { pattern: 'X = 1', ignore_case: true },
  { pattern: 'STRASSE|straße', ignore_case: true },
  { pattern: '[^a-z ]{2}' },
  { pattern: 'x$' },
  { pattern: '^$' },
  { pattern: '^\\s+$' },
  { pattern: '.*' },
  { pattern: '\\S+\\s\\W' },
  { pattern: '\\u{1F600}|\\xfc' },
  { pattern: 'return\\s+x' },
  { pattern: '(?<name>let|const) [\\w]+' },
  { pattern: 'x.y' },
  { pattern: '(x) = (?:1|2)', output: 'files' },
  { pattern: 'x', output: 'count' },
  { pattern: 'x = 1', output: 'lines', max_results: 3 },
  { pattern: 'x', output: 'files', max_results: 2 },
  { pattern: 'foo', context: 1 },
  { pattern: 'x = 1', context: 2, max_results: 4 },
  { pattern: 'foo()', literal: true },
  { pattern: '[x] = {', literal: true },
  { pattern: 'x', glob: '*.ts' },
  { pattern: 'x', glob: '!*.{ts,txt,md,py}' },
  { pattern: 'x', glob: 'b/**' },
  { pattern: 'x', type: 'py' },
  { pattern: 'x = 1', include_ignored: true },
  { pattern: 'x', path: 'b' },
  { pattern: 'x', path: 'a.ts' },
  { pattern: 'nothing like this' },
])('both engines find the same for %j', async (input) => {
  const [own, ripgrep] = await (await openBoth(corpus))(input)
  expect(ripgrep).toEqual(own)
})

test('both engines find the same for any expression over any text', async () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'é',
    '.',
    '\\w',
    '\\d',
    '\\s',
    '\\W',
    '[ab]',
    '[^a]',
    '[\\w-]',
    '\\b',
    '^',
    '$',
    ' ',
    '\\.',
    '\\u00e9',
    '(?:a|b)',
  )
  const pattern = fc
    .array(fc.tuple(atom, fc.constantFrom('', '', '*', '+?', '?', '{1,2}')), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.map(([each, times]) => (/^[\^$]|\\b/.test(each) ? each : each + times)).join(''))
    .filter((source) => {
      try {
        return Boolean(new RegExp(source, 'u'))
      } catch {
        return false
      }
    })
  const text = fc.array(fc.constantFrom('a', 'b', 'aé b', 'ab ', '', '1.b\r', ' a_b', 'É', '\t'), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(pattern, text, fc.boolean(), async (source, lines, ignoreCase) => {
      fc.pre(ripgrepPattern(new RegExp(source, ignoreCase ? 'iu' : 'u')) !== undefined)
      const [own, ripgrep] = await (await openBoth({ 'f.txt': lines.join('\n') }, { sandbox: 'none' }))({
        pattern: source,
        ignore_case: ignoreCase,
      })
      expect(ripgrep).toEqual(own)
    }),
    { numRuns: 60 },
  )
})

test.each(['(?=a)', '(?<!a)b', '(a)\\1', '\\p{L}', 'a\\nb', '(?i:a)', '[\\S]', '[]', '\\cA', '\\k<n>(?<n>a)'])(
  'an expression that ripgrep would read otherwise is left to JavaScript: %s',
  (source) => {
    expect(ripgrepPattern(new RegExp(source, source === '\\p{L}' ? 'u' : ''))).toBeUndefined()
    expect(ripgrepPattern(new RegExp(source, 'u'))).toBeUndefined()
  },
)

test('a match may span lines', async () => {
  const bench = await openBench({ 'a.ts': 'one {\n  two\n}\nthree {\n}\n' })
  const { output } = (await bench.run('search', { pattern: '\\{[^}]*\\}', multiline: true })).output
  expect(output).toBe('a.ts:1:{\n  two\n}\na.ts:4:{\n}')
})

test('no engine searches what may not be read, by its name, a link to it, or a tree that holds it', async () => {
  const files = {
    'open.txt': 'token here',
    'secret.txt': 'token hidden',
    '.env': 'TOKEN=token hidden',
    'sub/.env': 'token hidden',
  }
  const permissions = (root: string) => {
    const rule = [{ allow: ['/**'], deny: [`${root}/secret.txt`] }]
    return { read: { allow: rule, askable: rule } }
  }
  for (const engine of ['javascript', 'ripgrep'] as const) {
    const bench = await openBench(files, { permissions }, [createSearch(engine)])
    await symlink('secret.txt', join(bench.workspace.path, 'link.txt'))
    for (const input of [
      { pattern: 'token' },
      { pattern: 'token', include_ignored: true },
      { pattern: 'token', path: 'link.txt' },
      { pattern: 'token', path: 'secret.txt' },
    ]) {
      const { output } = await bench.run('search', input)
      expect(JSON.stringify(output)).not.toContain('hidden')
    }
    expect((await bench.run('search', { pattern: 'token' })).output.output).toMatch(
      /^open\.txt:1:token here\n\[3 files may not be read/,
    )
  }
})

test('ripgrep is held by the sandbox where a path comes to lead to a secret after it was allowed', async () => {
  const trees: Tree[] = []
  const look = defineTool({
    name: 'look',
    description: '',
    effects: ['read'],
    parallel: false,
    input: z.strictObject({ swap: z.boolean() }),
    async run({ swap }, ctx) {
      const tree = await ctx.fs.openTree('.')
      trees.push(tree)
      if (swap) {
        await rm(join(tree.root, 'open.txt'))
        await symlink(join(tree.root, 'secret.txt'), join(tree.root, 'open.txt'))
      }
      const own = [...tree.files, { ...tree.files[0], path: join(tree.root, 'secret.txt') }] as typeof tree.files // one made up
      const found = await tree.findLines?.(own, { pattern: 'token', timeoutMs: 10_000 })
      const lines: string[] = []
      for await (const { path, lines: some } of found ?? [])
        lines.push(...some.map(({ bytes }) => `${path}: ${Buffer.from(bytes)}`))
      return { text: lines.join('\n') }
    },
  })
  const permissions = (root: string) => {
    const rule = [{ allow: ['/**'], deny: [`${root}/secret.txt`] }]
    return { read: { allow: rule, askable: rule } }
  }
  const bench = await openToolBench([look], {
    sandbox: linuxSandbox,
    permissions,
    files: { 'open.txt': 'token here', 'secret.txt': 'token hidden' },
  })
  benches.push(bench)
  expect((await bench.run('look', { swap: false })).output.output).toBe(
    `${join(bench.workspace.path, 'open.txt')}: token here`,
  )
  await rename(join(bench.workspace.path, 'open.txt'), join(bench.workspace.path, 'open.txt')) // still the same file
  expect((await bench.run('look', { swap: true })).output.output).toBe('')
})

test('where there is much to search, or no sandbox, the answer is the same', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 2100 }, (_, index) => [`f/${index}.txt`, index % 700 === 0 ? 'needle\n' : 'hay\n']),
  )
  const withSandbox = await openBench(files)
  const without = await openBench(files, { sandbox: 'unavailable' })
  const outputs = await Promise.all(
    [withSandbox, without].map(async (bench) => (await bench.run('search', { pattern: 'needle' })).output),
  )
  expect(outputs[0]).toEqual(outputs[1])
  expect(outputs[0]?.output).toBe('f/0.txt:1:needle\nf/1400.txt:1:needle\nf/700.txt:1:needle')
})
