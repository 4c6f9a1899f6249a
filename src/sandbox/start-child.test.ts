import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { inWorker, moduleUrl } from '../../test/support/in-worker.ts'
import { cFunctions } from './native/c-library.ts'
import { startChild } from './start-child.ts'

type Start = typeof startChild

/** What a child with pipes for all three says and how it ends, and what becomes of one that cannot start. */
async function tries(start: Start) {
  const how = { cwd: '/usr', env: { PATH: '/usr/bin:/bin', A: 'b' } }
  const standard = ['pipe', 'pipe', 'pipe'] as const
  const child = start({ ...how, argv: ['/bin/sh', '-c', 'pwd; echo $A; cat; echo problem >&2; exit 7'], standard })
  child.stdin?.end('read')
  const text = async (stream: typeof child.stdout) => {
    let all = ''
    for await (const chunk of stream ?? []) all += chunk
    return all
  }
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const killed = start({ ...how, argv: ['/bin/sh', '-c', 'kill -TERM $$'], leadsSession: true })
  const byName = start({ ...how, argv: ['true'] })
  const missing = start({ ...how, argv: ['/does/not/exist'], standard }).pid.catch((error) => error.code)
  return {
    ...{ stdout, stderr, hasNumber: (await child.pid) > 0, exitCode: await child.exited },
    ...{ killed: await killed.exited, byName: await byName.exited, noStreams: killed.stdout === undefined },
    missing: await missing,
  }
}

const expected = {
  ...{ stdout: '/usr\nb\nread', stderr: 'problem\n', hasNumber: true, exitCode: 7 },
  ...{ killed: 143, byName: 0, noStreams: true, missing: 'ENOENT' },
}

test('a child reads, says and ends as it does, and one that does not start says why', async () => {
  expect(await tries(startChild)).toEqual(expected)
})

// In a worker thread the C library is not called, as where there is no such library.
test('so it is without the C library', () => {
  const program = `
    import { startChild } from ${moduleUrl('sandbox/start-child.ts')}
    console.log(JSON.stringify(await (${String(tries)})(startChild)))`
  expect(JSON.parse(inWorker(program))).toEqual(expected)
})

test.runIf(process.platform === 'linux')(
  'the C library is called here, and where a function is missing none is',
  () => {
    const getpid = 'int getpid()'
    expect(cFunctions({ getpid })()?.getpid()).toBe(process.pid)
    expect(cFunctions({ getpid, nothing: 'int no_such_function()' })()).toBeUndefined()
  },
)

test('the program goes on for a child that it waits for, and for no other', () => {
  const isGoneAtTheEnd = (isWaitedFor: boolean): boolean => {
    const program = `
      import { startChild } from ${moduleUrl('sandbox/start-child.ts')}
      console.log(await startChild({ argv: ['/bin/sleep', '1'], cwd: '/', env: {}, isWaitedFor: ${isWaitedFor} }).pid)`
    const pid = Number(execFileSync(process.execPath, ['--input-type=module', '-e', program]))
    try {
      process.kill(pid, 'SIGKILL')
      return false
    } catch {
      return true
    }
  }
  expect([isGoneAtTheEnd(true), isGoneAtTheEnd(false)]).toEqual([true, false])
})
