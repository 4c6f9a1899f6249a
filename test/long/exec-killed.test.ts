import { expect, test } from 'vitest'
import { type KilledTurn, killedTurn } from '../support/killed-turn.ts'

const rounds = 250
// CODEX_TEST_SEED repeats a run.
const firstSeed = Number(process.env.CODEX_TEST_SEED ?? Date.now() % 1_000_000)

test(`kill -9 at ${rounds} random moments loses nothing that was shown and writes no file half`, async () => {
  const seen: KilledTurn[] = []
  for (let round = 0; round < rounds; round += 1) {
    const seed = firstSeed + round
    try {
      seen.push(await killedTurn(seed))
    } catch (error) {
      throw new Error(`Seed ${seed} (CODEX_TEST_SEED=${seed} begins with it)`, { cause: error })
    }
  }
  const count = (name: (turn: KilledTurn) => string) =>
    Object.entries(Object.groupBy(seen, name)).map(([each, turns = []]) => `${each}: ${turns.length}`)
  const leftovers = seen.reduce((sum, turn) => sum + turn.leftovers, 0)
  process.stdout.write(
    `seed ${firstSeed}, ${rounds} turns killed; files left beside the patch: ${leftovers}\n` +
      `last event shown: ${count(({ reached }) => reached).join(', ')}\n` +
      `patch in place: ${count(({ patched }) => patched).join(', ')}\n`,
  )
  expect(seen).toHaveLength(rounds)
})
