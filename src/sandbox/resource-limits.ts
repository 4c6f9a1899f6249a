/** What each process of a command may use; children inherit it (setrlimit(2)). */
export interface ResourceLimits {
  /** Processor time; a process that used more is sent SIGXCPU, and a second later SIGKILL. */
  readonly cpuSeconds?: number
  /** Size of a file that is written to; what would make it larger fails, with SIGXFSZ. Pipes are no files. */
  readonly fileBytes?: number
}

type Words = readonly [string, ...string[]]

/** POSIX counts file sizes of `ulimit` in these. */
const blockBytes = 512

/** The words that start a program under limits: those of the program itself where there are none. */
export function underLimits(argv: Words, { cpuSeconds, fileBytes }: ResourceLimits): Words {
  const set = [
    ...(cpuSeconds === undefined ? [] : [`ulimit -H -t ${cpuSeconds + 1}`, `ulimit -S -t ${cpuSeconds}`]),
    ...(fileBytes === undefined ? [] : [`ulimit -f ${Math.ceil(fileBytes / blockBytes)}`]),
  ]
  if (set.length === 0) return argv
  // Where a limit cannot be set, a narrower one holds already, which only root may lift.
  return ['/bin/sh', '-c', `${set.map((each) => `${each} 2>/dev/null; `).join('')}exec "$@"`, 'sh', ...argv]
}
