import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { sandbox as backend } from '../../plugins/sandbox-linux/src/sandbox.ts'
import { createCommandSupplies } from '../../src/sandbox/command-supplies.ts'
import { runCommand } from '../../src/sandbox/run-command.ts'
import { openLinuxSandboxLab } from '../support/linux-sandbox-lab.ts'
import { processesOf } from '../support/processes-of.ts'

const lab = openLinuxSandboxLab()
const supplies = createCommandSupplies()
beforeEach(lab.reset)
afterAll(() => {
  supplies.close()
  lab.close()
})

test('a command whose sandbox is being set up ends with its interrupt, whenever that comes', async () => {
  const sleep = `sleep 98${process.pid}`
  const abortOne = async (afterMs: number) => {
    const request = { argv: ['/bin/bash', '-c', sleep], cwd: lab.workspace, env: { PATH: process.env.PATH ?? '' } }
    const stop = new AbortController()
    const how = { backend, policy: lab.policy() }
    const events = runCommand({ ...request, maxOutputBytes: 1000 }, how, supplies, stop.signal)
    await events.next() // it has started
    const ended = events.next()
    await delay(afterMs)
    stop.abort(new Error('interrupted'))
    await expect(ended).rejects.toThrow('interrupted')
  }
  // One in fifty was left behind where only the group of the sandbox's first process was ended.
  for (let round = 0; round < 100; round += 1) {
    await Promise.all(Array.from({ length: 4 }, (_, index) => abortOne((round % 25) / 2 + index / 8)))
  }
  await delay(50)
  expect(processesOf(sleep)).toEqual([])
})
