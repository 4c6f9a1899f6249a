import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expandPattern } from './expand-pattern.ts'
import { compilePathPattern, escapePath } from './path-pattern.ts'

/** A glob by its definition, character for character: `*`, `?`, `[…]`, `{…,…}` within a name, and `**` for any number of names. */
function covers(glob: string, path: string): boolean {
  const names = path.split('/').slice(1)
  return alternatives(glob).some((plain) => {
    const parts = plain.split('/').slice(1)
    // What is covered is covered with all below it; `/**` at the end covers the directory itself.
    return names.some((_, count) => coversNames(parts, names.slice(0, names.length - count)))
  })
}

function coversNames([part, ...rest]: readonly string[], names: readonly string[]): boolean {
  if (part === undefined) return names.length === 0
  if (part === '**')
    return names.length === 0
      ? coversNames(rest, names)
      : coversNames(rest, names) || coversNames([part, ...rest], names.slice(1))
  const [name, ...others] = names
  return name !== undefined && coversName([...part], [...name]) && coversNames(rest, others)
}

function coversName([sign, ...rest]: readonly string[], name: readonly string[]): boolean {
  if (sign === undefined) return name.length === 0
  const [first, ...others] = name
  if (sign === '*') return coversName(rest, name) || (first !== undefined && coversName([sign, ...rest], others))
  if (first === undefined) return false
  if (sign === '?') return coversName(rest, others)
  if (sign !== '[') return sign === first && coversName(rest, others)
  const end = rest.indexOf(']')
  const isNot = rest[0] === '!'
  const set = rest.slice(isNot ? 1 : 0, end)
  return set.includes(first) !== isNot && coversName(rest.slice(end + 1), others)
}

function alternatives(glob: string): readonly string[] {
  const found = /\{([^{}]*)\}/.exec(glob)
  if (found === null) return [glob]
  const [whole, inner = ''] = found
  return inner.split(',').flatMap((each) => alternatives(glob.replace(whole, () => each)))
}

const letter = fc.constantFrom('a', 'b', '.', 'é')
const name = fc
  .array(letter, { minLength: 1, maxLength: 3 })
  .map((letters) => letters.join(''))
  .filter((text) => text !== '.' && text !== '..')
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`)
const sign = fc.constantFrom('a', 'b', '.', 'é', '*', '?', '[ab]', '[!a]', '[.b]', '{a,b}', '{.a,b*}', '{a,bb,?}')
const part = fc.oneof(
  { weight: 1, arbitrary: fc.constant('**') },
  {
    weight: 4,
    arbitrary: fc
      .array(sign, { minLength: 1, maxLength: 3 })
      .map((signs) => signs.join(''))
      .filter((text) => !text.includes('**') && !/^\.{1,2}$/.test(text)),
  },
)
const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)

const nowhere = { workspaceRoot: '/nowhere', codexHome: '/nowhere', homeDir: '/nowhere', tempDir: '/nowhere' }

test('a denial covers all that its glob says, with the directory that ends in /**', () => {
  fc.assert(
    fc.property(glob, path, (pattern, subject) => {
      const covered = expandPattern(pattern, 'deny', nowhere).some((each) => compilePathPattern(each)(subject))
      expect([pattern, subject, covered]).toEqual([pattern, subject, covers(pattern, subject)])
    }),
  )
})

test('an allowance covers nothing that its glob does not say', () => {
  fc.assert(
    fc.property(glob, path, (pattern, subject) => {
      const covered = expandPattern(pattern, 'allow', nowhere).some((each) => compilePathPattern(each)(subject))
      if (covered) expect([pattern, subject, covers(pattern, subject)]).toEqual([pattern, subject, true])
    }),
  )
})

test('what a glob covers it covers with all below', () => {
  fc.assert(
    fc.property(glob, path, path, (pattern, subject, below) => {
      const covered = compilePathPattern(pattern)
      expect([pattern, subject, below, covered(subject) && !covered(subject + below)]).toEqual([
        pattern,
        subject,
        below,
        false,
      ])
    }),
  )
})

const anyText = fc
  .array(
    fc.constantFrom(...'ab/.*?[]{}()!+@|\\^$,:-"\n', '**', '[!', '[[:alpha:]]', '+(', '{1..3}', '\u0301', '\ud800'),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''))

test('any text that is no glob is refused, and any other is compared with any path', () => {
  fc.assert(
    fc.property(anyText, anyText, (text, subject) => {
      let covered: boolean
      try {
        covered = compilePathPattern(`/${text}`)(`/${subject}`)
      } catch (error) {
        expect(error).toMatchObject({ code: 'definition.invalid' })
        return
      }
      expect(typeof covered).toBe('boolean')
    }),
  )
})

test('a path of any characters, written as a pattern, covers itself and what is below, and no other path', () => {
  const any = fc
    .string({ minLength: 1, maxLength: 8 })
    .filter((text) => !text.split('/').some((each) => ['', '.', '..'].includes(each)))
  fc.assert(
    fc.property(any, any, (text, other) => {
      const matches = compilePathPattern(escapePath(`/${text}`))
      expect([matches(`/${text}`), matches(`/${text}/${other}`)]).toEqual([true, true])
      const isOther = `/${other}` !== `/${text}` && !`/${other}`.startsWith(`/${text}/`)
      if (isOther) expect([text, other, matches(`/${other}`)]).toEqual([text, other, false])
    }),
  )
})
