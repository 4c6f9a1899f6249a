import { v7 as uuidv7 } from 'uuid'
import { CodexError } from '../../plugin-api/errors.ts'
import type { ThreadEvent, ThreadRequest } from '../../plugin-api/index.ts'
import { createRedactor, createValueRedactor } from '../../security/redact.ts'
import { noUsage } from '../../thread/no-usage.ts'
import type { RecordedTurnLine } from '../../thread/recording/recording-lines.ts'
import { rolloutOf } from '../../thread/rollout.ts'
import { runThread, type ThreadRun } from '../../thread/run-thread.ts'
import type { StoredThread } from '../../thread/thread-store.ts'
import type { TurnTools } from '../../thread/turn.ts'
import { createItemLedger } from '../../tools/item-ledger.ts'
import { findThread } from '../find-thread.ts'
import type { Kernel } from '../load-kernel.ts'
import { openAuditLog } from '../open-audit-log.ts'
import { sourceOf } from '../source-of.ts'
import type { ThreadDeps } from '../start-thread.ts'
import type { TurnTape } from './tape.ts'

/**
 * Runs a recorded turn of which nothing is carried out: no hook, no tool, no server, no command. It is kept as any turn is.
 *
 * @throws CodexError `rollout.unwritable`, `audit.unwritable`
 */
export async function* replayTurn(
  request: ThreadRequest,
  { line, tape }: { readonly line: RecordedTurnLine; readonly tape: TurnTape },
  { kernel }: ThreadDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  const { options, credentials } = kernel
  await credentials.readFiles()
  const redact = createRedactor(options.env, credentials.secrets)
  const audit = await openAuditLog(kernel, redact)
  try {
    // A turn that was queued goes on with the thread of this run.
    const resumed = request.resume === undefined ? undefined : await findThread(request.resume, {}, kernel)
    const threadId = resumed?.record.meta.id ?? uuidv7()
    const turnId = uuidv7()
    const chosen = await tape.replayed?.stages({ kernel, audit, threadId }, signal)
    const who = { model_provider: chosen?.provider ?? '', ...(line.agent !== undefined && { agent: line.agent }) }
    const run: ThreadRun = {
      turn: {
        threadId,
        turnId,
        cwd: options.cwd,
        history: resumed?.record.history ?? [],
        input: [],
        stages: chosen?.stages ?? [],
        task: { prompt: '', paths: [] },
        usageBefore: resumed?.record.usage ?? noUsage,
      },
      context: {
        turn_id: turnId,
        cwd: options.cwd,
        model: chosen?.model ?? '',
        approval_policy: line.approval_policy,
        security_profile: line.security_profile,
        ...who,
      },
      meta: {
        id: threadId,
        timestamp: options.now().toISOString(),
        cwd: options.cwd,
        ...sourceOf(options),
        ...who,
      },
      isNew: resumed === undefined,
      preface: [],
      warnings: [],
      redact: createValueRedactor(options.env, credentials.secrets),
    }
    const ledger = createItemLedger()
    const schema = line.settings.output_schema
    const checkOutput = schema && (await openSchema(schema))
    const rollout = request.ephemeral ? undefined : await openRollout(resumed, threadId, kernel)
    try {
      const taped = tape.run({ ...run, ...(rollout && { rollout }) }, ledger)
      const messages = tape.messages(undefined)
      const mayStop = tape.mayStop(undefined)
      const deps = {
        tools: tape.tools(nothing),
        ledger,
        ...(checkOutput && { checkOutput }),
        ...(messages && { messages }),
        ...(mayStop && { mayStop }),
      }
      yield* runThread(taped, deps, signal)
    } finally {
      await rollout?.close()
    }
    await audit.sync()
  } finally {
    await audit.close()
  }
}

/** What a replay has no result of does not happen. */
const nothing: TurnTools = {
  specs: async () => [],
  isParallel: async () => false,
  // biome-ignore lint/correctness/useYield: it only throws
  async *dispatch({ name }) {
    throw new CodexError('permission.denied', `The tool ${name} is not carried out in a replay of recorded results`)
  },
  ended: () => [],
}

async function openRollout(resumed: StoredThread | undefined, threadId: string, { threads, options }: Kernel) {
  const writer = resumed ? await threads.reopen(resumed) : await threads.create(threadId)
  return rolloutOf(writer, { ordinal: resumed?.record.nextOrdinal ?? 0 }, options)
}

async function openSchema(schema: Readonly<Record<string, unknown>>) {
  const { openOutputSchema } = await import('../../thread/output-schema.ts')
  return await openOutputSchema(schema)
}
