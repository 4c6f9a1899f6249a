import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process of this machine. A number is given again once its process has ended; together with the start time it is one process. */
export interface RunningProcess {
  readonly pid: number
  readonly parentPid: number
  /** In the words of the system; to be compared, not read. */
  readonly startTime: string
}

/** What the system tells of its processes: by /proc on Linux, by ps(1) elsewhere. */
export interface ProcessTable {
  /** Children of children, nearest first. */
  descendantsOf(pid: number): readonly RunningProcess[]
  /** Those of the given that are still the same ones. */
  stillRunning(processes: readonly RunningProcess[]): readonly RunningProcess[]
  /** Those that had a variable, as `NAME=VALUE`, in their environment when they started, where the system shows it. */
  bearersOf(variable: string): readonly number[]
}

/** The table of this system. On Windows it is empty: there is nothing that it could be asked by. */
export function processTable(platform: string = process.platform): ProcessTable {
  if (platform === 'linux') return procTable
  if (platform === 'win32') return { descendantsOf: () => [], stillRunning: () => [], bearersOf: () => [] }
  return tableByPs((args) => execFileSync('/bin/ps', args, { encoding: 'utf8', env: {}, maxBuffer: 1 << 28 }))
}

/** @param ps runs ps(1) with the given arguments */
export function tableByPs(ps: (args: readonly string[]) => string): ProcessTable {
  const all = () => rows(ps(['-axo', 'pid=,ppid=,lstart=']))
  return {
    descendantsOf: (pid) => below(pid, all()),
    stillRunning(processes) {
      if (processes.length === 0) return []
      const now = new Map(all().map((each) => [each.pid, each.startTime]))
      return processes.filter(({ pid, startTime }) => now.get(pid) === startTime)
    },
    bearersOf: (variable) => bearersIn(ps(['-axEww', '-o', 'pid=,command=']), variable),
  }
}

const procTable: ProcessTable = {
  descendantsOf(pid) {
    const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return below(
      pid,
      numbers.flatMap((name) => processOf(Number(name)) ?? []),
    )
  },
  stillRunning: (processes) => processes.filter(({ pid, startTime }) => processOf(pid)?.startTime === startTime),
  bearersOf(variable) {
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name)) return []
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(variable) ? [Number(name)] : []
      } catch {
        // Gone by now, or of somebody else.
        return []
      }
    })
  },
}

function below(rootPid: number, processes: readonly RunningProcess[]): readonly RunningProcess[] {
  const children = Map.groupBy(processes, ({ parentPid }) => parentPid)
  const found = [...(children.get(rootPid) ?? [])]
  for (const each of found) found.push(...(children.get(each.pid) ?? []))
  return found
}

/** proc_pid_stat(5): the name in parentheses may hold anything, so fields are counted from its end. */
function processOf(pid: number): RunningProcess | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { pid, parentPid: Number(fields[1]), startTime: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

function rows(text: string): readonly RunningProcess[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parentPid, startTime] = /^\s*(\d+)\s+(\d+)\s+(.*\S)\s*$/.exec(line) ?? []
    return startTime === undefined ? [] : [{ pid: Number(pid), parentPid: Number(parentPid), startTime }]
  })
}

/** The environment stands behind the arguments, word by word; the variable's value has no space in it. */
function bearersIn(text: string, variable: string): readonly number[] {
  return text.split('\n').flatMap((line) => {
    const [pid = '', ...words] = line.trim().split(/\s+/)
    return /^\d+$/.test(pid) && words.includes(variable) ? [Number(pid)] : []
  })
}
