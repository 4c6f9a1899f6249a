import { constants } from 'node:os'
import type { SandboxBackend, SandboxPolicy } from '../plugin-api/sandbox.ts'
import { endProcessGroup } from './end-process-tree.ts'
import { startChild } from './start-child.ts'

/** The strictest policy there is: what works with it works with the others. */
const strictPolicy: SandboxPolicy = {
  cwd: '/',
  readable: 'all',
  denyRead: [],
  writable: [],
  readOnly: [],
  temp: 'private',
  network: 'none',
  limits: {},
}

/**
 * Runs nothing (`sh -c :`) in a sandbox of a backend, and gives what was said where that does not work; undefined where it does.
 * @throws what `wrap` throws, and Error of `node:child_process`
 */
export async function tryBackend(backend: SandboxBackend, signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted()
  const wrapped = await backend.wrap({ argv: ['/bin/sh', '-c', ':'], env: { PATH: '/usr/bin:/bin' } }, strictPolicy)
  try {
    const { argv, env, fds, cwd = strictPolicy.cwd } = wrapped
    const child = startChild({ argv, cwd, env, standard: ['ignore', 'ignore', 'pipe'], fds, leadsSession: true })
    const pid = await child.pid
    const end = (): void => endProcessGroup(pid)
    signal.addEventListener('abort', end)
    let text = ''
    for await (const chunk of child.stderr ?? []) text += chunk
    const exitCode = await child.exited
    signal.removeEventListener('abort', end)
    signal.throwIfAborted()
    if (exitCode === 0) return undefined
    const [how] = Object.entries(constants.signals).find(([, number]) => 128 + number === exitCode) ?? [exitCode]
    return text.trim() || `${argv[0]} ended with ${how}`
  } finally {
    await wrapped.cleanup()
  }
}
