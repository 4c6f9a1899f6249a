import type { ApprovalRequest, QuestionRequest, ThreadRequest } from '../../plugin-api/index.ts'
import { replyOf } from '../../security/approvals/approver.ts'
import { createRedactor, createValueRedactor, redactedMark, type ValueRedactor } from '../../security/redact.ts'
import { mapTexts, type PlaceNames } from '../../thread/recording/place-names.ts'
import { recordMessages } from '../../thread/recording/record-messages.ts'
import { recordStage } from '../../thread/recording/record-model.ts'
import { createRequestWriter, type RequestWriter } from '../../thread/recording/record-requests.ts'
import { recordStops } from '../../thread/recording/record-stops.ts'
import { recordTools } from '../../thread/recording/record-tools.ts'
import { openRecordingFile, type RecordingFile } from '../../thread/recording/recording-file.ts'
import { type RecordingHeader, type RecordingLineOf, recordingVersion } from '../../thread/recording/recording-lines.ts'
import { turnToData } from '../../thread/recording/turn-to-data.ts'
import { createTurnWriter } from '../../thread/recording/turn-writer.ts'
import type { ThreadRun } from '../../thread/run-thread.ts'
import { redactValue } from '../../tools/redact-value.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import type { Tape, TapedTurn, TurnTape } from './tape.ts'

/** Records a run. The first line is written before anything else happens. @throws CodexError `recording.exists`, `recording.unwritable` */
export async function openRecorder(
  request: ThreadRequest,
  target: { readonly file: string; readonly overwrite: boolean },
  names: PlaceNames,
  { kernel }: Pick<SecurityDeps, 'kernel'>,
): Promise<Tape> {
  const { options, credentials } = kernel
  await credentials.readFiles()
  const redact = createRedactor(options.env, credentials.secrets)
  const secrets = createValueRedactor(options.env, credentials.secrets)
  const began = options.now()
  const elapsedMs = () => Math.max(0, options.now().getTime() - began.getTime())
  const file = await openRecordingFile(target.file, {
    overwrite: target.overwrite,
    header: {
      type: 'recording',
      version: recordingVersion,
      program: options.version,
      recorded_at: began.toISOString(),
      platform: options.platform,
      asked: askedToData(request),
    },
    // Names of fields may hold a secret as well.
    clean: (line) => mapTexts(redactValue(line, redact), names.toNames, (key) => names.toNames(redact(key))),
  })
  let turns = 0
  return {
    queued: [],
    runTurn: () => undefined,
    asked: (asked) => recordPerson(asked, file, elapsedMs),
    turn(about) {
      turns += 1
      return recordTurn(about, file, { number: turns, elapsedMs, secrets })
    },
    close: () => file.close(),
  }
}

function recordTurn(
  about: TapedTurn,
  file: RecordingFile,
  { number, elapsedMs, secrets }: { number: number; elapsedMs: () => number; secrets: ValueRedactor },
): TurnTape {
  const lines = createTurnWriter(file, number, elapsedMs, secrets)
  let requests: RequestWriter = { count: 0, write: () => 0 }
  return {
    run(run: ThreadRun) {
      const { turn, context } = run
      requests = createRequestWriter(turn, lines)
      lines.write({
        type: 'turn',
        way: about.way,
        asked: about.asked,
        ...(about.agent !== undefined && { agent: about.agent }),
        security_profile: context.security_profile,
        approval_policy: context.approval_policy,
        ...turnToData(turn),
      })
      return { ...run, turn: { ...turn, stages: turn.stages.map((stage) => recordStage(stage, { lines, requests })) } }
    },
    tools: (tools) => recordTools(tools, lines),
    messages: (messages) => messages && recordMessages(messages, lines, () => requests.count),
    mayStop: (mayStop) => mayStop && recordStops(mayStop, lines, () => requests.count),
    see(event) {
      // That the file cannot be written has been said.
      if (event.type === 'turn.failed' && event.error.code === 'recording.unwritable') return
      if (event.type === 'turn.completed') lines.write({ type: 'end', outcome: 'completed' })
      if (event.type === 'turn.failed') lines.write({ type: 'end', outcome: 'failed' })
      if (event.type === 'turn.interrupted') lines.write({ type: 'end', outcome: 'interrupted' })
    },
  }
}

function askedToData(request: ThreadRequest): RecordingHeader['asked'] {
  const { selection } = request
  const vars = request.vars ?? {}
  const paths = [...(request.paths ?? [])]
  const images = [...(request.images ?? [])]
  return {
    input: request.input,
    ...(request.argv && { argv: [...request.argv] }),
    ...(request.agent !== undefined && { agent: request.agent }),
    ...(request.route !== undefined && { route: request.route }),
    ...(request.lenientInput !== undefined && { lenient_input: request.lenientInput }),
    ...(request.purpose !== undefined && { purpose: request.purpose }),
    ...(paths.length > 0 && { paths }),
    ...(images.length > 0 && { images }),
    ...(request.playbook && { playbook: true }),
    ...(request.outputSchema && { output_schema: { ...request.outputSchema } }),
    ...(Object.keys(vars).length > 0 && { vars: { ...vars } }),
    ...(selection && {
      selection: { type: selection.type, text: selection.type === 'text' ? selection.text : selection.location },
    }),
  }
}

/** What a person answers is written down; what they typed unseen is not. */
function recordPerson(request: ThreadRequest, file: RecordingFile, elapsedMs: () => number): ThreadRequest {
  const { approve, ask, readSelection } = request
  return {
    ...request,
    ...(approve && {
      async approve(question: ApprovalRequest, signal: AbortSignal) {
        const answer = await approve(question, signal)
        file.write({
          type: 'approval',
          at_ms: elapsedMs(),
          action: { ...question.action },
          answer: replyOf(answer).decision,
        })
        return answer
      },
    }),
    ...(ask && {
      async ask(asked: QuestionRequest, signal: AbortSignal) {
        const answer = await ask(asked, signal)
        const { asker, questions } = asked
        const line: RecordingLineOf<'answer'> = {
          type: 'answer',
          at_ms: elapsedMs(),
          asker,
          questions: questions.map((question) => ({ ...question })),
          answer: { ...answer },
        }
        if (answer.type === 'answered') {
          const secret = new Set(questions.flatMap(({ id, isSecret }) => (isSecret ? [id] : [])))
          const open = Object.entries(answer.answers).map(([id, said]) => [id, secret.has(id) ? [redactedMark] : said])
          line.answer = { ...answer, answers: Object.fromEntries(open) }
        }
        file.write(line)
        return answer
      },
    }),
    ...(readSelection && {
      async readSelection() {
        const text = await readSelection()
        file.write({ type: 'selection', at_ms: elapsedMs(), text })
        return text
      },
    }),
  }
}
