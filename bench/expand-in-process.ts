import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { openRuntime } from '../src/runtime/open-runtime.ts'
import { makeCodexHome } from '../test/support/codex-home.ts'
import type { Times } from './compare.ts'

const packageRoot = fileURLToPath(new URL('..', import.meta.url))

/** How long one more expansion of the built-in `/explain` takes in a process that has expanded it before; nothing of it reads git or files. */
export async function expandInProcess(rounds: number): Promise<Times> {
  const home = await makeCodexHome()
  try {
    const { signal } = new AbortController()
    const kernel = await openRuntime(
      {
        packageRoot,
        version: '0.0.0',
        env: { HOME: home.homeDir, CODEX_HOME: home.codexHome, PATH: process.env.PATH },
        homeDir: home.homeDir,
        tempDir: tmpdir(),
        cwd: home.homeDir,
        platform: process.platform,
        originator: 'bench',
        settings: { overrides: [] },
        now: () => new Date(),
      },
      signal,
    )
    const times: number[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const started = performance.now()
      await kernel.expand({ input: '/explain', argv: ['what this is'] }, signal)
      if (round > 0) times.push(performance.now() - started)
    }
    times.sort((a, b) => a - b)
    return { minMs: times[0] ?? Number.NaN, medianMs: times[Math.floor(times.length / 2)] ?? Number.NaN }
  } finally {
    await home.remove()
  }
}
