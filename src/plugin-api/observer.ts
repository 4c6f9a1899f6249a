import type { ThreadEvent } from './events.ts'
import type { HttpRequest, HttpResponse } from './provider.ts'
import type { SourceProblem } from './tool-source.ts'

/** An event of a running thread, as its record has it: secrets are taken out. */
export interface ObservedEvent {
  /** Of the thread that says it. */
  readonly threadId: string
  /** Of its turn. */
  readonly turnId: string
  /** The thread that delegated to it. Absent: a person started it. */
  readonly parentThreadId?: string
  /** When it came. */
  readonly time: Date
  /** What was said. */
  readonly event: ThreadEvent
}

/** A reader of the stream while a thread runs, with all threads that it delegates to. */
export interface OpenObserver {
  /** Told of each event before it is shown. The turn waits while it runs, so that it keeps what it wants and returns; once it throws, it is told no more. */
  see(observed: ObservedEvent): void
  /** What has gone wrong since it was last asked: told to the person, and the turn goes on. */
  news(): readonly SourceProblem[]
  /** Gives all back, and hands on what waits. The turn is over and shown by then; the signal aborts when its time is up. */
  close(signal: AbortSignal): Promise<void>
}

/** Certificates for a request, as PEM texts. */
export interface TlsFiles {
  /** Who is believed in place of those that the system knows. */
  readonly ca?: string
  /** What the program shows. */
  readonly cert?: string
  /** The key of it. */
  readonly key?: string
}

/** All that an observer can reach. */
export interface ObserverContext {
  /** The table of the configuration that the manifest names, or `[plugins.NAME]`; without what a repository says. */
  readonly settings: Readonly<Record<string, unknown>>
  /** An environment variable that the manifest names. */
  env(name: string): string | undefined
  /** The text of a file whose path stands in the settings or in such a variable. @throws CodexError `config.unreadable` */
  file(path: string): Promise<string>
  /** Reaches the origins of addresses that stand in the settings or in such a variable, and no other; follows no redirect; recorded in the audit log. @throws CodexError `permission.denied`; what Node throws for a host that cannot be reached; the abort reason */
  fetch(url: string, request: HttpRequest & { readonly tls?: TlsFiles }): Promise<HttpResponse>
  /** Has a text, such as a header's value, taken out of all that is said from now on. */
  keepSecret(text: string): void
  /** Who started the program, such as `codex_exec`. */
  readonly originator: string
  /** Of the program. */
  readonly version: string
}

/** What a module of the point `observers` exports: reads the stream of threads. */
export interface Observer {
  /** As the manifest says it. */
  readonly id: string
  /** Begins with a turn that a person starts, where its table of the configuration is there. It has a second; what it throws is told, and the turn goes on without it. */
  open(ctx: ObserverContext, signal: AbortSignal): Promise<OpenObserver>
}

/** Types an observer. */
export function defineObserver(observer: Observer): Observer {
  return observer
}
