import { expect, test } from 'vitest'
import { type KilledRun, killedRun } from '../support/killed-run.ts'

const fewestKills = 120
// CODEX_TEST_SEED repeats a run.
const firstSeed = Number(process.env.CODEX_TEST_SEED ?? Date.now() % 1_000_000)

test(`runs that are killed at ${fewestKills} random moments do everything once, and end as those that are not`, async () => {
  const seen: KilledRun[] = []
  const kills = () => seen.reduce((sum, run) => sum + run.kills, 0)
  while (kills() < fewestKills) {
    const seed = firstSeed + seen.length
    try {
      seen.push(await killedRun(seed, 8))
    } catch (error) {
      throw new Error(`Seed ${seed} (CODEX_TEST_SEED=${seed} begins with it)`, { cause: error })
    }
  }
  const total = (of: (run: KilledRun) => number) => seen.reduce((sum, run) => sum + of(run), 0)
  const reached = Object.entries(
    Object.groupBy(
      seen.flatMap((run) => run.reached),
      (each) => each,
    ),
  )
  process.stdout.write(
    `seed ${firstSeed}: ${seen.length} runs, ${kills()} kills; all ended as unbroken ones\n` +
      `last line at the kill: ${reached.map(([name, all = []]) => `${name}: ${all.length}`).join(', ')}\n` +
      `threads gone on: ${total(({ goneOn }) => goneOn)}, calls looked after: ${total(({ lookedAfter }) => lookedAfter)}\n`,
  )
  expect(kills()).toBeGreaterThanOrEqual(fewestKills)
})
