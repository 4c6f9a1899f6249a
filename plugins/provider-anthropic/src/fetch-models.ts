import {
  CodexError,
  getFromApi,
  type ModelInfo,
  type ModelList,
  type ProviderContext,
  parseJson,
  z,
} from 'codex-kernel/plugin-api'
import { anthropicApi, versionedPath } from './anthropic-api.ts'
import { knownModel } from './catalogue.ts'

const supported = z.object({ supported: z.boolean() }).nullish().catch(undefined)
const tokens = z.int().positive().nullish().catch(undefined)
const entrySchema = z.object({
  id: z.string().min(1),
  display_name: z.string().optional().catch(undefined),
  max_input_tokens: tokens,
  max_tokens: tokens,
  capabilities: z
    .object({ image_input: supported, effort: z.record(z.string(), z.unknown()).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
})
const answerSchema = z.object({ data: z.array(z.unknown()) })

/** Words for effort in the answer, from little to much. */
const efforts = ['low', 'medium', 'high', 'xhigh', 'max']

/**
 * Asks `GET /v1/models` and adds what is known of each. Undefined where the server says that nothing changed since `etag`.
 *
 * @throws CodexError `provider.*`; the abort reason
 */
export async function fetchModels(
  ctx: ProviderContext,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<ModelList | undefined> {
  const api = { ...anthropicApi(ctx), path: versionedPath('/models', ctx.settings) }
  const limited = {
    ...ctx,
    settings: { ...ctx.settings, query_params: { limit: '1000', ...ctx.settings.query_params } },
  }
  const condition = etag === undefined ? {} : { 'if-none-match': etag }
  const { status, headers, text, shownUrl } = await getFromApi(api, condition, limited, signal)
  if (status === 304) return undefined
  const answer = answerSchema.safeParse(parseJson(text))
  if (!answer.success) {
    throw new CodexError('provider.response', `${shownUrl} answered no list of models`, {
      hint: 'Check the base_url of the provider.',
    })
  }
  const models = answer.data.data.flatMap((each) => {
    const entry = entrySchema.safeParse(each)
    return entry.success ? [modelOf(entry.data)] : []
  })
  return { models, ...(headers.etag !== undefined && { etag: headers.etag }) }
}

/** What the server says comes before what is known here; prices it does not say. */
function modelOf({
  id,
  display_name: name,
  max_input_tokens: window,
  max_tokens: output,
  capabilities,
}: z.infer<typeof entrySchema>): ModelInfo {
  const { effort, image_input: images } = capabilities ?? {}
  const known = effort && efforts.filter((word) => supported.parse(effort[word])?.supported === true)
  return {
    parallelToolCalls: true,
    freeformTools: false,
    images: true,
    ...knownModel(id),
    id,
    ...(name !== undefined && { name }),
    ...(window && { contextWindow: window }),
    ...(output && { maxOutputTokens: output }),
    ...(known && { reasoningEfforts: known }),
    ...(images && { images: images.supported }),
  }
}
