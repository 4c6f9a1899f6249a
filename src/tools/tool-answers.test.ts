import { afterEach, expect, test } from 'vitest'
import { toolBenches } from '../../test/support/tool-bench.ts'
import { defineTool, historyItemSchema, z } from '../plugin-api/index.ts'

const open = toolBenches(afterEach)

const common = { description: '', effects: [], parallel: true, input: z.strictObject({}) } as const
const image = (length: number) => ({
  type: 'input_image' as const,
  image_url: `data:image/png;base64,${'A'.repeat(length)}`,
})

test('images of a tool come behind its text, and the history keeps them', async () => {
  const look = defineTool({ ...common, name: 'look', run: async () => ({ text: 'a cat', images: [image(8)] }) })
  const { output } = await (await open([look])).run('look', {})
  expect(output).toMatchObject({ output: 'a cat', images: [image(8)] })
  expect(historyItemSchema.parse(JSON.parse(JSON.stringify(output)))).toEqual(output)
})

test('images that are too large together are left out, and the text says how many', async () => {
  const images = [image(9_000_000), image(9_000_000)]
  const look = defineTool({ ...common, name: 'look', run: async () => ({ text: 'two', images }) })
  const { output } = await (await open([look])).run('look', {})
  expect(output.output).toBe('two\n[1 of 2 images are left out: together they are too large.]')
  expect(output.images).toEqual(images.slice(0, 1))
})

const asks = defineTool({
  ...common,
  name: 'asks',
  run: async (_, ctx) => {
    const request = { asker: 'a test', questions: [{ id: 'name', question: 'Which name?' }] }
    return { text: JSON.stringify(await ctx.ask(request)) }
  },
})

test('a question reaches the person, and the answer the tool', async () => {
  const bench = await open([asks], {
    ask: async ({ questions }) => ({ type: 'answered', answers: { [questions[0]?.id ?? '']: ['Ada'] } }),
  })
  expect((await bench.run('asks', {})).output.output).toBe('{"type":"answered","answers":{"name":["Ada"]}}')
})

test('where nobody is there, a question is answered so at once', async () => {
  expect((await (await open([asks])).run('asks', {})).output.output).toBe('{"type":"nobody"}')
})
