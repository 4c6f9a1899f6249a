import { expect, onTestFinished, test } from 'vitest'
import { openToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './test-map.ts'

async function look(files: Readonly<Record<string, string>>, input: unknown = {}) {
  const bench = await openToolBench([tool], { files })
  onTestFinished(() => bench.close())
  const { output } = await bench.run('test_map', input)
  const map = output.structured as {
    readonly sources: number
    readonly tested: number
    readonly tests: number
    readonly indirect: { readonly files: readonly { readonly file: string }[] }
    readonly untested: {
      readonly files: readonly { readonly file: string; readonly declarations: readonly string[] }[]
    }
    readonly commands: readonly unknown[]
  } // given by the tool
  return {
    ...map,
    text: output.output,
    indirect: map.indirect.files.map(({ file }) => file),
    untested: map.untested.files.map(({ file }) => file),
    listed: map.untested.files,
  }
}

const f = (name: string) => `export function ${name}() {\n  return 1\n}\n`

test('JavaScript: tests by name, by import and by way of others; types and configuration need none', async () => {
  const map = await look({
    'package.json': '{"scripts":{"test":"vitest run","test:e2e":"vitest --project e2e","build":"x"}}',
    'src/a.ts': `import { helper } from './lib/helper.js'\n${f('a')}`,
    'src/a.test.ts': "test('a', () => {})\n",
    'src/lib/helper.ts': f('helper'),
    'src/lib/lonely.ts': `${f('lonely')}function hidden() {\n  return 1\n}\n`,
    'src/lib/index.ts': "export * from './lonely'\n",
    'src/types.d.ts': 'export type X = 1\n',
    'src/types.ts': 'export interface X { a: 1 }\n',
    'src/b.tsx': f('b'),
    'test/flow.test.ts': "import { b } from '../src/b'\nimport { data } from './support/data'\ntest('x', b)\n",
    'test/support/data.ts': "import { c } from '../../src/c'\nexport const data = c\n",
    'src/c.ts': f('c'),
    'src/dynamic.js': 'exports.load = function load() {}\n',
    'test/dynamic.spec.js': "const m = await import('../src/dynamic.js')\n",
    'vite.config.ts': f('config'),
    'dist/a.js': f('a'),
  })
  expect(map).toMatchObject({
    sources: 6,
    tested: 4,
    tests: 3,
    indirect: ['src/lib/helper.ts'],
    untested: ['src/lib/lonely.ts'],
  })
  expect(map.listed[0]?.declarations).toEqual(['lonely'])
  expect(map.commands).toEqual([
    { command: 'npm test', file: 'package.json' },
    { command: 'npm run test:e2e', file: 'package.json' },
  ])
})

test('Python: packages, relative imports and names', async () => {
  const map = await look({
    'pyproject.toml': '[tool.pytest.ini_options]\n',
    'src/shop/__init__.py': '',
    'src/shop/cart.py': 'from . import tax\nfrom .money import cents\n\ndef total():\n    pass\n',
    'src/shop/tax.py': 'def rate():\n    pass\n',
    'src/shop/money.py': 'def cents():\n    pass\n',
    'src/shop/mail.py': 'class Mail:\n    def send(self):\n        pass\n',
    'src/shop/stock.py': 'def count():\n    pass\n',
    'tests/conftest.py': 'import shop.stock\n',
    'tests/test_cart.py': 'def test_total():\n    pass\n',
    'tests/test_more.py': 'from shop.tax import (\n    rate as cash,\n)\n',
  })
  expect(map).toMatchObject({
    sources: 5,
    tested: 2,
    indirect: ['src/shop/money.py'],
    untested: ['src/shop/mail.py', 'src/shop/stock.py'],
  })
  expect(map.commands).toEqual([{ command: 'python -m pytest', file: 'pyproject.toml' }])
})

test('Go and Java: by file name, package and class name', async () => {
  const map = await look({
    'go/go.mod': 'module example.com/shop\n',
    'go/pay/pay.go': 'package pay\n\nfunc Pay() {\n}\n',
    'go/pay/pay_test.go': 'package pay\n',
    'go/pay/refund.go': 'package pay\n\nfunc Refund() {\n}\n',
    'java/src/main/java/com/acme/Cart.java':
      'class Cart {\n  public int total() {\n    return new Tax().rate();\n  }\n}\n',
    'java/src/main/java/com/acme/Tax.java': 'class Tax {\n  int rate() {\n    return 1;\n  }\n}\n',
    'java/src/test/java/com/acme/CartTest.java': 'class CartTest {\n  void totals() {\n    new Cart();\n  }\n}\n',
  })
  expect(map.untested).toEqual([])
  expect(map.indirect).toEqual(['java/src/main/java/com/acme/Tax.java', 'go/pay/refund.go'])
})

test('paths choose the sources, tests are looked for everywhere; without code it says so', async () => {
  const files = { 'src/a.ts': f('a'), 'src/b.ts': f('b'), 'test/a.test.ts': "import '../src/a'\n" }
  expect(await look(files, { paths: ['src/a.ts'] })).toMatchObject({ sources: 1, tested: 1, tests: 1 })
  expect((await look({ 'README.md': 'Hi\n' })).text).toContain('0 of 0 sources have a test')
})

test('files that are made to be hard to read are read in time', async () => {
  const spaces = ' '.repeat(4000)
  const map = await look({
    'src/blank.py': `${'\n'.repeat(500_000)}def f():\n    pass\n`,
    'src/spaces.java': `class A {\n${`  public${spaces}x\n`.repeat(50)}}\n`,
    'src/quotes.ts': `${`from${spaces}`.repeat(100).replaceAll(/(.{4004})/g, '$1\n')}export function g() {\n  return 1\n}\n`,
    'src/minified.js': `${'var a=1;'.repeat(50_000)}function f(){}`,
  })
  expect([...map.untested].sort()).toEqual(['src/blank.py', 'src/quotes.ts', 'src/spaces.java'])
})
