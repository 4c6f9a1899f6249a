import { expect, test } from 'vitest'
import type { ExecEvent } from '../../plugin-api/index.ts'
import { redactStream } from './redact-stream.ts'

const redact = (text: string) => text.replaceAll('hunter22', '[redacted]')

async function outputsOf(pieces: readonly string[]): Promise<readonly string[]> {
  async function* events(): AsyncGenerator<ExecEvent> {
    for (const text of pieces) yield { type: 'output', text }
    yield { type: 'exit', exitCode: 0, timedOut: false, durationMs: 1, output: pieces.join('') }
  }
  const outputs: string[] = []
  for await (const event of redactStream(events(), redact)) {
    if (event.type === 'output') outputs.push(event.text)
    if (event.type === 'exit') outputs.push(`exit: ${event.output}`)
  }
  return outputs
}

test('a secret that comes in two pieces of a line is taken out', async () => {
  expect(await outputsOf(['a hunt', 'er22 b\nrest'])).toEqual([
    'a [redacted] b\n',
    'rest',
    'exit: a [redacted] b\nrest',
  ])
})

test('whole lines do not wait', async () => {
  expect(await outputsOf(['one\ntw', 'o\n'])).toEqual(['one\n', 'two\n', 'exit: one\ntwo\n'])
})

test('a line without end is shown before it fills the memory', async () => {
  const [first] = await outputsOf(['x'.repeat(9000), 'y'])
  expect(first).toBe('x'.repeat(9000))
})
