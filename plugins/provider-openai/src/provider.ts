import { defineProvider } from 'codex-kernel/plugin-api'
import { modelsFor } from './catalogue.ts'
import { pace } from './pace.ts'
import { streamModel } from './stream-model.ts'

/** Models behind the Responses API (`wire_api = "responses"`, the default) or Chat Completions (`"chat"`), at any base URL. */
export const provider = defineProvider({
  id: 'openai',
  models: async (ctx) => modelsFor(ctx.settings),
  stream: (request, ctx, signal) => streamModel(request, ctx, { pace }, signal),
})
