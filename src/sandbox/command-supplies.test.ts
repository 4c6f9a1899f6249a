import { once } from 'node:events'
import { readdirSync, readlinkSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inWorker, moduleUrl } from '../../test/support/in-worker.ts'
import { createCommandSupplies } from './command-supplies.ts'
import { openNamedPipes } from './output-pipe.ts'

/** Descriptors of this process that are pipes. */
function openPipes(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return /^(?:pipe:|\/dev\/shm\/codex-run-)/.test(readlinkSync(`/proc/self/fd/${fd}`))
    } catch {
      return false // the listing's own
    }
  }).length
}

test('each command has a pipe of its own, and nothing is left open at the end', async () => {
  const before = openPipes()
  const supplies = createCommandSupplies()
  const pipes = [await supplies.pipe(), await supplies.pipe(), await supplies.pipe()]
  for (const [index, pipe] of pipes.entries()) {
    const read = once(pipe.read(), 'data')
    writeSync(pipe.writeFd, `text ${index}`)
    expect(String((await read)[0])).toBe(`text ${index}`)
  }
  expect(openPipes()).toBe(before + 2 * pipes.length)
  const closed = pipes.map((pipe) => once(pipe.read(), 'close'))
  for (const pipe of pipes) pipe.close()
  await Promise.all(closed)
  supplies.close()
  expect(openPipes()).toBe(before)
})

test('commands that start at the same time do not share a pipe', async () => {
  const supplies = createCommandSupplies()
  const pipes = await Promise.all(Array.from({ length: 12 }, () => supplies.pipe()))
  expect(new Set(pipes.map(({ writeFd }) => writeFd)).size).toBe(12)
  for (const pipe of pipes) pipe.close()
  supplies.close()
})

test('what is being made when the supplies are closed is closed too', async () => {
  const before = openPipes()
  const supplies = createCommandSupplies()
  supplies.prepare()
  supplies.close()
  const later = createCommandSupplies()
  const pipe = await later.pipe()
  pipe.close()
  later.close()
  await expect.poll(openPipes).toBe(before)
})

// In a worker thread the C library is not called, as where there is no such library.
test('without the C library pipes are made ahead, and nothing is left open at the end', async () => {
  const program = `
    import { once } from 'node:events'
    import { readdirSync, readlinkSync, writeSync } from 'node:fs'
    import { createCommandSupplies } from ${moduleUrl('sandbox/command-supplies.ts')}
    const openPipes = () => readdirSync('/proc/self/fd').filter((fd) => {
      try { return readlinkSync('/proc/self/fd/' + fd).startsWith('/dev/shm/codex-run-') } catch { return false }
    }).length
    const supplies = createCommandSupplies()
    supplies.prepare()
    const pipe = await supplies.pipe()
    const ahead = openPipes()
    writeSync(pipe.writeFd, 'text')
    const [text] = await once(pipe.read(), 'data')
    pipe.close()
    supplies.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    console.log(JSON.stringify({ ahead, text: String(text), left: openPipes() }))`
  expect(JSON.parse(inWorker(program))).toEqual({ ahead: 48, text: 'text', left: 0 })
})

test('on Windows a command is refused, and the message names WSL', async () => {
  await expect(openNamedPipes(1, 'win32')).rejects.toMatchObject({
    code: 'sandbox.failed',
    hint: expect.stringContaining('WSL 2'),
  })
})
