import { expect, test } from 'vitest'
import { killedRun } from '../support/killed-run.ts'

// Another one each time; a failure names it in the name of its test.
const seed = Date.now() % 1_000_000

test(`a run that is killed at 6 random moments of seed ${seed} does everything once, and ends as one that was not`, async () => {
  const { kills, result } = await killedRun(seed, 6)
  expect([kills <= 6, result.status]).toEqual([true, 'done'])
})
