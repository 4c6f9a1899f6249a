import { defineProvider, previewModel, streamModel } from 'codex-kernel/plugin-api'
import { modelsFor } from './catalogue.ts'
import { openaiApi } from './openai-api.ts'

/** Models behind the Responses API (`wire_api = "responses"`, the default) or Chat Completions (`"chat"`), at any base URL. */
export const provider = defineProvider({
  id: 'openai',
  models: async (ctx) => modelsFor(ctx.settings),
  // Turns do not ask for it.
  fetchModels: async (...given) => (await import('./fetch-models.ts')).fetchModels(...given),
  stream: (request, ctx, signal) => streamModel(request, ctx, openaiApi(ctx), {}, signal),
  preview: async (request, ctx) => previewModel(request, ctx, openaiApi(ctx)),
})
