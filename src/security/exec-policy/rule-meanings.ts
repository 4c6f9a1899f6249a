import { alternativesOf, type CommandPattern } from './covers-command.ts'
import type { ProgramSpec } from './programs/program-spec.ts'

/** Stands for any one word. Only in what a rule means besides, never in a rule. */
export const anyWord = '*'

type Words = readonly string[]

interface Synonyms {
  readonly groups: readonly (readonly Words[])[]
  readonly leading: readonly Words[]
}

const synonymsOfSpecs = new WeakMap<ProgramSpec, Synonyms>()
const meanings = new WeakMap<CommandPattern, Map<ProgramSpec, readonly CommandPattern[]>>()

/**
 * What a rule says behind the program, and all that means the same of this program: `docker push` is `docker image push`, and `yarn publish` is
 * `yarn workspace NAME npm publish`.
 */
export function ruleMeanings(pattern: CommandPattern, spec: ProgramSpec | undefined): readonly CommandPattern[] {
  if (spec === undefined || (spec.synonyms ?? spec.implied ?? spec.leading) === undefined) return [pattern.slice(1)]
  const bySpec = meanings.get(pattern) ?? new Map<ProgramSpec, readonly CommandPattern[]>()
  const known = bySpec.get(spec)
  if (known !== undefined) return known
  const found = withSynonyms(withImplied(pattern.slice(1), spec), synonymsOf(spec))
  meanings.set(pattern, bySpec.set(spec, found))
  return found
}

/** With the subcommand that may be left out, and without it. */
function withImplied(rest: CommandPattern, spec: ProgramSpec): readonly CommandPattern[] {
  const { implied } = spec
  const [first, second] = rest
  if (implied === undefined || first === undefined) return [rest]
  const isNamed = (element: CommandPattern[number]) =>
    alternativesOf(element).some((word) => word.startsWith('-') || isSubcommandName(spec, word))
  if (!alternativesOf(first).includes(implied)) return isNamed(first) ? [rest] : [rest, [implied, ...rest]]
  return second === undefined || isNamed(second) ? [rest] : [rest, rest.slice(1)]
}

function withSynonyms(rests: readonly CommandPattern[], { groups, leading }: Synonyms): readonly CommandPattern[] {
  const same = rests.flatMap((rest) =>
    groups.flatMap((group) =>
      group
        .filter((name) => beginsWith(rest, name))
        .flatMap((name) =>
          othersOf(group, name).map((other): CommandPattern => [...other, ...rest.slice(name.length)]),
        ),
    ),
  )
  const all = [...rests, ...same]
  return [...all, ...leading.flatMap((before) => all.map((each): CommandPattern => [...before, ...each]))]
}

/** Those of one word stand together, so that they are looked for at once. */
function othersOf(group: readonly Words[], name: Words): readonly CommandPattern[] {
  const others = group.filter((other) => other !== name)
  const single = others.flatMap((other) => (other.length === 1 ? other : []))
  const longer = others.filter((other) => other.length > 1)
  return single.length === 0 ? longer : [[single], ...longer]
}

function beginsWith(rest: CommandPattern, name: Words): boolean {
  return name.every((word, index) => {
    const element = rest[index]
    return element !== undefined && alternativesOf(element).includes(word)
  })
}

function synonymsOf(spec: ProgramSpec): Synonyms {
  const known = synonymsOfSpecs.get(spec)
  if (known !== undefined) return known
  const groups = (spec.synonyms ?? '').split(' | ').map(namesIn)
  const parsed = { groups, leading: namesIn(spec.leading ?? '') }
  synonymsOfSpecs.set(spec, parsed)
  return parsed
}

function namesIn(text: string): readonly Words[] {
  return text === '' ? [] : text.split(', ').map((name) => name.split(' '))
}

const namesOfSpecs = new WeakMap<ProgramSpec, ReadonlySet<string>>()

/** Whether a word is the name of a subcommand, and so none that was shortened. */
export function isSubcommandName(spec: ProgramSpec, word: string): boolean {
  const known = namesOfSpecs.get(spec)
  if (known !== undefined) return known.has(word)
  const groups = synonymsOf(spec).groups.flat()
  const names = new Set([...groups.flatMap(([name = '']) => name), ...(spec.names ?? '').split(' ')])
  namesOfSpecs.set(spec, names)
  return names.has(word)
}
