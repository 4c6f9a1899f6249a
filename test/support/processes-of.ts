import { readdirSync, readFileSync } from 'node:fs'

/** Ids of the processes of this machine whose command line holds the text. */
export function processesOf(text: string): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text) ? [Number(name)] : []
    } catch {
      return [] // ended meanwhile
    }
  })
}

const mostLooks = 4000
const lookMs = 5

/** Resolves when the condition holds; throws where it does not after some twenty seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let look = 0; !condition(); look += 1) {
    if (look === mostLooks) throw new Error('What was waited for did not come about')
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
}
