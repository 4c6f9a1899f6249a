import { expect, test } from 'vitest'
import type { ThreadSummary, TracedPiece } from '../../plugin-api/index.ts'
import { cellWidth } from '../cell-width.ts'
import { compactionText } from './compaction-text.ts'
import { threadListText } from './thread-list.ts'
import { traceText } from './trace-text.ts'
import { sumUsage, usageText } from './usage-text.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
const usage = { input_tokens: 41_000, cached_input_tokens: 4000, output_tokens: 900, reasoning_output_tokens: 0 }
const wholeUsage = { ...usage, cache_write_input_tokens: 0 }

function thread(title: string): ThreadSummary {
  const created = '2026-03-01T09:00:00.000Z'
  const ids = { id: '01a00000-0000-7000-8000-000000000000', cwd: '/w', file: '/h/r.jsonl', source: 'cli' }
  return { ...ids, title, created, updated: created, turns: 12, tokens: 41_900, archived: false, sizeBytes: 1 }
}

function piece(kind: TracedPiece['kind'], name: string, pieces: readonly TracedPiece[] = []): TracedPiece {
  const started = '2026-03-01T09:00:01.000Z'
  const request = kind === 'request' ? { usage: wholeUsage, firstOutputMs: 812, retries: 2 } : {}
  return { kind, name, started, durationMs: 4000, isMeasured: false, pieces, threads: [], ...request }
}

const trace = {
  thread: thread('why does the parser fail where a line is torn in the middle of a word'),
  turns: [
    {
      started: '2026-03-01T09:00:00.000Z',
      durationMs: 9000,
      status: 'failed' as const,
      error: 'the provider could not be reached, or its stream broke off',
      prompt: 'why does the parser fail where a line is torn in the middle of a word',
      model: 'a-model-of-some-length',
      usage: wholeUsage,
      pieces: [
        piece('request', 'a-model-of-some-length'),
        piece('tool_call', 'delegate', [piece('approval', 'may the command run that looks at the parser')]),
        piece('note', 'the model was changed since the first was not to be had'),
      ],
    },
  ],
  threads: [],
  problems: ['one line of the record could not be read and is left out'],
}

/** Words of a text; bars are none. */
const wordsOf = (text: string) => text.split(/[\s█·]+/).filter(Boolean)

test.each([40, 80, 120])('a trace on %i columns has all its words, whole, and no line that is wider', (width) => {
  const wide = traceText(trace, { colour: false, bars: true })
  const shown = traceText(trace, { colour: false, bars: true, width })
  for (const line of shown.split('\n')) expect(cellWidth(line), line).toBeLessThanOrEqual(width)
  expect(wordsOf(shown).toSorted()).toEqual(wordsOf(wide).toSorted())
})

test('what was done inside a call stands in from it, also on a narrow terminal', () => {
  const lines = traceText(trace, { colour: false, bars: false, width: 60 }).split('\n')
  const column = (word: string) => lines.find((line) => line.includes(word))?.indexOf(word) ?? -1
  expect(column('asked may')).toBe(column('tool delegate') + 2)
})

test('names of wide characters are measured as a terminal shows them', () => {
  const shown = threadListText([thread('構文解析器の修正'.repeat(9)), thread('plain')], {
    now,
    showsDirectories: false,
    width: 80,
  }).split('\n')
  for (const line of shown) expect(cellWidth(line)).toBeLessThanOrEqual(80)
  expect(shown[0]).toMatch(/構文.*…$/)
})

test('on a narrow terminal the subject of a thread keeps its room, and turns and ages go', () => {
  const title = 'why does the parser fail here'
  const list = (width: number) => threadListText([thread(title)], { now, showsDirectories: false, width })
  expect(list(80)).toBe(`01a00000-0000  3 h ago  12 turns  ${title}`)
  expect(list(50)).toBe(`01a00000-0000  3 h ago  ${title.slice(0, 25)}…`)
  expect(list(40)).toBe('01a00000-0000  why does the parser fail…')
})

test.each([40, 80, 100])('sums on %i columns are never wider', (width) => {
  const day = { day: '2026-03-01', provider: 'openai', model: 'a-model-of-some-length', agent: '' }
  const report = {
    days: [{ ...day, requests: 12, usage: wholeUsage }],
    tools: [{ tool: 'exec_command', calls: 31 }],
    calls: [{ ...day, tool: 'exec_command', calls: 31 }],
    threads: 3,
    replayedThreads: 0,
  }
  const sums = sumUsage(report, 'model', () => 0.25)
  const form = { bars: true, colour: false }
  const shown = usageText(report, sums, { ...form, width })
  for (const line of shown.split('\n')) expect(cellWidth(line), line).toBeLessThanOrEqual(width)
  expect(wordsOf(shown)).toEqual(wordsOf(usageText(report, sums, form)))
})

test.each([40, 80])('what a compaction would do is broken between words on %i columns', (width) => {
  const preview = {
    focus: 'what was found out about the parser and the torn lines that it fails on',
    items: [{ fate: 'summarise' as const, kind: 'answer', excerpt: 'the parser fails '.repeat(6), tokens: 40 }],
    tokensBefore: 4000,
    tokensKept: 1000,
    tokensOfSummary: 500,
    plan: ['[x] find the place where the parser fails', '[ ] mend it and run all of its tests again'],
    files: ['src/parser.ts: read, changed'],
  }
  const shown = compactionText(preview, width)
  for (const line of shown.split('\n')) expect(cellWidth(line), line).toBeLessThanOrEqual(width)
  const parts = (text: string) => wordsOf(text.split('\n\n').slice(1).join(' '))
  expect(parts(shown)).toEqual(parts(compactionText(preview)))
})
