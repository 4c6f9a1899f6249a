import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, userTexts } from '../support/exec-case.ts'

/** A thread whose second turn runs until `finish`. */
async function runningThread() {
  const { promise: held, resolve: finish } = Promise.withResolvers<void>()
  const session = await execCase([{ text: 'first' }, { text: 'second', hold: () => held }, { text: 'third' }])
  const [started] = (await session.exec(['one'])).events
  const id = String(started?.thread_id)
  const running = await session.startExec(['resume', id, 'two'])
  await running.event(({ type }) => type === 'turn.started')
  await session.server.received(2)
  return { ...session, id, running, finish }
}

test('a second process that wants to go on with a running thread is refused, and says who has it since when', async () => {
  const { id, exec, run, running, finish, rollouts, server } = await runningThread()
  const second = await exec(['resume', id, 'three'])
  expect(second).toMatchObject({ exitCode: 1, stdout: '' })
  expect(second.stderr).toMatch(
    new RegExp(`Thread ${id} is in use by process ${running.pid} since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z`),
  )
  expect(second.stderr).toContain(`codex exec fork ${id}`)
  for (const command of ['archive', 'delete']) {
    const argv = ['threads', command, id, ...(command === 'delete' ? ['--force'] : [])]
    expect(await run(argv)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`process ${running.pid}`) })
  }
  expect(await rollouts()).toHaveLength(1)
  expect(server.requests).toHaveLength(2)
  finish()
  expect((await running.done).exitCode).toBe(0)
  expect((await exec(['resume', id, 'three'])).exitCode).toBe(0)
  const asked = userTexts(server.requests.at(-1)?.body ?? {})
  expect(asked.filter((text) => ['one', 'two', 'three'].includes(text))).toEqual(['one', 'two', 'three'])
})

test('a thread whose process was killed is gone on with at once', async () => {
  const { id, exec, running, home, server } = await runningThread()
  running.kill('SIGKILL')
  await running.done
  expect(await readdir(join(home.codexHome, 'thread-locks'))).toEqual([id])
  expect((await exec(['resume', id, 'three'])).exitCode).toBe(0)
  expect(userTexts(server.requests.at(-1)?.body ?? {})).toEqual(expect.arrayContaining(['one', 'two', 'three']))
  expect(await readdir(join(home.codexHome, 'thread-locks'))).toEqual([])
})

test('the lock of another machine that shares the home holds, and names it', async () => {
  const { id, exec, running, finish, home } = await runningThread()
  finish()
  await running.done
  await writeFile(join(home.codexHome, 'thread-locks', id), `7 1 elsewhere ${new Date().toISOString()}`)
  const refused = await exec(['resume', id, 'three'])
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('process 7 of elsewhere') })
})
