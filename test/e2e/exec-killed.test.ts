import { expect, test } from 'vitest'
import { killedTurn } from '../support/killed-turn.ts'

// Another one each time; a failure names it in the name of its test.
const firstSeed = Date.now() % 1_000_000

test.for(Array.from({ length: 10 }, (_, index) => firstSeed + index))(
  'kill -9 at the random moment of seed %i loses nothing that was shown and writes no file half',
  async (seed) => {
    const { lines } = await killedTurn(seed)
    expect(lines).toBeGreaterThanOrEqual(0)
  },
)
