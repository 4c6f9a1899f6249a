import { CodexError } from '../../plugin-api/errors.ts'
import type {
  ApprovalRequest,
  QuestionRequest,
  ReplayedThread,
  ReplayOptions,
  ThreadRequest,
} from '../../plugin-api/index.ts'
import { localRecording } from '../../thread/recording/local-recording.ts'
import { mapTexts, type PlaceNames } from '../../thread/recording/place-names.ts'
import { type RecordedTurn, type Recording, readRecording } from '../../thread/recording/read-recording.ts'
import { replayMessages } from '../../thread/recording/replay-messages.ts'
import { replayStops } from '../../thread/recording/replay-stops.ts'
import { replayTools } from '../../thread/recording/replay-tools.ts'
import { requestFromData } from '../../thread/recording/request-from-data.ts'
import { turnFromData } from '../../thread/recording/turn-from-data.ts'
import { withoutVariation } from '../../thread/recording/without-variation.ts'
import type { ThreadRun } from '../../thread/run-thread.ts'
import { createItemLedger, type ItemLedger } from '../../tools/item-ledger.ts'
import { toolsFoundIn } from '../../tools/tools-found-in.ts'
import type { ThreadDeps } from '../start-thread.ts'
import { connectReplay } from './connect-replay.ts'
import { replayTurn } from './replay-turn.ts'
import type { Tape, TapedTurn, TurnTape } from './tape.ts'

/** Opens a recording to be run again. @throws CodexError `recording.unreadable` */
export async function openReplay(options: ReplayOptions, names: PlaceNames, deps: ThreadDeps): Promise<Tape> {
  const recording = localRecording(await readRecording(options.file), names)
  const neutral = (text: string) => withoutVariation(names.toNames(text))
  const waiting = [...recording.turns]
  const find = (about: TapedTurn): RecordedTurn => {
    const fits = ({ line }: RecordedTurn) => line.way === about.way && line.agent === about.agent
    const asks = ({ line }: RecordedTurn) => neutral(line.asked) === neutral(about.asked)
    const found =
      waiting.find((turn) => fits(turn) && asks(turn)) ??
      waiting.find(fits) ??
      waiting.find(({ line }) => line.way === about.way)
    if (!found) throw noTurn(options.file, about)
    return found
  }
  const open = (turn: RecordedTurn, isCarriedOut: boolean) => {
    waiting.splice(waiting.indexOf(turn), 1)
    return openTurn(turn, { options, neutral, isCarriedOut })
  }
  return {
    queued: recording.turns.flatMap(({ line }) => (line.way === 'queue' ? [line.asked] : [])),
    asked: (request) => answeredAgain(askedAgain(request, recording, neutral), recording, neutral),
    turn: (about) => open(find(about), true),
    runTurn(request, about, signal) {
      const turn = find(about)
      // A summary calls no tool: all that there is to compare is in the recording.
      if (options.tools !== 'recorded' && !turn.line.settings.compaction) return undefined
      return replayTurn(request, { line: turn.line, tape: open(turn, false) }, deps, signal)
    },
    close: async () => undefined,
  }
}

interface TurnDeps {
  readonly options: ReplayOptions
  /** False where nothing of the turn is carried out. */
  readonly isCarriedOut: boolean
  neutral(text: string): string
}

function openTurn(turn: RecordedTurn, { options, neutral, isCarriedOut }: TurnDeps): TurnTape {
  const { file, speed, lenient = false } = options
  const { history, way } = turn.line
  // Such a turn goes on with what this run has said.
  const isQueued = way === 'queue'
  let requestsMade = 0
  let ledger = createItemLedger()
  const replay: ReplayedThread = {
    file,
    lenient,
    ...(speed !== undefined && { speed }),
    neutral,
    next() {
      const request = turn.requests[requestsMade]
      if (request) requestsMade += 1
      return request
    },
  }
  return {
    replayed: {
      stages: (deps, signal) => connectReplay(turn, replay, deps, signal),
      before: !isQueued && history.length > 0 ? { history, foundTools: toolsFoundIn(history) } : undefined,
    },
    run(run: ThreadRun, items: ItemLedger) {
      ledger = items
      const { stages, threadId, turnId, cwd, agent } = run.turn
      const recorded = turnFromData(turn.line)
      // What the thread is told now is what is compared.
      const now = isCarriedOut ? { input: run.turn.input, task: run.turn.task, ...(agent && { agent }) } : {}
      const said = isQueued ? { history: run.turn.history, usageBefore: run.turn.usageBefore } : {}
      const before = history.map((item) => ({ type: 'response_item', item }) as const)
      return {
        ...run,
        preface: [...(run.isNew ? before : []), ...run.preface],
        turn: { ...recorded, ...now, ...said, stages, threadId, turnId, cwd },
      }
    },
    tools: (tools) =>
      isCarriedOut ? tools : replayTools(turn, { file, ledger, speed, requestsMade: () => requestsMade }),
    messages: (messages) => replayMessages(turn, () => requestsMade, messages, { keepsHooks: isCarriedOut }),
    mayStop: (mayStop) => (isCarriedOut ? mayStop : replayStops(turn, () => requestsMade)),
    see: () => undefined,
  }
}

/** What was asked, where it is not asked for something else. @throws CodexError `replay.differs` */
function askedAgain(
  request: ThreadRequest,
  { file, header }: Recording,
  neutral: (text: string) => string,
): ThreadRequest {
  const recorded = requestFromData(header.asked)
  const isSame = neutral(request.input.trim()) === neutral(recorded.input.trim())
  if (request.input.trim() === '' || isSame) return { ...request, ...recorded }
  const both = `\n  recorded: ${recorded.input}\n  now:      ${request.input}`
  throw new CodexError('replay.differs', `The prompt is not the recorded one:${both}`, {
    hint: 'Leave the prompt out: the recording has it.',
    location: { file, line: 1, field: 'asked.input' },
  })
}

/**
 * A recording lets nothing happen: what was allowed is asked again, and what was refused is refused again. What a person
 * told the agent is told again.
 */
function answeredAgain(request: ThreadRequest, recording: Recording, neutral: (text: string) => string): ThreadRequest {
  const { approve, ask } = request
  const refused = recording.approvals
    .filter(({ answer }) => answer === 'deny')
    .map(({ action }) => JSON.stringify(action))
  const answers = [...recording.answers]
  const text = recording.selection
  return {
    ...request,
    ...(approve && {
      async approve(question: ApprovalRequest, signal: AbortSignal) {
        const place = refused.indexOf(JSON.stringify(mapTexts(question.action, neutral)))
        if (place === -1) return await approve(question, signal)
        refused.splice(place, 1)
        return 'deny'
      },
    }),
    ...(answers.length > 0 && {
      async ask(asked: QuestionRequest, signal: AbortSignal) {
        const same = (line: Recording['answers'][number]) =>
          asked.asker === line.asker &&
          asked.questions.every(({ id, question, isSecret }, index) => {
            const recorded = line.questions[index]
            return !isSecret && recorded?.id === id && neutral(recorded.question) === neutral(question)
          })
        const place = asked.asker === 'The agent' ? answers.findIndex(same) : -1
        const [line] = place === -1 ? [] : answers.splice(place, 1)
        if (line) return line.answer as Awaited<ReturnType<NonNullable<typeof ask>>> // checked as it was read
        return ask ? await ask(asked, signal) : { type: 'nobody' }
      },
    }),
    ...(text !== undefined && { readSelection: async () => text }),
  }
}

function noTurn(file: string, { way, agent }: TapedTurn): CodexError {
  const what = way === 'delegation' ? `agent ${agent ?? 'default'}` : 'a further turn'
  return new CodexError('replay.ended', `${file} has nothing of ${what} at this point`, {
    hint: 'The recorded thread did not get so far, or did something else: record it anew.',
    location: { file },
  })
}
