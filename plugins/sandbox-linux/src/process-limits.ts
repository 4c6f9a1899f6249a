import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxPolicy } from 'codex-kernel/plugin-api'

/** Processes and threads of one command where the policy names no number: far above a parallel build, far below a fork bomb. */
const defaultMaxProcesses = 1500

/** How the limits of one command are set. */
export interface ProcessLimits {
  /** Words before the sandbox: they put it in control groups. Empty where none can be made. */
  readonly before: readonly string[]
  /** Words before the command, inside: they set resource limits. */
  readonly inside: readonly string[]
  /** Removes the control groups; the processes have ended. */
  cleanup(): Promise<void>
}

/**
 * Limits the number of processes, and the memory where the policy says so. Control groups where this user may make them:
 * they bind root too, and count the whole tree. Else resource limits, set inside, where the count is the sandbox's own
 * user namespace's; these bind no root user (setrlimit(2)), and RLIMIT_DATA holds for each process alone.
 */
export function processLimits(limits: SandboxPolicy['limits']): ProcessLimits {
  const maxProcesses = limits.maxProcesses ?? defaultMaxProcesses
  const groups: string[] = []
  const resourceLimits: string[] = []
  const pids = makeGroup('pids', { 'pids.max': maxProcesses })
  if (pids) groups.push(pids)
  else resourceLimits.push(`ulimit -u ${maxProcesses} 2>/dev/null || ulimit -p ${maxProcesses}`)
  if (limits.maxMemoryBytes !== undefined) {
    const bytes = limits.maxMemoryBytes
    const memory = makeGroup('memory', { 'memory.max': bytes, 'memory.limit_in_bytes': bytes })
    if (memory) groups.push(memory)
    else resourceLimits.push(`ulimit -d ${Math.ceil(bytes / 1024)}`)
  }
  const join = groups.map((_, index) => `echo 0 > "$${index + 1}/cgroup.procs"`).join(' && ')
  return {
    before:
      groups.length === 0 ? [] : ['/bin/sh', '-c', `${join} && shift ${groups.length} && exec "$@"`, 'sh', ...groups],
    inside: resourceLimits.length === 0 ? [] : ['/bin/sh', '-c', `${resourceLimits.join('; ')}; exec "$@"`, 'sh'],
    async cleanup() {
      for (const group of groups) await removeGroup(group)
    },
  }
}

/** A new control group with those of `settings` that its version knows; undefined where that is not allowed. */
function makeGroup(controller: 'pids' | 'memory', settings: Readonly<Record<string, number>>): string | undefined {
  for (const parent of groupParents(controller)) {
    const group = join(parent, `codex-${process.pid}-${randomUUID()}`)
    try {
      mkdirSync(group)
    } catch {
      // Read-only or not this user's: the usual case, and the reason for the other way.
      continue
    }
    const known = Object.entries(settings).filter(([name]) => existsSync(join(group, name)))
    try {
      for (const [name, value] of known) writeFileSync(join(group, name), String(value))
      if (known.length > 0) return group
    } catch {
      // May be made, but not set up: no limit, so not this way.
    }
    rmdirSync(group)
  }
  return undefined
}

/** Where a group may lie: version 1 below one's own; version 2 beside it, since a group with processes has no children (cgroups(7)). */
export function groupParents(controller: 'pids' | 'memory'): readonly string[] {
  const root = '/sys/fs/cgroup'
  return readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
      if (controllers.split(',').includes(controller)) return [join(root, controllers, path)]
      if (line.startsWith('0::')) return [join(root, dirname(path)), join(root, path)].filter(hasController)
      return []
    })

  function hasController(directory: string): boolean {
    try {
      return readFileSync(join(directory, 'cgroup.subtree_control'), 'utf8').split(/\s/).includes(controller)
    } catch {
      return false
    }
  }
}

/** The last process may still be on its way out: asks again for up to a second. */
async function removeGroup(group: string): Promise<void> {
  for (let waitMs = 1; ; waitMs *= 2) {
    try {
      // Not on the main thread: the kernel takes its time (5.7 ms on a busy machine, measured).
      await rmdir(group)
      return
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'EBUSY'
      if (!isBusy || waitMs > 512) return
      await delay(waitMs)
    }
  }
}
