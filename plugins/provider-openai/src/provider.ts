import { defineProvider, streamModel } from 'codex-kernel/plugin-api'
import { modelsFor } from './catalogue.ts'
import { openaiApi } from './openai-api.ts'

/** Models behind the Responses API (`wire_api = "responses"`, the default) or Chat Completions (`"chat"`), at any base URL. */
export const provider = defineProvider({
  id: 'openai',
  models: async (ctx) => modelsFor(ctx.settings),
  stream: (request, ctx, signal) => streamModel(request, ctx, openaiApi(ctx), {}, signal),
})
