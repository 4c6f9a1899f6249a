import { type CodexEvent, type CodexOptions, type CodexResult, startCodex } from './run-codex.ts'

/** A running `codex dev --json`. */
export interface DevSession {
  readonly pid: number
  readonly started: CodexEvent
  /** The next change of this kind and id, of those that were not asked for before. */
  change(kind: string, id: string): Promise<CodexEvent>
  /** The next report of a reload that nobody asked for before. */
  reloaded(satisfies?: (event: CodexEvent) => boolean): Promise<CodexEvent>
  /** Ctrl-C. */
  end(): Promise<CodexResult>
}

/** Starts `codex dev --json` and waits until it watches. */
export async function startDev(options: CodexOptions, argv: readonly string[] = []): Promise<DevSession> {
  const codex = await startCodex(['dev', '--json', ...argv], options)
  const taken = new Set<CodexEvent>()
  const next = async (satisfies: (event: CodexEvent) => boolean) => {
    const event = await codex.event((each) => !taken.has(each) && satisfies(each))
    taken.add(event)
    return event
  }
  return {
    pid: codex.pid,
    started: await next(({ type }) => type === 'started'),
    change: (kind, id) => next((event) => event.type === 'change' && event.kind === kind && event.id === id),
    reloaded: (satisfies = () => true) => next((event) => event.type === 'reloaded' && satisfies(event)),
    end() {
      codex.kill('SIGINT')
      return codex.done
    },
  }
}
