import { type ProviderContext, parseJson, z } from 'codex-kernel/plugin-api'

const runningSchema = z.object({
  models: z.array(z.object({ name: z.string(), context_length: z.int().positive().optional() })),
})

/**
 * The tokens that a model has room for on this server now. The server decides when it loads a model (by its memory, OLLAMA_CONTEXT_LENGTH,
 * the model's file), tells only of loaded ones (`GET /api/ps`), and its OpenAI API takes no wish: so the model is loaded first.
 * Undefined where the server does not say. @throws what Node throws for a host that cannot be reached; the abort reason
 */
export async function ollamaWindow(
  model: string,
  ctx: ProviderContext,
  signal: AbortSignal,
): Promise<number | undefined> {
  const base = (ctx.settings.base_url ?? '').replace(/\/v1\/*$/, '')
  const known = await loadedWindow(base, model, ctx, signal)
  if (known !== undefined) return known
  // Without a prompt it is loaded and says nothing.
  const body = JSON.stringify({ model, stream: false })
  const headers = { 'content-type': 'application/json' }
  const answer = await ctx.fetch(`${base}/api/generate`, { method: 'POST', headers, body, signal })
  await answer.text()
  return answer.ok ? await loadedWindow(base, model, ctx, signal) : undefined
}

async function loadedWindow(
  base: string,
  model: string,
  ctx: ProviderContext,
  signal: AbortSignal,
): Promise<number | undefined> {
  const answer = await ctx.fetch(`${base}/api/ps`, { signal })
  const text = await answer.text()
  const running = answer.ok ? runningSchema.safeParse(parseJson(text)).data?.models : undefined
  return running?.find(({ name }) => name === model || name === `${model}:latest`)?.context_length
}
