import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'

const settings = (way: string, more = '') => `[plugins.watches]\nway = "${way}"\n${more}`
const watching = async (tables: string) =>
  await execCase([{ text: 'done' }], { home: installedPlugins('watches'), tables })

test("a plugin reads the stream of a thread, where its table of the user's configuration is there", async () => {
  const session = await watching(settings('notes'))
  const seen = join(session.home.codexHome, 'seen')
  const result = await session.exec(['hi'], { env: { WATCH_FILE: seen, WATCH_SECRET: 'hidden' } })
  expect(result.exitCode).toBe(0)
  const lines = (await readFile(seen, 'utf8')).split('\n').filter(Boolean)
  expect(lines[0]).toBe('opened undefined')
  expect(lines).toContain(`thread.started ${result.events[0]?.thread_id}`)
  expect(lines.slice(-2)).toEqual([`turn.completed ${result.events[0]?.thread_id}`, 'closed'])
})

test('without its table it is not loaded', async () => {
  const session = await watching('')
  const seen = join(session.home.codexHome, 'seen')
  await session.exec(['hi'], { env: { WATCH_FILE: seen } })
  await expect(readFile(seen, 'utf8')).rejects.toThrow('ENOENT')
})

test('one that never opens does not keep the turn from beginning', async () => {
  const result = await (await watching(settings('hangs-when-opened'))).exec(['hi'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'notice')).toMatchObject([{ message: expect.stringContaining('not open within 1 s') }])
})

test.each(['throws-when-opened', 'throws-when-told'])(
  'one that %s is told of once, and the turn goes on',
  async (way) => {
    const session = await watching(settings(way))
    const result = await session.exec(['hi'])
    expect(result.exitCode).toBe(0)
    expect(completedItems(result, 'notice').map(({ message }) => message)).toEqual([
      'The observer watches does not work: out of cheese',
    ])
    expect(result.stderr).not.toContain('cheese')
  },
)

test('one that never closes does not keep the program', async () => {
  const session = await watching(settings('hangs-when-closed'))
  expect((await session.exec(['hi'])).exitCode).toBe(0)
})

test('one that reaches for another host is refused', async () => {
  const session = await watching(settings('fetches', `url = "${'http://127.0.0.1:9/a'}"\n`))
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'notice').map(({ message }) => message)).toEqual([
    expect.stringContaining('http://127.0.0.1:1 is not named in the configuration'),
  ])
})
