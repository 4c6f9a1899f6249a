import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isCodexError } from 'codex-kernel/plugin-api'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openToolBench, type ToolBench } from '../../../../test/support/tool-bench.ts'
import { tool } from '../apply-patch.ts'
import { parsePatch } from './parse-patch.ts'
import { patchInScript } from './patch-in-script.ts'

let bench: ToolBench
beforeAll(async () => {
  bench = await openToolBench([tool])
})
afterAll(() => bench.close())

const name = fc.constantFrom('a', 'b', 'd/c', 'd/e', 'a/x')
const text = fc.array(fc.constantFrom('x', 'y', 'z', '', '  x'), { maxLength: 4 })
const files = fc.dictionary(fc.constantFrom('a', 'b', 'd/c'), text)
const operation = fc.oneof(
  fc.tuple(name, text).map(([path, lines]) => [`*** Add File: ${path}`, ...lines.map((line) => `+${line}`)]),
  name.map((path) => [`*** Delete File: ${path}`]),
  fc
    .tuple(name, fc.option(name), fc.constantFrom('x', 'y', 'z'), fc.constantFrom('x', 'new'))
    .map(([path, to, old, fresh]) => [
      `*** Update File: ${path}`,
      ...(to === null ? [] : [`*** Move to: ${to}`]),
      '@@',
      `-${old}`,
      `+${fresh}`,
    ]),
)
const patch = fc.array(operation, { minLength: 1, maxLength: 5 })

async function tree(): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(bench.workspace.path, { recursive: true, withFileTypes: true })
  const read = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(bench.workspace.path.length + 1), await readFile(path, 'utf8')] as const
    })
  return Object.fromEntries((await Promise.all(read)).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The same patch over plain values: what is there after it, or undefined where it cannot be carried out. */
function expected(
  before: Readonly<Record<string, string>>,
  operations: readonly (readonly string[])[],
): Readonly<Record<string, string>> | undefined {
  const now = new Map(Object.entries(before))
  for (const [header = '', ...rest] of operations) {
    const path = header.slice(header.indexOf(': ') + 2)
    const old = now.get(path)
    if (header.startsWith('*** Add')) {
      now.set(path, rest.map((line) => `${line.slice(1)}\n`).join(''))
      continue
    }
    if (old === undefined) return undefined
    now.delete(path)
    if (header.startsWith('*** Delete')) continue
    const to = rest[0]?.startsWith('*** Move to: ') ? rest[0].slice('*** Move to: '.length) : path
    const [removed = '', added = ''] = rest.slice(-2).map((line) => line.slice(1))
    const lines = old.split('\n').slice(0, -1)
    const exact = lines.indexOf(removed)
    const at = exact === -1 ? lines.findIndex((line) => line.trim() === removed) : exact
    if (at === -1) return undefined
    now.set(
      to,
      lines
        .with(at, added)
        .map((line) => `${line}\n`)
        .join(''),
    )
  }
  const paths = [...now.keys()]
  // A file and a directory of one name cannot both be.
  if (paths.some((path) => paths.some((other) => other.startsWith(`${path}/`)))) return undefined
  return Object.fromEntries([...now].sort(([a], [b]) => (a < b ? -1 : 1)))
}

test('a patch makes of real files what it says, or changes nothing at all', async () => {
  await fc.assert(
    fc.asyncProperty(files, patch, async (given, operations) => {
      for (const entry of await readdir(bench.workspace.path))
        await rm(join(bench.workspace.path, entry), { recursive: true })
      await mkdir(join(bench.workspace.path, 'd'))
      for (const [path, lines] of Object.entries(given)) {
        await writeFile(join(bench.workspace.path, path), lines.map((line) => `${line}\n`).join(''))
      }
      const before = await tree()
      const wanted = expected(before, operations)
      const { output } = await bench.run(
        'apply_patch',
        ['*** Begin Patch', ...operations.flat(), '*** End Patch'].join('\n'),
      )
      const after = await tree()
      if (output.failed) {
        expect(after).toEqual(before)
        if (wanted) expect(output.output).toMatch(/ENOTDIR|EISDIR|EEXIST/)
      } else {
        expect(after).toEqual(wanted)
      }
    }),
    { numRuns: 150 },
  )
})

const fragment = fc.constantFrom(
  ...['*** Begin Patch', '*** End Patch', '*** Add File: a', '*** Update File: a', '*** Delete File: a'],
  ...[
    '*** Move to: b',
    '*** End of File',
    '@@',
    '@@ x',
    ' x',
    '-x',
    '+x',
    '',
    "<<'EOF'",
    'EOF',
    'apply_patch',
    'cd a && ',
  ],
)

test('whatever a text is, it is a patch or refused with a message', async () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.oneof(fragment, fc.string({ maxLength: 8 })), { maxLength: 12 }).map((lines) => lines.join('\n')),
  )
  await fc.assert(
    fc.asyncProperty(anyText, async (given) => {
      await patchInScript(given)
      try {
        expect(Array.isArray(parsePatch(given))).toBe(true)
      } catch (error) {
        expect(isCodexError(error) && error.code).toBe('patch.invalid')
      }
    }),
    { numRuns: 2000 },
  )
})
