import { expect, test } from 'vitest'
import { linuxSandbox } from '../../test/support/tool-bench.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { SandboxAvailability, SandboxBackend } from '../plugin-api/sandbox.ts'
import { chooseBackend } from './choose-backend.ts'

const signal = new AbortController().signal
const asked: string[] = []

/** Runs commands as they are, but for what is given. */
function backend(id: string, answer: SandboxAvailability | Error, how: Partial<SandboxBackend> = {}): SandboxBackend {
  return {
    id,
    async probe() {
      asked.push(id)
      if (answer instanceof Error) throw answer
      return answer
    },
    wrap: async ({ argv, env }) => ({ argv, env, fds: {}, cleanup: async () => undefined }),
    ...how,
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

test('one that says it works is tried, and where nothing runs in it, it says why and what to do', async () => {
  const released: string[] = []
  const instead = (...argv: [string, ...string[]]): Pick<SandboxBackend, 'wrap'> => ({
    wrap: async ({ env }) => ({ argv, env, fds: {}, cleanup: async () => void released.push(argv[0]) }),
  })
  const backends = [
    backend('says', works, {
      ...instead('/bin/sh', '-c', 'echo no namespaces >&2; exit 71'),
      fixFor: (said) => `${said}: allow them.`,
    }),
    backend('killed', works, instead('/bin/sh', '-c', 'kill -9 $$')),
    backend('gone', works, instead('/no/such/program')),
    backend('refuses', works, {
      wrap: () => Promise.reject(new CodexError('sandbox.failed', 'not here', { hint: 'Do that.' })),
    }),
  ]
  const { reason, fix } = await chooseBackend(backends, 'linux', signal)
  expect(reason).toContain('says: no namespaces; killed: /bin/sh ended with SIGKILL; gone: it could not be tried (')
  expect(reason).toContain('refuses: it could not be tried (not here)')
  expect(fix).toMatch(/^no namespaces: allow them\. Or: Update or remove .* Or: Do that\.$/)
  expect(released).toEqual(['/bin/sh', '/bin/sh', '/no/such/program'])
})

test('the built-in one is taken where it works', async () => {
  expect(await chooseBackend([linuxSandbox], 'linux', signal)).toMatchObject({ backend: linuxSandbox })
})

test('where none works, every reason and every fix is said', async () => {
  const chosen = await chooseBackend(
    [backend('a', refuses('no a', 'Install a.')), backend('b', new Error('broken'))],
    'linux',
    signal,
  )
  expect(chosen.backend).toBeUndefined()
  expect(chosen.reason).toContain('a: no a; b: it could not be tried (broken)')
  expect(chosen.fix).toContain('Install a.')
})

test('without any backend it says so too', async () => {
  expect((await chooseBackend([], 'freebsd', signal)).reason).toBe('no sandbox backend is installed for freebsd')
})

test('on Windows it says that there is none, and where there is one', async () => {
  const chosen = await chooseBackend([], 'win32', signal)
  expect(chosen).toMatchObject({ reason: 'on Windows there is none yet', fix: expect.stringContaining('WSL 2') })
})

test('an abort stops the choice with its reason', async () => {
  const reason = new Error('stop')
  await expect(chooseBackend([backend('a', works)], 'linux', AbortSignal.abort(reason))).rejects.toBe(reason)
})
