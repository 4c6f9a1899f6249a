import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type {
  HistoryItem,
  ModelRequest,
  RequestPreview,
  ThreadItemBody,
  ThreadRequest,
  ToolSpec,
} from '../plugin-api/index.ts'
import type { PreviewPart, ThreadPreview } from '../plugin-api/thread-preview.ts'
import { requestOf } from '../thread/ask-model.ts'
import type { Turn, TurnStage } from '../thread/turn.ts'
import type { Delegate } from '../tools/index.ts'
import { redactValue } from '../tools/redact-value.ts'
import { type PlannedTurn, planTurn } from './plan-turn.ts'
import { type PreparedThread, prepareThread } from './prepare-thread.ts'
import type { ThreadDeps } from './start-thread.ts'
import { threadNotices, threadWarnings } from './thread-notices.ts'

/** Bytes for a token, as a rule of thumb for English and code. */
const bytesPerToken = 4

/**
 * What a turn would send first: all that leads to a request happens, and the request does not. No credential is looked up, no rollout is written;
 * the audit log has what was read for it.
 *
 * @throws CodexError as `startThread`; `provider.unconfigured` where the provider cannot show its requests; the abort reason
 */
export async function previewThread(
  request: ThreadRequest,
  deps: ThreadDeps,
  signal: AbortSignal,
): Promise<ThreadPreview> {
  // Whatever a provider would like to ask on the way: nothing leaves.
  const given = { ...deps, kernel: { ...deps.kernel, send: async () => Promise.reject(nothingIsSent()) } }
  const prepared = await prepareThread(request, given, signal)
  try {
    const planned = await plannedOrNoModel(prepared, request, given, signal)
    if (isCodexError(planned)) {
      const shown = await showCompactionAlone(prepared, planned, given)
      const notices = prepared.preface.flatMap(textOf)
      return redactValue({ ...shown, notices }, prepared.security.redact)
    }
    try {
      for (const problem of await planned.tools.problems()) deps.store.report(problem)
      const shown = await show(planned)
      const notices = [
        ...threadWarnings(planned, given),
        ...prepared.preface,
        ...planned.items,
        ...threadNotices(planned, prepared, given),
      ].flatMap(textOf)
      return redactValue({ ...shown, notices }, prepared.security.redact)
    } finally {
      await planned.close()
    }
  } finally {
    prepared.gate.endTurn()
    await prepared.security.audit.sync()
    await prepared.security.audit.close()
  }
}

/** A compaction can be shown where no model could be asked for its summary: why that is so. @throws as `planTurn` */
async function plannedOrNoModel(
  prepared: PreparedThread,
  request: ThreadRequest,
  deps: ThreadDeps,
  signal: AbortSignal,
): Promise<PlannedTurn | CodexError> {
  try {
    return await planTurn(prepared, request, { ...deps, delegation: () => ({ delegate: nothingIsHandedOn }) }, signal)
  } catch (error) {
    if (prepared.compaction && isCodexError(error) && error.code === 'provider.unconfigured') return error
    throw error
  }
}

/** What would become of the history, for a model of which nothing is known. */
async function showCompactionAlone(
  { compaction, resumed }: PreparedThread,
  missing: CodexError,
  { kernel }: ThreadDeps,
): Promise<Omit<ThreadPreview, 'notices'>> {
  const { previewCompaction } = await import('../thread/preview-compaction.ts')
  const { history = [] } = resumed?.record ?? {}
  const turn = { history, cwd: kernel.options.cwd, ...(compaction && { compaction }) }
  const { preview } = await previewCompaction(turn, kernel.loaded.config.model_context_window)
  const reason = `there is no request for the summary to show: ${missing.message}`
  return { provider: kernel.loaded.config.model_provider, model: 'none', reason, parts: [], compaction: preview }
}

async function show({ chosen, input, tools, run }: PlannedTurn): Promise<Omit<ThreadPreview, 'notices'>> {
  const who = { provider: chosen.provider, model: chosen.model }
  const [first] = run.turn.stages
  const stage = run.turn.stages.find(({ preparing }) => !preparing)
  if (run.turn.compaction) return await showCompaction(run.turn, stage, who)
  if (stage === undefined || stage.provider.modelFree) {
    return { ...who, reason: "the agent's playbook would run, without a language model", parts: [] }
  }
  const specs = await tools.specs(stage.freeformTools)
  const preview = await requestTo(stage, requestOf(run.turn, stage, [...run.turn.history, ...run.turn.input], specs))
  const reason = "the agent's playbook would run first, and its results would be in the request"
  return {
    ...who,
    request: preview,
    ...(first?.preparing && { reason }),
    parts: partsOf(input.parts, run.turn.history, specs, preview.body),
  }
}

/** What would become of the history, and the request for the summary. @throws CodexError `provider.unconfigured` without a model */
async function showCompaction(
  turn: Turn,
  stage: TurnStage | undefined,
  who: Pick<ThreadPreview, 'provider' | 'model'>,
): Promise<Omit<ThreadPreview, 'notices'>> {
  const { needsModel } = await import('../thread/compact-thread.ts')
  if (stage === undefined || stage.provider.modelFree) throw needsModel()
  const { previewCompaction } = await import('../thread/preview-compaction.ts')
  const { preview, input } = await previewCompaction(turn, stage.modelInfo.contextWindow)
  const request = input && (await requestTo(stage, requestOf(turn, stage, input, [])))
  return { ...who, ...(request && { request }), parts: [], compaction: preview }
}

/** @throws CodexError `provider.unconfigured` */
async function requestTo({ provider, context }: TurnStage, wanted: ModelRequest): Promise<RequestPreview> {
  if (provider.preview === undefined) {
    throw new CodexError('provider.unconfigured', `Provider "${context.settings.id}" cannot show its requests`, {
      hint: 'Update the plugin that brings it; its author adds `preview`.',
    })
  }
  return await provider.preview(wanted, context)
}

/** In the order of the request. Tools have the size of their JSON as it would be sent. */
function partsOf(
  parts: PlannedTurn['input']['parts'],
  history: readonly HistoryItem[],
  specs: readonly ToolSpec[],
  body: Readonly<Record<string, unknown>>,
): readonly PreviewPart[] {
  const told = parts.filter(({ part }) => part !== 'prompt')
  const sizes = new Map<string, number>()
  const add = (part: string, text: string) => sizes.set(part, (sizes.get(part) ?? 0) + Buffer.byteLength(text))
  if (history.length > 0) add('history', history.map((item) => JSON.stringify(withoutImages(item))).join(''))
  for (const { part, text } of told) add(part, text)
  if (specs.length > 0) add('tools', JSON.stringify(body.tools ?? specs))
  for (const { part, text } of parts) if (part === 'prompt') add(part, text)
  return [...sizes].map(([part, bytes]) => ({ part, bytes, tokens: Math.ceil(bytes / bytesPerToken) }))
}

function withoutImages(item: HistoryItem): HistoryItem {
  if (item.type !== 'message') return item
  return { ...item, content: item.content.filter((part) => part.type !== 'input_image') }
}

function textOf(item: ThreadItemBody): readonly string[] {
  if (item.type === 'error' || item.type === 'notice') return [item.message]
  return item.type === 'activation' ? [`Agent ${item.agent} would take it.`] : []
}

const nothingIsHandedOn: Delegate = () => Promise.reject(nothingIsSent())

function nothingIsSent(): CodexError {
  return new CodexError('provider.unconfigured', '--dry-run sends nothing, and a server would have to be asked first', {
    hint: 'Where it is asked for its models, as with --oss, name one: -m MODEL.',
  })
}
