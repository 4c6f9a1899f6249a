import { expect, test } from 'vitest'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { SandboxAvailability, SandboxBackend } from '../plugin-api/sandbox.ts'
import { chooseBackend, requireBackend } from './choose-backend.ts'

const signal = new AbortController().signal
const asked: string[] = []

function backend(id: string, answer: SandboxAvailability | Error): SandboxBackend {
  return {
    id,
    async probe() {
      asked.push(id)
      if (answer instanceof Error) throw answer
      return answer
    },
    async wrap() {
      throw new CodexError('sandbox.failed', 'not in this test')
    },
  }
}

const works: SandboxAvailability = { available: true, detail: 'here' }
const refuses = (reason: string, fix: string): SandboxAvailability => ({ available: false, reason, fix })

test('the first that works is taken, and none after it is asked', async () => {
  asked.length = 0
  const first = backend('first', refuses('no', 'do'))
  const second = backend('second', works)
  const chosen = await chooseBackend([first, second, backend('third', works)], 'linux', signal)
  expect(chosen.backend).toBe(second)
  expect(asked).toEqual(['first', 'second'])
})

test('where none works, every reason and every fix is said', async () => {
  const chosen = await chooseBackend(
    [backend('a', refuses('no a', 'Install a.')), backend('b', new Error('broken'))],
    'linux',
    signal,
  )
  expect(chosen.backend).toBeUndefined()
  expect(chosen.reason).toContain('a: no a; b: its probe failed (broken)')
  expect(chosen.fix).toContain('Install a.')
  expect(() => requireBackend(chosen)).toThrow(
    expect.toSatisfy((error) => isCodexError(error) && error.code === 'sandbox.unavailable'),
  )
})

test('without any backend it says so too', async () => {
  expect((await chooseBackend([], 'freebsd', signal)).reason).toBe('no sandbox backend is installed for freebsd')
})

test('on Windows it says that there is none, and where there is one', async () => {
  const chosen = await chooseBackend([], 'win32', signal)
  expect(chosen).toMatchObject({ reason: 'on Windows there is none yet', fix: expect.stringContaining('WSL 2') })
  expect(() => requireBackend(chosen)).toThrow(expect.objectContaining({ code: 'sandbox.unavailable' }))
})

test('an abort stops the choice with its reason', async () => {
  const reason = new Error('stop')
  await expect(chooseBackend([backend('a', works)], 'linux', AbortSignal.abort(reason))).rejects.toBe(reason)
})
