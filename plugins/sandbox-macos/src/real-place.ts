import { realpathSync } from 'node:fs'

/**
 * A path as the kernel names it, which is what a profile is compared with: behind all links and, where it exists, in the letter case and
 * the Unicode form in which it is stored (a volume of a Mac mostly ignores both).
 */
export function realPlace(path: string): string {
  return resolved(path) ?? namedPlace(path)
}

/** The same for an entry that may be missing, or a link that is meant itself: only the links at the root of every Mac are followed (`/tmp`, `/var`, `/etc`). */
export function namedPlace(path: string): string {
  const [, first = '/', rest = ''] = /^(\/[^/]*)(.*)$/s.exec(path) ?? []
  return `${resolved(first) ?? first}${rest}`.replace(/^\/(?=\/)/, '')
}

function resolved(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    // Missing, or not to be looked at by this user: then its name is all there is.
    return undefined
  }
}
