import {
  CodexError,
  getFromApi,
  type ModelInfo,
  type ModelList,
  type ProviderContext,
  type ProviderSettings,
  z,
} from 'codex-kernel/plugin-api'
import { knownModel } from './catalogue.ts'
import { openaiApi } from './openai-api.ts'

const tokens = z.number().int().positive().optional().catch(undefined)
const entrySchema = z.object({
  id: z.string().min(1),
  name: z.string().optional().catch(undefined),
  // Servers besides OpenAI's own say how much fits, each in its way.
  context_length: tokens,
  context_window: tokens,
  max_model_len: tokens,
  max_context_length: tokens,
  loaded_context_length: tokens,
  type: z.string().optional().catch(undefined),
})
const answerSchema = z.object({ data: z.array(z.unknown()) })

/** What OpenAI lists beside the models that answer in text. */
const otherKinds =
  /audio|babbage|dall-e|davinci|embedding|image|instruct|moderation|realtime|sora|transcribe|tts|whisper/

/**
 * Asks `GET /models` and adds what is known of each. Undefined where the server says that nothing changed since `etag`.
 *
 * @throws CodexError `provider.*`; the abort reason
 */
export async function fetchModels(
  ctx: ProviderContext,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<ModelList | undefined> {
  const asked = { ...openaiApi(ctx), path: '/models' }
  const { status, headers, text, shownUrl } = await getFromApi(
    asked,
    etag === undefined ? {} : { 'if-none-match': etag },
    ctx,
    signal,
  )
  if (status === 304) return undefined
  const answer = answerSchema.safeParse(parse(text))
  if (!answer.success) {
    throw new CodexError('provider.response', `${shownUrl} answered no list of models`, {
      hint: 'Check the base_url of the provider.',
    })
  }
  const { settings } = ctx
  const entries = answer.data.data.flatMap((each) => entrySchema.safeParse(each).data ?? [])
  const models = entries
    .filter(({ id, type }) => type !== 'embeddings' && (isElsewhere(settings) || !otherKinds.test(id)))
    .map((entry) => modelOf(entry, settings))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const tag = headers.etag
  return { models, ...(tag !== undefined && { etag: tag }) }
}

function modelOf(entry: z.infer<typeof entrySchema>, settings: ProviderSettings): ModelInfo {
  const known = knownModel(entry.id, settings)
  const window =
    entry.loaded_context_length ??
    entry.context_length ??
    entry.context_window ??
    entry.max_model_len ??
    entry.max_context_length ??
    known?.contextWindow
  return {
    parallelToolCalls: true,
    freeformTools: false,
    ...known,
    id: entry.id,
    ...(entry.name !== undefined && { name: entry.name }),
    ...(window !== undefined && { contextWindow: window }),
  }
}

/** Other servers list what they can answer. */
function isElsewhere({ base_url: baseUrl, endpoints }: ProviderSettings): boolean {
  return baseUrl !== undefined || endpoints !== undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
