import { Script } from 'node:vm'
import { parseAst } from 'rolldown/parseAst'
import { expect, test } from 'vitest'
import { withEagerFunctions } from '../scripts/eager-functions.ts'

/** All functions of a text, as V8 would report them if all had run. */
function allFunctions(code: string): { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(each)
    else if (typeof value === 'object' && value !== null) {
      if ('type' in value && /^(?:Function|Arrow)/.test(String(value.type)) && 'start' in value && 'end' in value) {
        found.push({ start: Number(value.start), end: Number(value.end) })
      }
      visit(Object.values(value))
    }
  }
  visit(parseAst(code))
  return found
}

/** What a module gives as `result`. */
async function resultOf(code: string): Promise<unknown> {
  const { result }: { result: unknown } = await import(
    `data:text/javascript,${encodeURIComponent(code)}#${Math.random()}`
  )
  return await result
}

test.for<[what: string, code: string]>([
  [
    'a declaration that is called before it stands there',
    'export const result = twice(4); function twice(a) { return a * 2 }',
  ],
  [
    'declarations that call each other',
    'export const result = even(7); function even(n) { return n === 0 || odd(n - 1) } function odd(n) { return n !== 0 && even(n - 1) }',
  ],
  ['its name', 'export const result = [named.name, named.length]; function named(a, b = 1, ...c) {}'],
  [
    'one inside another, below the return',
    'export const result = outer(3); function outer(a) { return inner() + 1; function inner() { return a * 2 } }',
  ],
  ['one that is assigned', 'function a() { return 1 } const b = a; a = () => 2; export const result = [a(), b()]'],
  ['a generator', 'function* count(n) { for (let i = 0; i < n; i++) yield i } export const result = [...count(3)]'],
  [
    'an async generator',
    'async function* count(n) { for (let i = 0; i < n; i++) yield i } export const result = Array.fromAsync(count(3))',
  ],
  ['an async declaration', 'async function later(a) { return a } export const result = later(5)'],
  ['arrow functions that end together', 'const add = (a) => (b) => a + b; export const result = add(1)(2)'],
  [
    'arrow functions without parentheses around what they take',
    'const f = a => b => ({ a, b }); export const result = f(1)(2)',
  ],
  ['an async arrow function', 'const later = async a => a + 1; export const result = later(1)'],
  ['one that gives an object', 'const later = async () => ({ a: 1 }); export const result = later()'],
  [
    'one that takes all kinds of things',
    'const f = async ({ a = 1, ...rest }, [b], ...more) => [a, rest, b, more]; export const result = f({ c: 3 }, [4], 5, 6)',
  ],
  [
    'one that uses the arguments around it',
    'function f() { return (async () => arguments.length)() } export const result = f(1, 2)',
  ],
  [
    'methods of an object',
    'const o = { a(x) { return x + this.b() }, b() { return 2 }, async c() { return this.a(1) }, *d() { yield 3 } }; export const result = o.c().then((c) => [c, ...o.d(), o.a.name])',
  ],
  [
    'methods with names that are worked out',
    "const k = 'x'; const s = Symbol('y'); const o = { [k + 1](a) { return a }, [s]() { return 2 }, 'a-b'() { return 3 }, 4() { return 5 } }; export const result = [o.x1(1), o[s](), o['a-b'](), o[4](), o[s].name]",
  ],
  [
    'a method that uses super',
    'const o = { __proto__: { a() { return 1 } }, a() { return super.a() + 1 } }; export const result = o.a()',
  ],
  [
    'shorthands',
    'const a = () => 1; function b() { return 2 } const o = { a, b, c: { a } }; export const result = [o.a(), o.b(), o.c.a()]',
  ],
  [
    'what is called at once',
    '(function () { globalThis.x1 = 1 })(); (() => { globalThis.x2 = 2 })(); export const result = [x1, x2]',
  ],
  [
    'a default that is a function',
    'function f(a = () => 1, { b = function () { return 2 } } = {}) { return [a(), b()] } export const result = f()',
  ],
  [
    'text in quotes of all kinds',
    `function f() { return \`a\${(() => "}")()}b\${\`\${1}\`}\` } export const result = f() + String.raw\`\\n\``,
  ],
  ['exports of several names', 'function f() { return 1 } export { f, f as g }; export const result = f()'],
  [
    'commas, conditions and the end of a line',
    'const f = async (a) => (a, a ? 1 : 2)\nconst g = f\n;[1].map((x) => x)\nexport const result = g(0)',
  ],
])('%s: does what it did', async ([, code]) => {
  for (const mayMove of [true, false]) {
    const eager = withEagerFunctions(code, allFunctions(code), mayMove)
    if (mayMove) expect(eager).not.toBe(code)
    expect(await resultOf(eager), eager).toEqual(await resultOf(code))
  }
})

test.for<[what: string, code: string]>([
  ['one that uses this', 'class A { x = 1; f() { return (async () => this.x)() } } export const result = new A().f()'],
  [
    'a method of the name __proto__',
    'const o = { __proto__() { return 1 } }; export const result = [Object.hasOwn(o, "__proto__"), Object.getPrototypeOf(o) === Object.prototype]',
  ],
  [
    'accessors',
    'const o = { get a() { return 1 }, set a(x) { this.b = x } }; o.a = 3; export const result = [o.a, o.b]',
  ],
  [
    'classes',
    'class A { #x = () => 1; static s = function () { return 2 }; m() { return this.#x() } get g() { return 3 } constructor() { this.y = 4 } } export const result = [new A().m(), A.s(), new A().g, new A().y]',
  ],
  ['a function in a block', 'let x; { function g() { return 1 } x = g() } export const result = x'],
])('%s: stays as it was', async ([, code]) => {
  expect(withEagerFunctions(code, allFunctions(code), true)).toBe(code)
  expect(await resultOf(code)).toBeDefined()
})

test('what is compiled with the text is kept with it', () => {
  const functions = Array.from(
    { length: 50 },
    (_, index) => `function f${index}(a) { return a.map((b) => b + ${index}) }`,
  )
  const code = functions.join('\n')
  const keptBytes = (text: string) => new Script(text).createCachedData().length
  const eager = withEagerFunctions(code, allFunctions(code), true)
  const some = withEagerFunctions(code, allFunctions(code).slice(0, 10), true)
  expect(keptBytes(eager)).toBeGreaterThan(2 * keptBytes(code))
  expect(keptBytes(some)).toBeGreaterThan(keptBytes(code))
  expect(keptBytes(some)).toBeLessThan(keptBytes(eager))
})

test('what did not run stays as it was', () => {
  const code = 'function used() { return 1 } function unused() { return (() => 2)() } const x = { a() {}, b() {} }'
  const [used, , , a] = allFunctions(code)
  const eager = withEagerFunctions(
    code,
    [used, a].flatMap((each) => each ?? []),
    true,
  )
  expect(eager).toBe(
    'var used=(function(){ return 1 }); function unused() { return (() => 2)() } const x = { a:(function(){}), b() {} }',
  )
})

test('where modules import each other, declarations stay: they are there before the module was evaluated', () => {
  const code = 'export function used() { return inner(); function inner() { return 1 } }\nfunction more() {}'
  expect(withEagerFunctions(code, allFunctions(code), false)).toBe(
    'export function used() {var inner=(function(){ return 1 }); return inner();  }\nfunction more() {}',
  )
})
