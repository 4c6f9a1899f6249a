import { defineProvider, previewModel, streamModel } from 'codex-kernel/plugin-api'
import { anthropicApi } from './anthropic-api.ts'
import { knownModels } from './catalogue.ts'
import { fetchModels } from './fetch-models.ts'

/** Models behind the Anthropic Messages API, at any base URL. */
export const provider = defineProvider({
  id: 'anthropic',
  models: async () => knownModels(),
  fetchModels,
  stream: (request, ctx, signal) => streamModel(request, ctx, anthropicApi(ctx), {}, signal),
  preview: async (request, ctx) => previewModel(request, ctx, anthropicApi(ctx)),
})
