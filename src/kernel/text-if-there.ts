import { readFileSync } from 'node:fs'

/** The text of a small file; undefined where it is not there (any more), or may not be read. */
export function textIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
