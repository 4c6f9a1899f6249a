import fc from 'fast-check'
import { expect, test } from 'vitest'
import { terminalControls } from '../../../test/support/terminal-controls.ts'
import { colours } from '../colours.ts'
import { loadMarkdown } from './lex-markdown.ts'
import { openMarkdownStream } from './markdown-stream.ts'

const lex = await loadMarkdown()

/** What is shown of a text that comes in these pieces. */
function shown(pieces: readonly string[], { cells = 60, colour = false } = {}): string {
  const stream = openMarkdownStream(lex, colours(colour))
  const lines: string[] = []
  for (const piece of pieces) {
    stream.push(piece)
    lines.push(...stream.settle(cells))
  }
  return [...lines, ...stream.end(cells)].join('\n')
}

const everything = `# One *title*

A paragraph with **bold**, _slanted_, ~~gone~~, \`code\`, a [link](https://example.com/x) and https://example.org
that goes on.

- one
- two with a long text that has to be broken since the line is only sixty cells wide
  - below it
- [x] done
- [ ] to do

9. nine
10. ten

| name | amount | note |
|:-----|-------:|:----:|
| a    |      1 | 你好 |
| b    |  1,234 | **x** |

> a quotation
> of two lines

---

\`\`\`ts
const long = 'a line of code is not broken, however long it may be, since a copy of it has to be right'

  indented
\`\`\`

    code by indentation

The end &lt;b&gt; <i>html</i> 2 \\* 3.
`

test('every kind of block has its form', () => {
  expect(shown([everything])).toMatchInlineSnapshot(`
    "# One title

    A paragraph with bold, slanted, gone, code, a link
    (https://example.com/x) and https://example.org
    that goes on.

    • one
    • two with a long text that has to be broken since the line
      is only sixty cells wide
      • below it
    • [x] done
    • [ ] to do

     9. nine
    10. ten

    name │ amount │ note
    ─────┼────────┼─────
    a    │      1 │ 你好
    b    │  1,234 │  x

    │ a quotation
    │ of two lines

    ────────────────────────────────────────

    \`\`\`ts
    const long = 'a line of code is not broken, however long it may be, since a copy of it has to be right'

      indented
    \`\`\`

        code by indentation

    The end <b> <i>html</i> 2 * 3."
  `)
})

test('on a narrow terminal tables give way, and at last become lists of fields', () => {
  const table = '| name | description |\n|---|---|\n| alpha | some words that take room |\n| beta | more of them |\n'
  expect(shown([table], { cells: 24 })).toMatchInlineSnapshot(`
    "name  │ description
    ──────┼─────────────────
    alpha │ some words that
          │ take room
    beta  │ more of them"
  `)
  expect(shown([table], { cells: 12 })).toMatchInlineSnapshot(`
    "name: alpha
    description:
    some words
    that take
    room

    name: beta
    description:
    more of them"
  `)
})

test('in whatever pieces a text comes, the same is shown', () => {
  const whole = shown([everything], { colour: true })
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: everything.length }), { maxLength: 40 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), everything.length]
      const pieces = places.slice(1).map((end, index) => everything.slice(places[index], end))
      expect(shown(pieces, { colour: true })).toBe(whole)
    }),
    { numRuns: 60 },
  )
})

test('a block is shown when it is complete, lines of a fenced one when they are', () => {
  const stream = openMarkdownStream(lex, colours(false))
  const after = (piece: string) => {
    stream.push(piece)
    return stream.settle(60)
  }
  expect(after('Some wo')).toEqual([])
  expect(stream.rest).toBe('Some wo')
  expect(after('rds.\n\nMore')).toEqual(['Some words.'])
  expect(stream.rest).toBe('More')
  expect(after('\n```js\nlet a')).toEqual(['', 'More', '', '```js'])
  expect(after(' = 1\nlet b')).toEqual(['let a = 1'])
  expect(after(' = 2\n```\n- a\n')).toEqual(['let b = 2', '```'])
  expect(after('- b\n')).toEqual([])
  expect(stream.end(60)).toEqual(['', '• a', '• b'])
})

test('a fence that is not closed is closed at the end', () => {
  expect(shown(['```\na\n'])).toBe('```\na\n```')
  expect(shown(['~~~~md\n```\n~~~\n~~~~\n\nb'])).toBe('```md\n```\n~~~\n```\n\nb')
})

test('a block without an end is shown in parts', () => {
  const stream = openMarkdownStream(lex, colours(false))
  let kept = 0
  let text = ''
  for (let index = 0; index < 200; index += 1) {
    stream.push('x'.repeat(1000))
    text += stream.settle(60).join('')
    kept = Math.max(kept, stream.rest.length)
  }
  text += stream.end(60).join('')
  expect(text.replaceAll(/\s/g, '')).toHaveLength(200_000)
  expect(kept).toBeLessThan(20_000)
})

const nasty = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      ...[
        '\u001b]52;c;aGk=\u0007',
        '\u001b]8;;https://x\u001b\\',
        '\u009b2J',
        '\r',
        '\b',
        '&#27;',
        '&#x1b;[2J',
        '&#155;',
      ],
      ...[
        '[a](\u001b[31m)',
        '[x](<javascript:\u0007>)',
        '![\u009d](y)',
        '```\u001b\n',
        '`\u001b`',
        '| \u0085 |\n|---|\n',
        '\u202e',
        '- ',
      ],
      ...['\n', '\n\n', '**', '\u{e0041}', '\ud83d', '\ude00'],
    ),
  ),
)

test('whatever a model writes, and however it is cut, nothing of it drives the terminal', () => {
  fc.assert(
    fc.property(nasty, (pieces) => {
      expect(terminalControls(shown(pieces, { colour: true }), 'looks')).toEqual([])
    }),
    { numRuns: 500 },
  )
})
