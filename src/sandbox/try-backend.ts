import type { SandboxBackend, SandboxPolicy } from '../plugin-api/sandbox.ts'
import { spawnAlone } from './spawn-alone.ts'

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
  const wrapped = await backend.wrap({ argv: ['/bin/sh', '-c', ':'], env: { PATH: '/usr/bin:/bin' } }, strictPolicy)
  try {
    const standard = ['ignore', 'ignore', 'pipe'] as const
    const options = { cwd: wrapped.cwd ?? strictPolicy.cwd, env: wrapped.env, signal }
    const child = spawnAlone(wrapped.argv, options, { standard, fds: wrapped.fds, inherited: [] })
    return await new Promise((resolve, reject) => {
      let text = ''
      child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      child.on('error', reject)
      child.on('close', (code, killedBy) =>
        resolve(code === 0 ? undefined : text.trim() || `${wrapped.argv[0]} ended with ${code ?? killedBy}`),
      )
    })
  } finally {
    await wrapped.cleanup()
  }
}
