import { createReadStream } from 'node:fs'
import path from 'node:path'
import { unreadableAudit } from './audit-failure.ts'
import { monthFiles } from './month-file.ts'

/** The files of a directory of months, oldest first; none where there is no directory. @throws CodexError `audit.unreadable` */
export function monthPaths(directory: string): readonly string[] {
  try {
    return monthFiles(directory).map((name) => path.join(directory, name))
  } catch (cause) {
    throw unreadableAudit(directory, cause)
  }
}

/** The lines of a file without their `\n`; what stands behind the last one is a line too. @throws CodexError `audit.unreadable` */
export async function* monthLines(file: string): AsyncGenerator<string> {
  let begun: string[] = []
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const [first = '', ...others] = String(chunk).split('\n')
      begun.push(first)
      const last = others.pop()
      if (last === undefined) continue
      yield begun.join('')
      yield* others
      begun = [last]
    }
  } catch (cause) {
    throw unreadableAudit(file, cause)
  }
  const rest = begun.join('')
  if (rest !== '') yield rest
}
