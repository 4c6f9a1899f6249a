import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { callIn } from '../support/agents-beside.ts'
import { completedItems, outline } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'
import { tapedCase } from '../support/taped-case.ts'

const v1 = callIn('multi_agent_v1')
const spawns = [
  v1('spawn_agent', { message: 'look' }),
  v1('wait_agent', { targets: ['nobody'] }),
  { text: 'I did it alone.' },
]
const reason = 'No agent works beside a thread that is recorded or replayed'

test('no agent works beside a recorded thread: the model and the person are told why, and the replays are the same', async () => {
  const taped = await tapedCase(spawns, ['go'])
  expect(taped.first.exitCode).toBe(0)
  const notices = completedItems(taped.first, 'notice').filter(({ message }) => String(message).includes(reason))
  expect(notices).toHaveLength(1)
  expect(JSON.stringify(sentBody(taped.server, 1).input)).toContain(`${reason}. Hand the work on with delegate`)
  // Only the thread itself has asked.
  expect(taped.server.requests).toHaveLength(3)
  expect(await readFile(taped.recording, 'utf8')).toContain(reason)
  for (const how of [[], ['--replay-tools', 'recorded']]) {
    const { result } = await taped.elsewhere(how)
    expect({ how, exitCode: result.exitCode, outline: outline(result) }).toEqual({
      ...{ how, exitCode: 0 },
      outline: outline(taped.first),
    })
  }
})
