import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRequests } from './read-requests.ts'
import { featuresOf } from './request-features.ts'
import { biasFeature, openRequestModel, requestClasses } from './request-model.ts'
import { requestWeights } from './request-weights.ts'
import { tokenise } from './tokenise.ts'

const judge = openRequestModel(requestWeights)
const features = (prompt: string) => {
  const tokens = tokenise(prompt)
  return featuresOf({ prompt, tokens, reading: readRequests(tokens) })
}
const table = (rows: Readonly<Record<string, readonly number[]>>) =>
  `${Object.entries(rows)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([feature, weights]) => [feature, ...weights].join('\t'))
    .join('\n')}\n`

test('the chances of a prompt add up to 1', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (prompt) => {
      const chances = [...judge(features(prompt)).values()].map(({ chance }) => chance)
      expect(chances).toHaveLength(requestClasses.length)
      expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1)
    }),
  )
})

test('each line of the file is found, wherever it stands', () => {
  const lines = requestWeights.trimEnd().split('\n')
  const names = lines.map((line) => line.slice(0, line.indexOf('\t')))
  expect(names.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(names)
  const row = [0, 900, 0, 0, 0, 0]
  for (const at of [0, 1, names.length >> 1, names.length - 2, names.length - 1]) {
    const rows = Object.fromEntries(names.map((name, index) => [name, index === at ? row : [0, 0, 0, 0, 0, 0]]))
    const found = openRequestModel(table(rows))([names[at] ?? ''])
    expect(found.get('review')?.chance, names[at]).toBeGreaterThan(0.9)
  }
})

test('what speaks for a class raises it, is named as its reason, and says nothing where it is unknown', () => {
  const model = openRequestModel(table({ [biasFeature]: [100, 0, 0, 0, 0, 0], slow: [-200, 0, 0, 0, 0, 800] }))
  const slow = model(['slow', 'strange'])
  expect(slow.get('performance')).toMatchObject({ because: ['slow'] })
  expect(slow.get('performance')?.chance).toBeGreaterThan(0.9)
  expect(model(['strange']).get('none')?.because).toEqual([])
  expect(model(['strange']).get('none')?.chance).toBeGreaterThan(0.2)
})

test('a question, a name of code, a quoted word, a number with its unit and a part of Japanese are features', () => {
  expect(features('why does `run()` take 40s?')).toEqual(expect.arrayContaining(['?', '§', '#s', 'take #s', '<why>']))
  expect(features('add a "fast mode" switch')).toContain('"fast')
  expect(features('テストを書いて')).toEqual(expect.arrayContaining(['~書いて', '~テスト', '^ ~テス']))
  expect(features('fix it in cart.spec.ts')).toContain('§test')
})
