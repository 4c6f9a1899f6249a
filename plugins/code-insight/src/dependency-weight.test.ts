import { expect, onTestFinished, test } from 'vitest'
import { openToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './dependency-weight.ts'

async function weigh(files: Readonly<Record<string, string>>) {
  const bench = await openToolBench([tool], { files })
  onTestFinished(() => bench.close())
  const { output } = await bench.run('dependency_weight', {})
  type Weight = Readonly<Record<'name' | 'version' | 'advice', string>> &
    Readonly<Record<'own_kb' | 'total_kb' | 'brings' | 'imported_in' | 'lazily', number>>
  const structured = output.structured as {
    dependencies: readonly Weight[]
    total_kb: number
    not_imported: readonly string[]
    not_installed: readonly string[]
  } // given by the tool
  return { ...structured, text: output.output }
}

const manifest = (value: unknown) => JSON.stringify(value)
const kb = (count: number) => 'x'.repeat(count * 1024)

test('each dependency is weighed with all that it needs, once, and told where it is imported', async () => {
  const { dependencies, total_kb, not_imported, not_installed } = await weigh({
    '.gitignore': 'node_modules\n',
    'package.json': manifest({ dependencies: { big: '1', '@acme/small': '1', moment: '2', gone: '1' } }),
    'src/a.ts': "import { x } from 'big/sub'\nimport type { Y } from '@acme/small'\n",
    'src/b.ts': "export async function y() {\n  const { z } = await import('big')\n}\n",
    'node_modules/big/package.json': manifest({
      name: 'big',
      version: '1.2.3',
      dependencies: { shared: '1', circle: '1' },
    }),
    'node_modules/big/index.js': kb(10),
    'node_modules/circle/package.json': manifest({ dependencies: { big: '1' } }),
    'node_modules/shared/index.js': kb(20),
    'node_modules/@acme/small/package.json': manifest({ version: '2.0.0', dependencies: { shared: '1' } }),
    'node_modules/moment/index.js': kb(5),
  })
  expect(dependencies).toMatchObject([
    { name: 'big', version: '1.2.3', own_kb: 10, total_kb: 30, brings: 2, imported_in: 2, lazily: 1 },
    { name: '@acme/small', total_kb: 20, brings: 1, imported_in: 1, lazily: 1 },
    { name: 'moment', total_kb: 5, advice: expect.stringContaining('Intl.DateTimeFormat') },
  ])
  expect(total_kb).toBe(35)
  expect(not_imported).toEqual(['moment'])
  expect(not_installed).toEqual(['gone'])
})

test.each([
  [{ 'a.js': 'x\n' }, 'there is no package.json here that can be read'],
  [{ 'package.json': '{' }, 'there is no package.json here that can be read'],
  [
    { 'package.json': manifest({ dependencies: { a: '1' } }) },
    'there is no node_modules here: install the dependencies first',
  ],
])('what cannot be weighed is said: %#', async (files, reason) => {
  expect((await weigh(files)).text).toBe(`Nothing was measured: ${reason}.`)
})
