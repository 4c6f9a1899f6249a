import type { Usage } from './events.ts'
import type { HistoryItem } from './history.ts'
import type { ThreadItem } from './thread-item.ts'
import type { ThreadTrace } from './thread-trace.ts'

/** A kept thread, as lists show it. */
export interface ThreadSummary {
  /** Of the thread. */
  readonly id: string
  /** What a person called it. */
  readonly name?: string
  /** The first line of its first prompt, at most 120 characters; empty where nothing was asked yet. */
  readonly title: string
  /** Where it was begun, an absolute path. */
  readonly cwd: string
  /** When it was begun: RFC 3339, UTC. */
  readonly created: string
  /** When its record last grew. */
  readonly updated: string
  /** The model of its last turn. */
  readonly model?: string
  /** The provider of its last turn. */
  readonly provider?: string
  /** The agent of its last turn. */
  readonly agent?: string
  /** The way it was started: `exec`, `cli`, `subagent`, … */
  readonly source: string
  /** The thread that it was forked from. */
  readonly forkedFrom?: string
  /** The thread that delegated to it. */
  readonly parent?: string
  /** Turns that were begun. */
  readonly turns: number
  /** Tokens of all its requests, in and out. */
  readonly tokens: number
  /** Whether it was put away. */
  readonly archived: boolean
  /** Absolute path of its record. */
  readonly file: string
  /** Of the record. */
  readonly sizeBytes: number
}

/** A kept thread, and those that it handed work to. */
export interface ThreadBranch {
  /** As lists show it. */
  readonly thread: ThreadSummary
  /** Whether a process adds to it now. */
  readonly running: boolean
  /** In the order of the list. */
  readonly children: readonly ThreadBranch[]
}

/** Which threads are asked for. */
export interface ThreadQuery {
  /** Those begun in this directory. Absent: in any. */
  readonly cwd?: string
  /** Absent: those that are not put away. */
  readonly archived?: 'only' | 'also'
  /** Those that an agent delegated too. Default false. */
  readonly subagents?: boolean
  /** Those that this thread handed work to: its whole id. Absent: whoever began them. */
  readonly parent?: string
  /** Those whose record grew since: RFC 3339. */
  readonly since?: string
  /** At most so many. Default 50. */
  readonly limit?: number
}

/** A place in a thread where a text stands. */
export interface ThreadHit {
  /** Which thread. */
  readonly thread: ThreadSummary
  /** Who said it, or what it is. */
  readonly kind: 'prompt' | 'answer' | 'command' | 'file' | 'finding'
  /** Line of its record, from 1. */
  readonly line: number
  /** The text around the place, on one line; what was found stands between U+E000 and U+E001. */
  readonly excerpt: string
}

/** One turn of a kept thread. */
export interface ThreadTurn {
  /** Of the turn; absent in records that do not say it. */
  readonly id?: string
  /** When it began: RFC 3339, UTC. */
  readonly started: string
  /** When it ended; absent where it did not. */
  readonly ended?: string
  /** What was asked. */
  readonly prompt: string
  /** What came of it, in order. */
  readonly items: readonly ThreadItem[]
  /** What its calls held of patches, in order: the patch, or the JSON arguments that have it. Absent: none. */
  readonly patches?: readonly string[]
  /** How it ended; `open`: it is running, or its program was ended. */
  readonly status: 'completed' | 'failed' | 'interrupted' | 'open'
  /** Why it failed. */
  readonly error?: string
}

/** A kept thread with all that was said. */
export interface ThreadTranscript {
  /** As lists show it. */
  readonly thread: ThreadSummary
  /** Oldest first. */
  readonly turns: readonly ThreadTurn[]
  /** Of all requests to models. */
  readonly usage: Usage
  /** Lines of the record that are no JSON objects, and were passed over. */
  readonly unreadableLines: number
}

/** A record that holds no thread that could be read. */
export interface UnreadableRecord {
  /** Absolute path. */
  readonly file: string
  /** What is wrong with it. */
  readonly problem: string
}

/** A place in a thread where its history was made shorter. */
export interface ThreadCompaction {
  /** When: RFC 3339, UTC. */
  readonly at: string
  /** What stands in place of it from there on. */
  readonly summary: string
  /** What models were sent before, and are not since. */
  readonly replaced: readonly HistoryItem[]
}

/** What requests to models took on one day, by model and agent. */
export interface UsageOfDay {
  /** In the time zone of this machine: `2026-01-31`. */
  readonly day: string
  /** Id of the provider; empty where the record does not say it. */
  readonly provider: string
  /** As the provider names it. */
  readonly model: string
  /** Id of the agent; empty for the default one. */
  readonly agent: string
  /** How many requests. */
  readonly requests: number
  /** Of these requests together. */
  readonly usage: Usage
}

/** How often a tool was called on one day, by model and agent. */
export interface CallsOfDay {
  /** In the time zone of this machine: `2026-01-31`. */
  readonly day: string
  /** Id of the provider whose model called; empty where the record does not say it. */
  readonly provider: string
  /** As the provider names it. */
  readonly model: string
  /** Id of the agent; empty for the default one. */
  readonly agent: string
  /** Id of the tool. */
  readonly tool: string
  /** How often. */
  readonly calls: number
}

/** What kept threads took. */
export interface UsageReport {
  /** Oldest day first. */
  readonly days: readonly UsageOfDay[]
  /** How often each tool was called, the most used first. */
  readonly tools: readonly { readonly tool: string; readonly calls: number }[]
  /** The same, by day, model and agent; oldest day first. */
  readonly calls: readonly CallsOfDay[]
  /** How many threads that is, without those that were replayed alone. */
  readonly threads: number
  /** How many threads ran from a recording, as a whole or in part: no model was asked, so nothing of that is counted. */
  readonly replayedThreads: number
}

/**
 * The kept threads. Where a thread is named, its id, the beginning of its id (8 characters or more) or its name may stand, or
 * `last` for the newest of this directory. @throws CodexError `thread.not_found`, `thread.ambiguous`, `rollout.unreadable`
 */
export interface ThreadLibrary {
  /** Newest first. */
  list(query: ThreadQuery, signal: AbortSignal): Promise<readonly ThreadSummary[]>
  /** The same with those that they handed work to below them, and whether each runs now. */
  tree(query: ThreadQuery, signal: AbortSignal): Promise<readonly ThreadBranch[]>
  /**
   * Ends the turn of a thread that a process of the same user runs, with all that it handed on. @throws CodexError `thread.idle`, and
   * `thread.busy` where it goes on
   */
  stop(id: string, signal: AbortSignal): Promise<ThreadSummary>
  /** Where all these words stand, newest threads first. */
  search(words: readonly string[], query: ThreadQuery, signal: AbortSignal): Promise<readonly ThreadHit[]>
  /** What they took, those that agents delegated included; `since` is about requests and calls. */
  usage(query: Omit<ThreadQuery, 'limit' | 'subagents'>, signal: AbortSignal): Promise<UsageReport>
  /** Records that lists leave out, since no thread could be read from them; after another question, as it was for that one. */
  unreadable(signal: AbortSignal): Promise<readonly UnreadableRecord[]>
  /** One thread. */
  find(thread: string, signal: AbortSignal): Promise<ThreadSummary>
  /** One thread by time, with those that it handed work to. */
  trace(thread: string, signal: AbortSignal): Promise<ThreadTrace>
  /** All of one thread. */
  read(thread: string, signal: AbortSignal): Promise<ThreadTranscript>
  /** What gave way to summaries in one thread, oldest first. */
  compactions(thread: string, signal: AbortSignal): Promise<readonly ThreadCompaction[]>
  /** Calls it something; an empty name takes the name away. */
  rename(thread: string, name: string, signal: AbortSignal): Promise<ThreadSummary>
  /** Puts it away, compressed; it is still found. @throws CodexError `thread.busy` */
  archive(thread: string, signal: AbortSignal): Promise<ThreadSummary>
  /** Takes it out again. */
  unarchive(thread: string, signal: AbortSignal): Promise<ThreadSummary>
  /** Deletes its record for good, also one from which no thread can be read. @throws CodexError `thread.busy` */
  delete(thread: string, signal: AbortSignal): Promise<ThreadSummary>
}
