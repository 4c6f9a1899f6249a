import { accessSync, constants } from 'node:fs'

/** Where systems install bubblewrap. Never from PATH: a repository can bring a `bwrap` of its own. */
const places: readonly string[] = [
  '/usr/bin/bwrap',
  '/bin/bwrap',
  '/usr/local/bin/bwrap',
  '/run/current-system/sw/bin/bwrap',
  '/home/linuxbrew/.linuxbrew/bin/bwrap',
]

/** Absolute path of bubblewrap; undefined where it is not installed. */
export function findBubblewrap(): string | undefined {
  return findIn(places)
}

/** The first of these that may be run. */
export function findIn(places: readonly string[]): string | undefined {
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
