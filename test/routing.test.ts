import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { router } from '../plugins/router-intent/src/router.ts'
import { type Route, routeAgent } from '../src/agents/route-agent.ts'
import { loadAgents } from '../src/definitions/builtin-kinds.ts'
import { openDefinitionCache } from '../src/definitions/definition-cache.ts'
import { type AgentDefinition, agentSchema, type Definition } from '../src/plugin-api/index.ts'
import { type LabelledPrompt, labelledPrompts, trainingPrompts } from './support/labelled-prompts.ts'

const nothing = { paths: [], changedFiles: [] }
const settings = { threshold: 0.6, suggestions: 3 }
const builtin: Definition<AgentDefinition>[] = []
const training = labelledPrompts(...trainingPrompts)
const setAside = labelledPrompts('set-aside', 'set-aside-2')

beforeAll(async () => {
  const directory = fileURLToPath(new URL('../builtin-agents', import.meta.url))
  const sources = [{ layer: 'builtin' as const, trusted: true, directory, glob: '*.toml' }]
  builtin.push(...(await loadAgents(sources, openDefinitionCache(undefined))).effective)
})

const route = async (prompt: string, agents = builtin) =>
  await routeAgent(prompt, nothing, settings, { router, agents })
const activated = ({ chosen }: Route) => chosen?.agent ?? null

interface Figures {
  readonly rightShare: number
  readonly wrongShare: number
  /** Due, activated and how often, where they differ, and the calibration. */
  readonly report: string
}

/** A wrong activation: an agent was activated where another or none is due. Suggesting none where one is due is only not right. */
async function measure(prompts: readonly LabelledPrompt[]): Promise<Figures> {
  const confusion = new Map<string, number>()
  const bins = new Map<number, { count: number; right: number }>()
  let right = 0
  let wrong = 0
  for (const { prompt, agent } of prompts) {
    const found = await route(prompt)
    const got = activated(found)
    if (got === agent) right += 1
    else if (got !== null) wrong += 1
    if (got !== agent) confusion.set(`${agent} -> ${got}`, (confusion.get(`${agent} -> ${got}`) ?? 0) + 1)
    const [best] = found.candidates
    if (!best) continue
    const bin = bins.get(Math.floor(best.score * 10)) ?? { count: 0, right: 0 }
    bins.set(Math.floor(best.score * 10), { count: bin.count + 1, right: bin.right + (best.agent === agent ? 1 : 0) })
  }
  const share = (count: number) => count / prompts.length
  const table = [...confusion].map(([pair, count]) => `${pair}: ${count}`)
  const scores = [...bins]
    .toSorted(([a], [b]) => a - b)
    .map(([bin, { count, right: of }]) => `0.${bin}x: ${of}/${count}`)
  const figures = `${right} of ${prompts.length} right, ${wrong} wrong activations`
  return { rightShare: share(right), wrongShare: share(wrong), report: [figures, ...table, ...scores].join('\n') }
}

test('there are 300 labelled prompts and more, each once, and a quarter of each part activates none', () => {
  const all = [...training, ...setAside]
  expect(all.length).toBeGreaterThan(300)
  expect(new Set(all.map(({ prompt }) => prompt)).size).toBe(all.length)
  for (const part of [training, setAside]) {
    expect(part.filter(({ agent }) => agent === null).length / part.length).toBeGreaterThan(0.25)
  }
  expect(new Set(all.map(({ language }) => language)).size).toBeGreaterThan(8)
})

test('of the prompts set aside more than 92 % are right, and fewer than 3 % activate a wrong agent', async () => {
  const { rightShare, wrongShare, report } = await measure(setAside)
  expect(rightShare, report).toBeGreaterThan(0.92)
  expect(wrongShare, report).toBeLessThan(0.03)
})

test('a score says how often it is right', async () => {
  const found: { score: number; isRight: boolean }[] = []
  for (const { prompt, agent } of setAside) {
    const [best] = (await route(prompt)).candidates
    if (best) found.push({ score: best.score, isRight: best.agent === agent })
  }
  const shareRight = (from: number, to: number) => {
    const within = found.filter(({ score }) => score >= from && score < to)
    return within.filter(({ isRight }) => isRight).length / within.length
  }
  expect(shareRight(0.8, 1.01)).toBeGreaterThan(0.9)
  expect(shareRight(0.5, 0.8)).toBeGreaterThan(0.4)
  expect(shareRight(0.5, 0.8)).toBeLessThan(shareRight(0.8, 1.01))
})

const userAgent = (id: string, activation: object): Definition<AgentDefinition> => ({
  kind: 'agent',
  id,
  value: agentSchema.parse({
    agent: { id, name: `${id} agent`, description: 'd' },
    prompt: { system: 's' },
    activation,
  }),
  origin: { layer: 'user', file: `/${id}.toml`, trusted: true },
  shadows: [],
})

test('an agent whose words a prompt does not hold never changes who is activated', async () => {
  const word = fc.stringMatching(/^zq[a-z]{6,10}$/)
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(...training),
      async (keywords, { prompt }) => {
        const more = [...builtin, userAgent('zq-stranger', { keywords, file_patterns: ['**/*.zq'] })]
        expect(activated(await route(prompt, more))).toBe(activated(await route(prompt)))
      },
    ),
  )
})

test('agents for other fields change who is activated in less than one prompt of a hundred', async () => {
  const others = [
    userAgent('kubernetes-expert', { keywords: ['kubernetes', 'helm', 'kubectl', 'pod', 'ingress'] }),
    userAgent('rust-expert', { keywords: ['rust', 'borrow', 'lifetime', 'trait', 'macro'], languages: ['rust'] }),
    userAgent('translator', { keywords: ['translate', 'localisation', 'übersetzen', '翻訳'] }),
    userAgent('dba', { keywords: ['migration', 'deadlock', 'replication', 'vacuum'], file_patterns: ['**/*.sql'] }),
  ]
  let changed = 0
  const sample = training.filter((_, index) => index % 8 === 0)
  for (const { prompt } of sample) {
    if (activated(await route(prompt, [...builtin, ...others])) !== activated(await route(prompt))) changed += 1
  }
  expect(changed / sample.length).toBeLessThan(0.01)
})
