import type { HookEntry } from '../plugin-api/index.ts'

/** A line for each hook: when, for which tools, what, where it is written down. Those that wait stand apart. */
export function hooksText(hooks: readonly HookEntry[]): string {
  const waiting = hooks.filter(({ state }) => state === 'waiting')
  const inForce = hooks.filter(({ state }) => state === 'in_force')
  const none =
    'No hook is in force: neither $CODEX_HOME/hooks.json nor config.toml has one, or [features] turns them off, and no plugin brings one.'
  const first = inForce.length === 0 ? none : table(inForce)
  if (waiting.length === 0) return first
  return `${first}\n\nOf this repository, waiting for codex trust:\n${table(waiting)}`
}

function table(hooks: readonly HookEntry[]): string {
  const rows = hooks.map(({ event, matcher = '', runs, plugin, profile, timeoutMs, file, line }) => ({
    event,
    matcher,
    runs: plugin === undefined ? firstLine(runs) : `${runs} of ${plugin}`,
    held: `${profile === undefined ? '' : `profile ${profile}, `}${timeoutMs / 1000} s`,
    place: line === undefined ? file : `${file}:${line}`,
  }))
  const width = (column: 'event' | 'matcher' | 'runs') => Math.max(...rows.map((row) => row[column].length))
  const [events, matchers, programs] = [width('event'), width('matcher'), width('runs')]
  return rows
    .map(
      ({ event, matcher, runs, held, place }) =>
        `${event.padEnd(events)}  ${matcher.padEnd(matchers)}  ${runs.padEnd(programs)}  [${held}]  ${place}`,
    )
    .join('\n')
}

function firstLine(script: string): string {
  const [line = ''] = script.split('\n')
  return line.length > 60 || line !== script ? `${line.slice(0, 60)}…` : line
}
