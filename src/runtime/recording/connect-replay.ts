import { CodexError, type ReplayedThread } from '../../plugin-api/index.ts'
import type { RecordedTurn } from '../../thread/recording/read-recording.ts'
import type { RecordedModel } from '../../thread/recording/recording-lines.ts'
import { replayId } from '../../thread/recording/replay-id.ts'
import { modelFromData } from '../../thread/recording/turn-from-data.ts'
import type { ConnectedModel, FallbackModel, TurnStage } from '../../thread/turn.ts'
import { type ChosenStages, connectProvider, playbookId, type StageDeps } from '../choose-stages.ts'
import { openProvider } from '../open-provider.ts'

/** Who answered a recorded turn, each connected to the recording; a playbook is carried out anew. */
export async function connectReplay(
  turn: RecordedTurn,
  replay: ReplayedThread,
  deps: StageDeps,
  signal: AbortSignal,
): Promise<ChosenStages> {
  const connect = async (model: RecordedModel, abort: AbortSignal): Promise<ConnectedModel> => {
    const { provider, context } = await openProvider(replayId, { ...deps, replay }, abort)
    // Sealed reasoning is known by the provider that it is of.
    const settings = { ...context.settings, id: model.provider }
    return { ...modelFromData(model), provider, context: { ...context, settings } }
  }
  const later = [...turn.fallbacks]
  const fallback = (name: string): FallbackModel => ({
    name,
    async connect(abort) {
      const place = later.findIndex((line) => line.name === name)
      const [line] = place === -1 ? [] : later.splice(place, 1)
      if (line?.model) return await connect(line.model, abort)
      const { code, message } = line?.error ?? { code: 'replay.ended', message: 'the recording does not have it' }
      throw new CodexError(code as CodexError['code'], message) // one of the table, when it was recorded
    },
  })
  const stages: TurnStage[] = []
  for (const stage of turn.line.stages) {
    const { preparing, fallbacks } = stage
    if (stage.model_free) {
      const { isFallback: _, ...playbook } = await connectProvider(playbookId, { agent: undefined }, deps, signal)
      stages.push({ ...playbook, preparing })
    } else {
      stages.push({ ...(await connect(stage, signal)), preparing, fallbacks: fallbacks.map(fallback) })
    }
  }
  const model = stages.at(-1)?.model ?? 'none'
  return { stages, provider: replayId, model }
}
