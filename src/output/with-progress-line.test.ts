import { expect, test } from 'vitest'
import type { ThreadEvent } from '../plugin-api/index.ts'
import { withProgressLine } from './with-progress-line.ts'

const call = (type: 'item.updated' | 'item.completed', summary: string): ThreadEvent => ({
  type,
  item: { id: 'item_1', type: 'tool_call', tool: 'code_scan', arguments: {}, summary, status: 'in_progress' },
})

async function written(events: readonly ThreadEvent[]): Promise<string> {
  const texts: string[] = []
  async function* stream() {
    yield* events
  }
  for await (const event of withProgressLine(stream(), (text) => texts.push(text))) texts.push(`[${event.type}]`)
  return texts.join('')
}

test('a tool that says how far it is has one line, which is gone before the next thing is shown', async () => {
  const events = [
    call('item.updated', '10 of 90 files'),
    call('item.updated', '60 of 90 files\n'),
    call('item.completed', 'no findings'),
  ]
  expect(await written(events)).toBe(
    '\r\u001b[2Kcode_scan 10 of 90 files[item.updated]' +
      '\r\u001b[2Kcode_scan 60 of 90 files\\n[item.updated]' +
      '\r\u001b[2K[item.completed]',
  )
})

test('the line is gone at the end, and where nothing tells of progress nothing is written', async () => {
  expect(await written([call('item.updated', '10 of 90 files')])).toBe(
    '\r\u001b[2Kcode_scan 10 of 90 files[item.updated]\r\u001b[2K',
  )
  expect(await written([call('item.completed', 'no findings')])).toBe('[item.completed]')
})
