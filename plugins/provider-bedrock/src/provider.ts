import { defineProvider, streamModel } from 'codex-kernel/plugin-api'
import { bedrockApi } from './bedrock-api.ts'
import { knownModels } from './catalogue.ts'

/** Models of Amazon Bedrock, by its Converse API. */
export const provider = defineProvider({
  id: 'bedrock',
  models: async () => knownModels(),
  async *stream(request, ctx, signal) {
    yield* streamModel(request, ctx, await bedrockApi(request, ctx), {}, signal)
  },
})
