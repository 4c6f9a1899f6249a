import { type ChildProcess, spawn } from 'node:child_process'

/** Ends the commands of this process should it be killed: those in a sandbox end by themselves, others do not. */
export interface DeathWatch {
  /**
   * Watches over a process group until the function that comes back is called; with a mark, a variable `NAME=VALUE` of
   * its environment, also over what has left the group. Without a group over what bears the mark alone: for what is being started.
   */
  guard(groupId: number | undefined, mark?: string): () => void
  close(): void
}

/**
 * Keeps the groups that it is told of, as `GROUP:MARK`, and ends them when its input does: at the latest when the program
 * is gone. What has left its group is found by its mark alone.
 */
const script = `
groups=
while read -r sign group; do
  others=
  for each in $groups; do [ "$each" = "$group" ] || others="$others $each"; done
  groups=$others
  [ "$sign" = + ] && groups="$groups $group"
done
for each in $groups; do
  [ -z "\${each%%:*}" ] || kill -KILL "-\${each%%:*}"
  mark=\${each#*:}
  [ -n "$mark" ] || continue
  # What was being started while others were ended is found by the next look.
  for look in 1 2 3 4 5; do
    found=
    for file in /proc/[0-9]*/environ; do
      grep -qzFx "$mark" "$file" || continue
      process=\${file#/proc/}
      kill -KILL "\${process%/environ}" && found=1
    done
    [ -n "$found" ] || break
  done
done
`

/** Starts its process, a shell, with the first group. */
export function createDeathWatch(): DeathWatch {
  let watcher: ChildProcess | undefined
  const start = (): ChildProcess => {
    const child = spawn('/bin/sh', ['-c', script], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: { PATH: '/usr/bin:/bin' },
    })
    // Without it a killed program leaves commands behind, as it would anyway where there is no /bin/sh.
    child.on('error', () => {})
    child.stdin?.on('error', () => {})
    child.unref()
    if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
    return child
  }
  return {
    guard(groupId, mark = '') {
      watcher ??= start()
      const { stdin } = watcher
      const guarded = `${groupId ?? ''}:${mark}`
      stdin?.write(`+ ${guarded}\n`)
      return () => void stdin?.write(`- ${guarded}\n`)
    },
    close() {
      // Not destroyed: what it is told last has to arrive, or it would end a group that has its number from another.
      watcher?.stdin?.end()
      watcher = undefined
    },
  }
}
