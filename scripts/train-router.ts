/**
 * `node scripts/train-router.ts`: learns the weights of `plugins/router-intent/src/request-weights.ts` from the
 * labelled prompts in `test/fixtures/routing/` that are not set aside, and says how well they do on prompts that each
 * fifth of the training did not see. The same prompts always give the same file.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readRequests } from '../plugins/router-intent/src/read-requests.ts'
import { featuresOf } from '../plugins/router-intent/src/request-features.ts'
import {
  biasFeature,
  type RequestClass,
  requestClasses,
  scaleOf,
  softmax,
  weightScale,
} from '../plugins/router-intent/src/request-model.ts'
import { tokenise } from '../plugins/router-intent/src/tokenise.ts'
import { type LabelledPrompt, labelledPrompts, trainingPrompts } from '../test/support/labelled-prompts.ts'

const classOfAgent: Readonly<Record<string, RequestClass>> = {
  'code-reviewer': 'review',
  'security-analyst': 'security',
  'refactoring-expert': 'refactoring',
  'test-engineer': 'tests',
  'performance-optimizer': 'performance',
}
/** Passes over the prompts: more changed nothing. */
const passes = 25
/** How strongly weights are drawn to 0 (L2), tried from 0.03 to 3. */
const decay = 0.2
const rate = 0.5
/** Pairs and parts of one prompt alone are left out: they doubled the table and changed little. A word teaches by itself. */
const leastCount = 2
/** Weights that round to less than this in every class are left out: they change no decision and fill the file. */
const leastWeight = 6
const folds = 5

interface Example {
  readonly features: readonly string[]
  readonly label: number
}

type Weights = ReadonlyMap<string, Float64Array>

/** Multinomial logistic regression by AdaGrad, one prompt at a time in an order that is always the same. */
function train(examples: readonly Example[]): Weights {
  const counts = new Map<string, number>()
  for (const { features } of examples) for (const each of features) counts.set(each, (counts.get(each) ?? 0) + 1)
  const kept = [...counts].flatMap(([feature, count]) => (count >= leastCount || isWord(feature) ? [feature] : []))
  const row = () => new Float64Array(requestClasses.length)
  const weights = new Map([...kept, biasFeature].map((feature) => [feature, row()] as const))
  const squares = new Map([...weights.keys()].map((feature) => [feature, row().fill(1e-8)] as const))
  const random = randomFrom(1)
  const order = [...examples]
  for (let pass = 0; pass < passes; pass += 1) {
    shuffle(order, random)
    for (const { features, label } of order) {
      const known = [...features, biasFeature].filter((feature) => weights.has(feature))
      const scale = scaleOf(features.length)
      const chances = chancesOf(weights, features)
      for (const feature of known) {
        const own = weights.get(feature) ?? row()
        const square = squares.get(feature) ?? row()
        for (let index = 0; index < own.length; index += 1) {
          const error = ((chances[index] ?? 0) - (index === label ? 1 : 0)) * scale
          const step = error + (decay / examples.length) * (own[index] ?? 0)
          square[index] = (square[index] ?? 0) + step * step
          own[index] = (own[index] ?? 0) - (rate * step) / Math.sqrt(square[index] ?? 1)
        }
      }
    }
  }
  return weights
}

function isWord(feature: string): boolean {
  return !/[ §"*]|^~/.test(feature)
}

function chancesOf(weights: Weights, features: readonly string[]): readonly number[] {
  const scale = scaleOf(features.length)
  const sums = requestClasses.map(() => 0)
  for (const feature of [...features, biasFeature]) {
    weights.get(feature)?.forEach((weight, index) => {
      sums[index] = (sums[index] ?? 0) + weight * scale
    })
  }
  return softmax(sums)
}

function exampleOf({ prompt, agent }: LabelledPrompt): Example {
  const tokens = tokenise(prompt)
  const label = requestClasses.indexOf(classOfAgent[agent ?? ''] ?? 'none')
  return { features: featuresOf({ prompt, tokens, reading: readRequests(tokens) }), label }
}

function tableOf(weights: Weights): string {
  const lines = [...weights].flatMap(([feature, own]) => {
    const rounded = [...own].map((weight) => Math.round(weight * weightScale) + 0)
    const isKept = feature === biasFeature || rounded.some((weight) => Math.abs(weight) >= leastWeight)
    return isKept ? [`${feature}\t${rounded.join('\t')}`] : []
  })
  // By code unit, as the search in the file compares.
  return `${lines.toSorted((a, b) => (a.slice(0, a.indexOf('\t')) < b.slice(0, b.indexOf('\t')) ? -1 : 1)).join('\n')}\n`
}

/** How many are right and how many activate a wrong class, where the best of the chances has to reach a threshold. */
function report(judged: readonly { readonly chances: readonly number[]; readonly label: number }[]): string {
  return [0.4, 0.5, 0.6]
    .map((threshold) => {
      const got = judged.map(({ chances, label }) => {
        const best = chances.indexOf(Math.max(...chances))
        return { label, activated: (chances[best] ?? 0) >= threshold ? best : 0 }
      })
      const right = got.filter(({ label, activated }) => label === activated).length
      const wrong = got.filter(({ label, activated }) => activated !== 0 && label !== activated).length
      const percent = (count: number) => `${((100 * count) / judged.length).toFixed(1)} %`
      return `from ${threshold}: ${percent(right)} right, ${percent(wrong)} wrong`
    })
    .join('; ')
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1))
    const [a, b] = [list[index], list[other]]
    if (a !== undefined && b !== undefined) [list[index], list[other]] = [b, a]
  }
}

/** Numbers from 0 to 1 that are the same each time (a linear congruential generator, as in Numerical Recipes). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const examples = labelledPrompts(...trainingPrompts).map(exampleOf)
shuffle(examples, randomFrom(7))
if (process.argv.includes('--judge')) {
  const judged = Array.from({ length: folds }).flatMap((_, fold) => {
    const weights = train(examples.filter((_each, index) => index % folds !== fold))
    return examples
      .filter((_each, index) => index % folds === fold)
      .map(({ features, label }) => ({ chances: chancesOf(weights, features), label }))
  })
  process.stdout.write(`${judged.length} prompts, each judged by what it was not trained on: ${report(judged)}\n`)
}
const file = fileURLToPath(new URL('../plugins/router-intent/src/request-weights.ts', import.meta.url))
writeFileSync(
  file,
  `/** What each feature adds for each class, in hundredths, by \`requestClasses\`: learned by \`scripts/train-router.ts\`, past 400 lines since each feature has one. */
export const requestWeights = \`${tableOf(train(examples)).replace(/[\\`]|\$(?=\{)/g, '\\$&')}\`
`,
)
