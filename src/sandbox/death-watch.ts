import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { createProcessMark, type ProcessMark } from './process-mark.ts'
import { startChild } from './start-child.ts'

/** Ends the commands of this process should it be killed: those in a sandbox end by themselves, others do not. */
export interface DeathWatch {
  /** A mark for a process that is about to be started: from now on what bears it is watched over. */
  mark(name: ProcessMarkName): ProcessMark
  /** Watches over a process group too, which may lose its mark, until the function that comes back is called. */
  guard(groupId: number): () => void
  /** Nothing is left to be ended. */
  close(): void
}

type ProcessMarkName = 'CODEX_COMMAND_ID' | 'CODEX_SERVICE_ID'

/** The processes that bear the mark `$1`: by /proc on Linux, by ps(1) elsewhere, which shows the environment behind the arguments. */
const bearersByProc = `
  for file in $(grep -lzE "^CODEX_(COMMAND|SERVICE)_ID=$1" /proc/[0-9]*/environ); do
    process=\${file#/proc/}
    echo "\${process%/environ}"
  done`
const bearersByPs = `
  ps -axEww -o pid=,command= | while read -r process words; do
    case " $words" in *" CODEX_COMMAND_ID=$1"* | *" CODEX_SERVICE_ID=$1"*) echo "$process" ;; esac
  done`

/**
 * Keeps the groups that it is told of, and ends them when its input does: at the latest when the program is gone. What has left its
 * group, and what was just being started, is found by the mark `$1`. A last line `.` says that nothing is left.
 */
export function deathWatchScript(platform: string): string {
  return `
bearers() {${platform === 'linux' ? bearersByProc : bearersByPs}
}
groups=
while read -r sign group; do
  [ "$sign" = . ] && exit
  others=
  for each in $groups; do [ "$each" = "$group" ] || others="$others $each"; done
  groups=$others
  [ "$sign" = + ] && groups="$groups $group"
done
for each in $groups; do kill -KILL "-$each"; done
# What was being started while others were ended is found by the next look.
for look in 1 2 3 4 5; do
  found=
  for process in $(bearers "$1"); do
    kill -KILL "$process" && found=1
  done
  [ -n "$found" ] || break
done
`
}

/** Starts its process, a shell, with the first mark. */
export function createDeathWatch(): DeathWatch {
  const prefix = `${randomUUID()}.`
  let marks = 0
  let watcher: Socket | undefined
  return {
    mark(name) {
      watcher ??= startWatcher(prefix)
      marks += 1
      return createProcessMark(name, `${prefix}${marks}`)
    },
    guard(groupId) {
      watcher ??= startWatcher(prefix)
      const told = watcher
      told?.write(`+ ${groupId}\n`)
      return () => void told?.write(`- ${groupId}\n`)
    },
    close() {
      // Not destroyed: what it is told last has to arrive, or it would end a group that has its number from another.
      watcher?.end('.\n')
      watcher = undefined
    },
  }
}

/** What the watcher is told on. */
function startWatcher(prefix: string): Socket | undefined {
  const { pid, stdin } = startChild({
    argv: ['/bin/sh', '-c', deathWatchScript(process.platform), 'sh', prefix],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    standard: ['pipe', 'ignore', 'ignore'],
    leadsSession: true,
    isWaitedFor: false,
  })
  // Without it a killed program leaves commands behind, as it would anyway where there is no /bin/sh.
  pid.catch(() => {})
  stdin?.on('error', () => {})
  return stdin?.unref()
}
