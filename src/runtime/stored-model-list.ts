import { z } from 'zod'

const price = {
  input: z.number(),
  output: z.number(),
  cached_input: z.number().exactOptional(),
  cache_write: z.number().exactOptional(),
}
const modelSchema = z.strictObject({
  id: z.string(),
  name: z.string().exactOptional(),
  contextWindow: z.number().exactOptional(),
  maxOutputTokens: z.number().exactOptional(),
  reasoningEfforts: z.array(z.string()).exactOptional(),
  images: z.boolean().exactOptional(),
  parallelToolCalls: z.boolean().exactOptional(),
  freeformTools: z.boolean().exactOptional(),
  localShell: z.boolean().exactOptional(),
  price: z
    .strictObject({ ...price, long_context: z.strictObject({ ...price, above_tokens: z.number() }).exactOptional() })
    .exactOptional(),
})
const storedSchema = z.strictObject({
  /** Of the program: another one may know more of the same models. */
  version: z.string(),
  /** The places that were asked; the list of others says nothing. */
  from: z.string(),
  fetched_at: z.iso.datetime(),
  etag: z.string().exactOptional(),
  models: z.array(modelSchema),
})

/** What a file of the cache says; undefined where it is damaged. */
export function readStoredList(text: string): z.infer<typeof storedSchema> | undefined {
  try {
    return storedSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
