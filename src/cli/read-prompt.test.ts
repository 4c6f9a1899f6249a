import { expect, test } from 'vitest'
import { type PromptSources, readPrompt } from './read-prompt.ts'

function sources(argument: string | undefined, stdin: string | Uint8Array, more: Partial<PromptSources> = {}) {
  const notices: string[] = []
  const reads: number[] = []
  const given: PromptSources = {
    argument,
    isTerminal: false,
    ignoreStdin: false,
    hasImages: false,
    called: 'codex exec',
    readStdin: async () => {
      reads.push(1)
      return typeof stdin === 'string' ? Buffer.from(stdin) : stdin
    },
    notice: (text) => notices.push(text),
    ...more,
  }
  return { given, notices, reads }
}

test('on a terminal the argument is the prompt, and nothing is read', async () => {
  const { given, notices, reads } = sources('p', 'typed', { isTerminal: true })
  expect([await readPrompt(given), notices, reads]).toEqual(['p', [], []])
})

test('on a terminal without an argument there is no prompt', async () => {
  const { given, reads } = sources(undefined, 'typed', { isTerminal: true })
  await expect(readPrompt(given)).rejects.toMatchObject({ code: 'usage.no_prompt', exitCode: 1 })
  expect(reads).toEqual([])
})

test('where images were named, a prompt that is missing may be one of them: the hint says how to end their list', async () => {
  const { given } = sources(undefined, '', { hasImages: true })
  await expect(readPrompt(given)).rejects.toMatchObject({ hint: expect.stringContaining('end them with --') })
})

test('standard input that is not wanted is not read', async () => {
  const { given, reads } = sources('p', 'open pipe', { ignoreStdin: true })
  expect([await readPrompt(given), reads]).toEqual(['p', []])
})

test.each([
  ['blank text', ' \n\t'],
  ['nothing', ''],
])('%s alone is no prompt', async (_, stdin) => {
  for (const argument of [undefined, '-']) {
    await expect(readPrompt(sources(argument, stdin).given)).rejects.toMatchObject({ code: 'usage.no_prompt' })
  }
})

test.each(['', ' \n'])('the argument %j alone is no prompt', async (argument) => {
  const empty = { code: 'usage.no_prompt', message: 'The prompt is empty, so nothing is sent' }
  for (const more of [{}, { isTerminal: true }, { ignoreStdin: true }]) {
    await expect(readPrompt(sources(argument, '', more).given)).rejects.toMatchObject(empty)
  }
  expect(await readPrompt(sources(argument, '', { hasImages: true }).given)).toBe(argument)
  expect(await readPrompt(sources(argument, 'text').given)).toBe(`${argument}\n\n<stdin>\ntext\n</stdin>`)
})

const bytes = (...values: readonly number[]) => Uint8Array.from(values)
test.each([
  ['a byte that begins nothing', bytes(0x61, 0xff), 1],
  ['a sequence that is cut off', bytes(0x61, 0x62, 0xe2, 0x82), 2],
  ['a sequence that is broken', bytes(0xe2, 0x28, 0xa1), 0],
])('%s is refused with its place', async (_, stdin, offset) => {
  await expect(readPrompt(sources('-', stdin).given)).rejects.toMatchObject({
    message: `Failed to read prompt from stdin: input is not valid UTF-8 (invalid byte at offset ${offset}).`,
  })
})

test('UTF-16 with a byte order mark is understood in both orders', async () => {
  const little = Buffer.from('\ufeffgrün', 'utf16le')
  expect(await readPrompt(sources('-', little).given)).toBe('grün')
  expect(await readPrompt(sources('-', Buffer.from(little).swap16()).given)).toBe('grün')
  await expect(readPrompt(sources('-', little.subarray(0, -1)).given)).rejects.toMatchObject({
    message: expect.stringContaining('input is not valid UTF-16'),
  })
})
