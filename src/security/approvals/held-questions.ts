import { untilAborted } from '../../kernel/until-aborted.ts'

/** How long a connection is held for an answer. A person has to read it; a program that waits for ever would be a hang. */
const maxHeldMs = 180_000
/** How long a question stays open once nobody waits for it: package managers give up after seconds and come again. */
const maxUnwaitedMs = 3_000
/** Connections that are held at once, of all hosts. */
const maxHeld = 64
/** Hosts that a turn asks about: a program can think of any number of names. */
const maxQuestions = 20

/** What is waited for: a host, and what exactly of it is shown. */
export interface HeldSubject {
  readonly host: string
  /** What the answer is good for: those who want the same share it. */
  readonly shown: string
}

/** An answer, and whether it is a no. */
export interface HeldReply<Reply> {
  readonly reply: Reply
  readonly isRefusal: boolean
}

/** `another`: a question about something else of the host was answered, so that this one has to be looked at again. */
export type HeldAnswer<Reply> =
  | { readonly type: 'reply'; readonly reply: Reply }
  | { readonly type: 'another' }
  | { readonly type: 'refused'; readonly why: string }

/** Questions that connections are held for: one at a time for each host, whoever else waits for it. A no holds for the host until the turn ends. */
export interface HeldQuestions<Reply> {
  /**
   * @param ask asks; its signal aborts once nobody waits for the answer, or nobody gave one in time
   * @param gone aborts once this one waits no more; others may still come
   * @throws what `ask` throws; the reason of either signal
   */
  answer(
    subject: HeldSubject,
    ask: (signal: AbortSignal) => Promise<HeldReply<Reply>>,
    gone: AbortSignal,
    signal: AbortSignal,
  ): Promise<HeldAnswer<Reply>>
  /** Withdraws what is open, and forgets what was refused. */
  endTurn(): void
}

interface OpenQuestion<Reply> {
  readonly shown: string
  readonly answered: Promise<HeldAnswer<Reply>>
  join(): void
  /** `isOver`: nobody comes again. */
  leave(isOver: boolean): void
  withdraw(reason: Error): void
}

/** Questions of one turn. */
export function createHeldQuestions<Reply>(): HeldQuestions<Reply> {
  const open = new Map<string, OpenQuestion<Reply>>()
  const refused = new Map<string, string>()
  let held = 0
  let asked = 0

  const refuse = (host: string, why: string): HeldAnswer<Reply> => {
    refused.set(host, why)
    return { type: 'refused', why }
  }

  const openQuestion = (
    { host, shown }: HeldSubject,
    ask: (signal: AbortSignal) => Promise<HeldReply<Reply>>,
  ): OpenQuestion<Reply> => {
    const stop = new AbortController()
    let waiting = 0
    let isLate = false
    let unwaited: NodeJS.Timeout | undefined
    const forget = (): void => void (open.get(host) === question && open.delete(host))
    const withdraw = (reason: Error): void => {
      forget()
      stop.abort(reason)
    }
    const late = setTimeout(() => {
      isLate = true
      withdraw(new Error(`nobody answered in ${maxHeldMs / 1000} seconds`))
    }, maxHeldMs)
    const answered = async (): Promise<HeldAnswer<Reply>> => {
      try {
        const { reply, isRefusal } = await untilAborted(ask(stop.signal), stop.signal)
        if (isRefusal) refuse(host, 'it was refused before in this turn')
        return { type: 'reply', reply }
      } catch (error) {
        if (isLate) return refuse(host, `nobody answered in ${maxHeldMs / 1000} seconds`)
        throw error
      } finally {
        clearTimeout(late)
        clearTimeout(unwaited)
        forget()
      }
    }
    const question: OpenQuestion<Reply> = {
      shown,
      answered: answered(),
      join() {
        waiting += 1
        clearTimeout(unwaited)
      },
      leave(isOver) {
        waiting -= 1
        if (waiting > 0 || open.get(host) !== question) return
        const end = () => withdraw(new Error('nobody waits for the answer any more'))
        if (isOver) end()
        else unwaited = setTimeout(end, maxUnwaitedMs)
      },
      withdraw,
    }
    question.answered.catch(() => undefined) // told to those who wait, if any
    return question
  }

  return {
    async answer(subject, ask, gone, signal) {
      const ends = AbortSignal.any([gone, signal])
      ends.throwIfAborted()
      const why = refused.get(subject.host)
      if (why !== undefined) return { type: 'refused', why }
      if (held >= maxHeld) return { type: 'refused', why: `${maxHeld} connections wait for an answer already` }
      let question = open.get(subject.host)
      if (question === undefined) {
        if (asked >= maxQuestions) return { type: 'refused', why: `${maxQuestions} questions were asked in this turn` }
        asked += 1
        question = openQuestion(subject, ask)
        open.set(subject.host, question)
      }
      held += 1
      question.join()
      try {
        const answer = await untilAborted(question.answered, ends)
        return question.shown === subject.shown ? answer : { type: 'another' }
      } finally {
        held -= 1
        question.leave(signal.aborted)
      }
    },
    endTurn() {
      for (const question of open.values()) question.withdraw(new Error('the turn has ended'))
      refused.clear()
      asked = 0
    },
  }
}
