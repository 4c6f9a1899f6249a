import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ShownTerminal } from '../../../test/support/shown-terminal.ts'
import { openLiveScreen } from './live-screen.ts'

const paint = (text: string): string => text

function open(columns = 20) {
  const shown = new ShownTerminal(columns)
  const screen = openLiveScreen({
    write: (text) => shown.write(text),
    size: () => ({ columns: shown.columns, rows: 24 }),
    reflows: true,
  })
  const rows = (...texts: readonly string[]) => screen.show(texts.map((text) => ({ text, paint })))
  return { shown, screen, rows }
}

test('what is printed stands above the live rows, and stays when they go', () => {
  const { shown, screen, rows } = open()
  rows('one', 'two')
  screen.print('done: a line that is longer than the terminal is wide')
  expect(shown.lines).toEqual(['done: a line that is longer than the terminal is wide', 'one', 'two'])
  rows('three')
  screen.print('more')
  screen.close()
  screen.close()
  expect(shown.lines.filter(Boolean)).toEqual(['done: a line that is longer than the terminal is wide', 'more'])
})

test('while a person is asked nothing is drawn, and what was printed meanwhile follows', () => {
  const { shown, screen, rows } = open()
  rows('working')
  screen.suspend()
  shown.write('Allow? y\n')
  rows('still working')
  screen.print('allowed')
  expect(shown.lines).toEqual(['Allow? y', ''])
  screen.resume()
  expect(shown.lines).toEqual(['Allow? y', 'allowed', 'still working'])
})

type Step =
  | { readonly print: string }
  | { readonly rows: readonly string[] }
  | { readonly columns: number }
  | { readonly ask: string }

const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '你', '🙂', 'é', 'x'), maxLength: 70 })
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ print: words.map((text) => `>${text}<`) }),
    fc.record({ rows: fc.array(words, { maxLength: 5 }) }),
    fc.record({ columns: fc.integer({ min: 12, max: 90 }) }),
    fc.record({ ask: fc.constantFrom('?', '? y') }),
  ),
)

test('whatever is drawn, and however the terminal is resized, all that was printed stands there once and in order', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { shown, screen } = open(40)
      const expected: string[] = []
      for (const step of all) {
        if ('print' in step) {
          screen.print(step.print)
          expected.push(step.print)
        } else if ('rows' in step) {
          screen.show(step.rows.map((text) => ({ text, paint })))
        } else if ('columns' in step) {
          shown.resize(step.columns)
          screen.refresh()
        } else {
          screen.suspend()
          shown.write(`${step.ask}\n`)
          screen.resume()
          expected.push(step.ask)
        }
      }
      screen.close()
      expect(shown.lines.join('').replaceAll(' ', '')).toBe(expected.join('').replaceAll(' ', ''))
    }),
    { numRuns: 300 },
  )
})
