import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { CheckedLayers } from '../config/check-layer.ts'
import { openCacheDirectory } from '../definitions/cache-directory.ts'

/** Versions of files that were good, and a mark in each. */
const limits = { maxFiles: 64, maxFileBytes: 64 }
const mark = 'good'

/**
 * Remembers which files of the configuration are good, by their content and that of the program. Undefined where the program is not
 * built: its files then say nothing of what the schema was.
 *
 * @param program URL of a built module; its name has a hash of the program in it
 */
export function openCheckedLayers(codexHome: string, program = import.meta.url): CheckedLayers | undefined {
  if (!program.endsWith('.js')) return undefined
  const directory = openCacheDirectory(join(codexHome, 'cache', 'config'), limits)
  const nameOf = (text: string): string => hash('sha256', `${program}\n${text}`, 'hex').slice(0, 32)
  return {
    isGood: (text) => directory.read(nameOf(text)) === mark,
    markGood: (text) => directory.write(nameOf(text), mark),
  }
}
