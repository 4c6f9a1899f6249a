import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

/** A rule of the user's whose fix is mechanical, and one that fixes what stands around it. */
const rules = {
  'scan-rules/no-old.yml': `id: no-old
language: javascript
severity: medium
message: The old function is called
why: It is gone in the next version.
fix: { advice: Call the new one., template: renew($ARG) }
rule: { pattern: old($ARG) }
`,
  'scan-rules/no-wrap.yml': `id: no-wrap
language: javascript
severity: low
message: The call is wrapped
why: It need not be.
fix: { advice: Leave the wrapper out., template: $ARG }
rule: { pattern: wrap($ARG) }
`,
}
const before = "import { old } from 'x'\r\n\r\nconst a = old(1)\r\nconst b = old(2) + old(3)\r\n"

async function prepare(files: Readonly<Record<string, string>>) {
  const [home, workspace] = [await makeCodexHome(rules), await makeWorkspace({ files })]
  onTestFinished(() => home.remove())
  onTestFinished(() => workspace.remove())
  const text = (name: string) => readFile(join(workspace.path, name), 'utf8')
  const scan = (...flags: readonly string[]) => runCodex(['scan', ...flags], { cwd: workspace.path, home })
  return { text, scan, home, path: workspace.path }
}

test('without a terminal and without --yes the fixes are shown, and nothing is changed', async () => {
  const { scan, text } = await prepare({ 'a.js': before })
  const { exitCode, stderr, stdout } = await scan('--fix', '--profile', 'workspace-write', '--json')
  expect(exitCode).toBe(0)
  expect(stderr).toContain('--- a/a.js\n+++ b/a.js\n@@ -1,4 +1,4 @@\n')
  expect(stderr).toContain(
    '-const a = old(1)\n+const a = renew(1)\n-const b = old(2) + old(3)\n+const b = renew(2) + renew(3)',
  )
  expect(stderr).toContain('3 fixes in 1 file shown; nothing is changed.')
  expect(JSON.parse(stdout).counts.total).toBe(3)
  expect(await text('a.js')).toBe(before)
})

test('with --yes the fixes are applied, line ends kept, and a second scan finds nothing', async () => {
  const { scan, text } = await prepare({ 'a.js': before, 'sub/ü b.js': 'old(1)\n' })
  const { exitCode, stderr, stdout } = await scan('--fix', '--yes', '--profile', 'workspace-write', '--fail-on', 'info')
  expect(stderr).toContain('Scanned again: 4 of the 4 that were fixed are gone.')
  expect(exitCode).toBe(0)
  expect(stdout).toContain('No findings.')
  expect(await text('a.js')).toBe(before.replaceAll('old(', 'renew('))
  expect(await text('sub/ü b.js')).toBe('renew(1)\n')
})

test('a profile that lets nothing be written refuses the fixes, says how to go on, and no file is changed', async () => {
  const { scan, text, home } = await prepare({ 'a.js': before })
  const { exitCode, stderr, stdout } = await scan('--fix', '--yes')
  expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' })
  expect(stderr).toContain('The fixes may not be written: profile offline denies update')
  expect(stderr).toContain(
    'hint: Choose a profile that lets the workspace be written: codex scan --fix --profile workspace-write.',
  )
  expect(await text('a.js')).toBe(before)
  expect((await runCodex(['audit', 'verify'], { home })).exitCode).toBe(0)
})

test('of two fixes that overlap one is applied, and the other is named', async () => {
  const { scan, text } = await prepare({ 'a.js': 'wrap(old(1))\n' })
  const { stderr } = await scan('--fix', '--yes', '--profile', 'workspace-write')
  expect(stderr).toContain('Left out, since it overlaps another fix: a.js:1 no-wrap')
  expect(stderr).toContain('Scanned again: 1 of the 1 that were fixed are gone.')
  expect(await text('a.js')).toBe('wrap(renew(1))\n')
})

test('without a mechanical fix nothing is changed, and that is said', async () => {
  const { scan } = await prepare({ 'a.js': 'eval(location.hash)\n' })
  const { exitCode, stderr } = await scan('--fix', '--yes')
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: 'No finding has a mechanical fix, so nothing is changed.\n',
  })
})

test('a fix that would not parse is named and not written, and the others are', async () => {
  const { scan, text } = await prepare({
    'a.py': 'import asyncio\n\ndef main():\n    asyncio.sleep(1)\n\nasync def other():\n    asyncio.sleep(1)\n',
    'b.js': 'export const rows = Array(3).fill({ a: 1, b: [] })\n',
  })
  const { exitCode, stderr } = await scan('--fix', '--yes', '--profile', 'workspace-write')
  expect(exitCode).toBe(0)
  expect(stderr).toContain(
    'Left out, since await would stand outside of an async function: a.py:4 py-coroutine-not-awaited',
  )
  expect(stderr).toContain('Scanned again: 2 of the 2 that were fixed are gone.')
  expect(await text('a.py')).toContain(
    'def main():\n    asyncio.sleep(1)\n\nasync def other():\n    await asyncio.sleep(1)\n',
  )
  expect(await text('b.js')).toBe('export const rows = Array.from({ length: 3 }, () => ({ a: 1, b: [] }))\n')
})

test('a file with bytes that are no UTF-8 is left out and named, and the others are fixed', async () => {
  const { scan, text, path } = await prepare({ 'b.js': 'old(2)\n' })
  await writeFile(join(path, 'a.js'), Buffer.from('// caf\xe9\nold(1)\n', 'latin1'))
  const { exitCode, stderr } = await scan('--fix', '--yes', '--profile', 'workspace-write')
  expect(exitCode).toBe(0)
  expect(stderr).toContain('Left out, since its file has bytes that are no UTF-8: a.js:2 no-old')
  expect(await text('b.js')).toBe('renew(2)\n')
  expect(await readFile(join(path, 'a.js'))).toEqual(Buffer.from('// caf\xe9\nold(1)\n', 'latin1'))
})
