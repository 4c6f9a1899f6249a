import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openRuntime } from '../src/runtime/open-runtime.ts'
import { makeCodexHome, modelServerConfig, modelServerKeyName } from '../test/support/codex-home.ts'

const packageRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/** MiB that a process holds more after `turns` further turns, each of a thread of its own, than after the first twenty. */
export async function memoryOfTurns(url: string, turns: number): Promise<number> {
  const home = await makeCodexHome({ 'config.toml': modelServerConfig(url) })
  try {
    const { signal } = new AbortController()
    const kernel = await openRuntime(
      {
        packageRoot,
        version: '0.0.0',
        env: { HOME: home.homeDir, CODEX_HOME: home.codexHome, PATH: process.env.PATH, [modelServerKeyName]: 'key' },
        homeDir: home.homeDir,
        tempDir: tmpdir(),
        cwd: home.homeDir,
        platform: process.platform,
        originator: 'bench',
        settings: { overrides: [], neverAsk: true },
        now: () => new Date(),
      },
      signal,
    )
    const run = async (count: number) => {
      for (let turn = 0; turn < count; turn += 1) {
        for await (const event of kernel.run({ input: `turn ${turn}`, route: false }, signal)) {
          if (event.type === 'turn.failed') throw new Error(event.error.message)
        }
      }
    }
    setFlagsFromString('--expose-gc')
    const collectGarbage: () => void = runInNewContext('gc')
    const heldMiB = () => {
      collectGarbage()
      return process.memoryUsage().heapUsed / 2 ** 20
    }
    await run(20)
    const before = heldMiB()
    await run(turns)
    return heldMiB() - before
  } finally {
    await home.remove()
  }
}
