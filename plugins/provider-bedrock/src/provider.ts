import { defineProvider, isCodexError, previewModel, streamModel } from 'codex-kernel/plugin-api'
import { awsCredentials } from './aws-credentials.ts'
import { bedrockApi } from './bedrock-api.ts'
import { knownModels } from './catalogue.ts'

/** Models of Amazon Bedrock, by its Converse API. */
export const provider = defineProvider({
  id: 'bedrock',
  models: async () => knownModels(),
  async problem(ctx, signal) {
    try {
      await awsCredentials(ctx, await ctx.credential())
      return undefined
    } catch (error) {
      signal.throwIfAborted()
      if (!isCodexError(error)) throw error
      return error.message
    }
  },
  async *stream(request, ctx, signal) {
    const credentials = await awsCredentials(ctx, await ctx.credential())
    yield* streamModel(request, ctx, await bedrockApi(request, ctx, credentials), {}, signal)
  },
  preview: async (request, ctx) => previewModel(request, ctx, await bedrockApi(request, ctx)),
})
