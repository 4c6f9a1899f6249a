import { expect, test } from 'vitest'
import { structureOf } from './code-structure.ts'
import { exampleLanguage } from './language-of.ts'
import { type FunctionMeasure, measureFunctions } from './measure-functions.ts'
import { openParser } from './open-parser.ts'
import type { RuleLanguage } from './scan-rule.ts'
import { syntaxOf } from './syntax-of.ts'

async function measure(language: RuleLanguage, code: string): Promise<readonly FunctionMeasure[]> {
  const parser = await openParser()
  const structure = structureOf(syntaxOf(exampleLanguage(language)).id)
  if (!structure) throw new Error(`${language} has no functions`)
  const root = parser.parse(exampleLanguage(language).grammar, code)
  return measureFunctions(root, code, structure).map(({ node: _, ...rest }) => rest)
}

const cognitive = async (language: RuleLanguage, code: string): Promise<readonly (readonly [string, number])[]> =>
  (await measure(language, code)).map((fn) => [fn.name ?? '', fn.cognitive])

test('each break in the flow weighs more the deeper it lies', async () => {
  const java = `class Primes { int sum(int max) {
    int total = 0;
    next: for (int i = 2; i <= max; i++) {
      for (int j = 2; j < i; j++) {
        if (i % j == 0) { continue next; }
      }
      total += i;
    }
    return total;
  } }`
  expect(await cognitive('java', java)).toEqual([['Primes.sum', 7]])
})

test('a switch counts once, however many cases it has, and each case is a way through', async () => {
  const code = `function word(n) { switch (n) { case 1: return 'one'
    case 2: return 'two'
    default: return 'many' } }`
  expect(await measure('javascript', code)).toMatchObject([{ cognitive: 1, cyclomatic: 3, nesting: 1 }])
})

test.each([
  ['a && b && c', 1],
  ['a && b || c', 2],
  ['a || b && c || d', 3],
  ['a && !(b && c)', 2],
  ['a && (b && c)', 1],
  ['(a ?? b) || c', 1],
])('the condition %s has %i sequences of like operators', async (condition, sequences) => {
  expect(await cognitive('typescript', `function f(a, b, c, d) { return ${condition} }`)).toEqual([['f', sequences]])
})

test('else and else if count one each, and lie no deeper than their if', async () => {
  const script = 'function f(a) { if (a > 1) { x() } else if (a > 2) { if (a) y() } else { z() } }'
  const golang = 'package p\nfunc f(a int) { if a > 1 { x() } else if a > 2 { if a > 3 { y() } } else { z() } }'
  const java = 'class F { void f(int a) { if (a > 1) { x(); } else if (a > 2) { if (a > 3) y(); } else { z(); } } }'
  const python =
    'def f(a):\n    if a > 1:\n        x()\n    elif a > 2:\n        if a:\n            y()\n    else:\n        z()\n'
  const bash = 'f() { if [ $1 = a ]; then x; elif [ $1 = b ]; then if y; then z; fi; else z; fi; }'
  for (const [language, code] of Object.entries({ typescript: script, go: golang, java, python, bash })) {
    expect(await measure(language as RuleLanguage, code), language).toMatchObject([
      { cognitive: 5, cyclomatic: 4, nesting: 2 },
    ])
  }
})

test('functions inside count in the outer one, one level deeper, unless that only declares them', async () => {
  const inside = 'function f(list) { if (!list) return; list.forEach((each) => { if (each) use(each) }) }'
  expect(await measure('javascript', inside)).toMatchObject([
    { name: 'f', cognitive: 3, isInside: false },
    { name: 'callback of list.forEach', isInside: true },
  ])
  const declared = "describe('a', () => { it('b', () => { if (c) d() }) })"
  expect(await cognitive('javascript', declared)).toEqual([
    ['callback of describe', 0],
    ['callback of it', 1],
  ])
})

test('a function that calls itself counts one more', async () => {
  expect(await cognitive('python', 'def walk(node):\n    for child in node:\n        walk(child)\n')).toEqual([
    ['walk', 2],
  ])
  expect(await cognitive('javascript', 'class A { get(k) { return this.inner.get(k) } }')).toEqual([['A.get', 0]])
})

test('handlers, comprehensions, ternaries and loops of every language are counted', async () => {
  const python = `def f(rows):
    while rows:
        try:
            yield [r for r in rows if r]
        except (KeyError, ValueError):
            return 1 if rows else 2
`
  expect(await measure('python', python)).toMatchObject([{ cognitive: 6, cyclomatic: 6, nesting: 2 }])
  const golang = `package p
func (s *Server) Run(ch chan int) {
	for {
		select {
		case <-ch:
			goto done
		default:
		}
	}
done:
}`
  expect(await measure('go', golang)).toMatchObject([{ name: 'Server.Run', cognitive: 4, cyclomatic: 3 }])
  const bash = 'f() { for x in a b; do case $x in a) y;; *) z;; esac; done; a && b || c; }'
  expect(await measure('bash', bash)).toMatchObject([{ cognitive: 5, cyclomatic: 5 }])
})

test.each([
  ['javascript', 'const f = ({ a, b }, c = 1, ...rest) => 1', 3],
  ['typescript', 'class A { constructor(private readonly a: string, b?: number) {} }', 2],
  ['python', 'class A:\n    def f(self, a, b=1, *args, c, d=2, **kw):\n        pass\n', 3],
  ['python', 'def f(a, /, b, *, c):\n    pass\n', 2],
  ['go', 'package p\nfunc f(a, b int, c ...string) {}', 3],
  ['java', 'class A { void f(final int a, String... b) {} }', 2],
] as const)('parameters of %s that are told apart by place: %s', async (language, code, expected) => {
  expect((await measure(language, code)).map((fn) => fn.parameters)).toEqual([expected])
})

test('lines of code are those without blank lines, comments, docstrings and functions inside', async () => {
  const python = 'def f():\n    """Says\n    much."""\n\n    # why\n    a = 1\n    return a\n'
  expect(await measure('python', python)).toMatchObject([{ line: 1, endLine: 7, codeLines: 3 }])
  const script = 'function f() {\n  // one\n  const g = () => {\n    return 1\n  }\n  return g\n}'
  expect((await measure('javascript', script)).map((fn) => fn.codeLines)).toEqual([4, 2])
})
