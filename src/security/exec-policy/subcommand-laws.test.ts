import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'
import { buildTools } from './programs/build-tools.ts'
import { containers } from './programs/containers.ts'
import { findProgram } from './programs/find-program.ts'
import { gitProgram } from './programs/git.ts'
import { nodePrograms } from './programs/node.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { pythonPrograms } from './programs/python.ts'
import { services } from './programs/services.ts'

function policyOf(pattern: PolicyRule['pattern'], decision: PolicyRule['decision'] = 'forbidden') {
  const value = { id: 'p', description: '', rules: [{ pattern, decision, match: [], not_match: [] }], ruleLines: [1] }
  return createExecPolicy([
    { kind: 'policy', id: 'p', value, origin: { layer: 'user', file: '/p.rules', trusted: true }, shadows: [] },
  ])
}

interface Listed {
  readonly name: string
  readonly takes: 'none' | 'value' | 'attached'
}

interface Program {
  readonly name: string
  readonly spec: ProgramSpec
  readonly options: readonly Listed[]
}

const tables = [buildTools, containers, nodePrograms, pythonPrograms, services, { git: gitProgram }]
const programs: readonly Program[] = tables
  .flatMap((table) => Object.keys(table))
  .flatMap((names) => names.split(' '))
  .map((name) => {
    const spec = name === 'git' ? gitProgram : (findProgram(name) ?? {})
    const lists = [spec.options?.plain, spec.options?.moves, spec.options?.effect].flatMap(
      (each) => each?.split(' ') ?? [],
    )
    const options = lists.map((written): Listed => {
      const takes = written.endsWith('=?') ? 'attached' : written.endsWith('=') ? 'value' : 'none'
      return { name: written.replace(/=\??$/, ''), takes }
    })
    return { name, spec, options }
  })

/** Each way to write an option. */
function formsOf({ name, takes }: Listed, { spec }: Program): readonly string[] {
  const isShort = /^-[^-]$/.test(name)
  if (takes === 'none') return [name]
  const joined = isShort && spec.style !== 'whole' ? `${name}5` : `${name}=x`
  return takes === 'value' ? [`${name} x`, joined] : [name, joined]
}

/** Letters that stand alone behind one dash, the last perhaps with a value. */
function clustersOf({ options, spec }: Program): readonly string[] {
  if (spec.style === 'whole') return []
  const letters = (takes: Listed['takes']) =>
    options.filter((each) => each.takes === takes && /^-[a-zA-Z]$/.test(each.name)).map(({ name }) => name.slice(1))
  const flags = letters('none').slice(0, 4).join('')
  return flags === ''
    ? []
    : [`-${flags}`, ...letters('value').flatMap((last) => [`-${flags}${last} x`, `-${flags}${last}5`])]
}

test.each(programs)('a rule about a subcommand of $name holds behind each of its options', async (program) => {
  const { name } = program
  const policy = policyOf([name, 'hit'])
  const forms = [...program.options.flatMap((option) => formsOf(option, program)), ...clustersOf(program)]
  const missed: string[] = []
  for (const form of ['', ...forms, 'A=1', '--', '--never-heard-of', '--never-heard-of x', '-9', '-9 x']) {
    const script = `${name} ${form} hit y`
    if ((await checkScript(script, policy)).answer !== 'forbidden') missed.push(script)
  }
  expect(missed).toEqual([])
})

test.each(programs)('what an option of $name certainly takes is no subcommand', async (program) => {
  const { name, spec } = program
  const policy = policyOf([name, 'hit'])
  const values = program.options.filter(({ takes }) => takes === 'value')
  const held: string[] = []
  for (const option of values) {
    const script = `${name} ${option.name} hit other`
    if ((await checkScript(script, policy)).answer === 'forbidden') held.push(script)
  }
  // What runs whatever it is given may run that too.
  if (!spec.elsewhere && spec.anywhere === undefined) expect(held).toEqual([])
})

const anyOption = fc.oneof(
  fc.constantFrom('A=1', '-q', '-C d', '--x', '--x y', '--x=y', '-xy', '-x y', '--'),
  fc.stringMatching(/^--?[a-z][a-z-]{0,8}$/),
  fc
    .tuple(fc.stringMatching(/^--?[a-z][a-z-]{0,8}$/), fc.stringMatching(/^[a-z0-9./]{1,6}$/))
    .map((words) => words.join(' ')),
)

test('of a program that nobody described, no option hides the words of a rule that asks or forbids', async () => {
  const policy = policyOf(['tool', ['hit', 'hurt'], 'now'])
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyOption, { maxLength: 6 }),
      fc.array(anyOption, { maxLength: 6 }),
      fc.constantFrom('hit', 'hurt'),
      async (before, between, word) => {
        const script = ['tool', ...before, word, ...between, 'now', 'x'].join(' ')
        expect([script, (await checkScript(script, policy)).answer]).toEqual([script, 'forbidden'])
      },
    ),
    { numRuns: 500 },
  )
})

test('an option that nobody described never makes an allow rule hold', async () => {
  const policy = policyOf(['tool', 'hit'], 'allow')
  await fc.assert(
    fc.asyncProperty(fc.array(anyOption, { minLength: 1, maxLength: 4 }), async (before) => {
      const script = ['tool', ...before, 'hit'].join(' ')
      expect([script, (await checkScript(script, policy)).answer]).toEqual([script, 'unverified'])
    }),
  )
})

test('another word before those of the rule is another subcommand', async () => {
  const policy = policyOf(['tool', 'hit'])
  for (const script of [
    'tool other hit',
    'tool --x=y other hit',
    'tool A=1 other hit',
    'tool other --x hit',
    'tool hits',
  ])
    expect([script, (await checkScript(script, policy)).answer]).toEqual([script, 'unverified'])
})

test('a program that is described hides no command that another would be held for', async () => {
  const policy = policyOf(['npm', 'publish'])
  const runsCode = programs.filter(({ spec }) => spec.opaque || spec.elsewhere || spec.given)
  expect(runsCode.length).toBeGreaterThan(50)
  const missed: string[] = []
  for (const name of ['unknown-tool', ...runsCode.map((program) => program.name)])
    for (const script of [`${name} -- npm publish`, `${name} x -- npm publish`, `${name} exec npm -w a publish`])
      if ((await checkScript(script, policy)).answer !== 'forbidden') missed.push(script)
  expect(missed).toEqual([])
})
