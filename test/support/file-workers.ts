import { readFileSync } from 'node:fs'
import { processesOf } from './processes-of.ts'

/** Processes that this one has started for writing files, and that run. */
export function fileWorkers(parent: number = process.pid): readonly number[] {
  return processesOf('file-worker').filter((pid) => parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return undefined // ended meanwhile
  }
}
