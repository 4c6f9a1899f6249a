import { z } from 'zod'

/**
 * What the model has seen and said, in the shapes of the Responses API, which is also how a rollout keeps it
 * (`response_item` lines). `catchall` keeps fields that we do not use, so that resuming loses nothing.
 */
// Further fields pass here too, and have no type: a part is told from another by the fields that it has.
const textPart: z.ZodType<{ type: 'input_text' | 'output_text'; text: string }> = z.looseObject({
  type: z.enum(['input_text', 'output_text']),
  text: z.string(),
})
const imagePart: z.ZodType<{ type: 'input_image'; image_url: string; detail?: string | undefined }> = z.looseObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.string().optional(),
})
/** An image, as a data URL; `detail` is `auto`, `low`, `high` or `original`. */
export type ImagePart = z.infer<typeof imagePart>

/** What a person, the program or the model said. */
export const messageItemSchema = z
  .object({
    type: z.literal('message'),
    role: z.enum(['developer', 'user', 'assistant', 'system']),
    content: z.array(z.union([textPart, imagePart])),
  })
  .catchall(z.unknown())

/** What a model thought, as far as it is shown or kept. */
export const reasoningItemSchema = z
  .object({
    type: z.literal('reasoning'),
    summary: z.array(z.looseObject({ type: z.literal('summary_text'), text: z.string() })).default([]),
    encrypted_content: z.string().nullish(),
    /** Ours, never sent to a model: id of the provider that can read it. */
    provider: z.string().optional(),
  })
  .catchall(z.unknown())

/** A call with JSON arguments. */
export const functionCallItemSchema = z
  .object({
    type: z.literal('function_call'),
    name: z.string(),
    arguments: z.string(),
    call_id: z.string(),
    /** The group of the tool, where the server knows groups. */
    namespace: z.string().nullish(),
    /** Ours, never sent to a model: arguments whose texts only models of `provider` can read. */
    sealed: z.array(z.string()).optional(),
    /** Ours, never sent to a model: id of the provider that sealed them. */
    provider: z.string().optional(),
  })
  .catchall(z.unknown())

/** What such a call gave. */
export const functionCallOutputItemSchema = z
  .object({
    type: z.literal('function_call_output'),
    call_id: z.string(),
    output: z.string(),
    /** Images that belong to the output, for a model that sees: a server takes them as parts behind the text. */
    images: z.array(imagePart).optional(),
    /** Ours, never sent to a model: the tool's result as data, for playbooks. */
    structured: z.unknown().optional(),
    /** Ours, never sent to a model: true where the call did not do what was asked. */
    failed: z.boolean().optional(),
    /** Ours, never sent to a model: one line for people. */
    summary: z.string().optional(),
  })
  .catchall(z.unknown())

/** A call with free text. */
export const customToolCallItemSchema = z
  .object({ type: z.literal('custom_tool_call'), name: z.string(), input: z.string(), call_id: z.string() })
  .catchall(z.unknown())

/** What such a call gave. */
export const customToolCallOutputItemSchema = z
  .object({
    type: z.literal('custom_tool_call_output'),
    call_id: z.string(),
    output: z.string(),
    images: z.array(imagePart).optional(),
    structured: z.unknown().optional(),
    failed: z.boolean().optional(),
    summary: z.string().optional(),
  })
  .catchall(z.unknown())

const sealedPart: z.ZodType<{ type: 'encrypted_content'; encrypted_content: string }> = z.looseObject({
  type: z.literal('encrypted_content'),
  encrypted_content: z.string(),
})

/** What one agent said to another. Its text may be sealed, behind a header that is plain or alone; it is kept and sent as it came. */
export const agentMessageItemSchema = z
  .object({
    type: z.literal('agent_message'),
    /** Path of who said it, such as `/root`. */
    author: z.string(),
    /** Path of who it is for. */
    recipient: z.string(),
    content: z.array(z.union([textPart, sealedPart])),
    /** Ours, never sent to a model: whether it asks for a turn. A rollout keeps it on a line of its own. */
    trigger_turn: z.boolean().optional(),
    /** Ours, never sent to a model: id of the provider whose models can read it. Absent: any that reads such items. */
    provider: z.string().optional(),
  })
  .catchall(z.unknown())

/**
 * What a provider's own server did, or handed out to be given back: a search, an image, a sealed summary, a call of its own shell. It is
 * kept and sent back as it was, to who can read it, and has no other use here.
 */
export const hostedItemSchema = z
  .object({
    type: z.enum([
      'web_search_call',
      'file_search_call',
      'code_interpreter_call',
      'image_generation_call',
      'local_shell_call',
      'tool_search_call',
      'tool_search_output',
      'compaction',
      'context_compaction',
    ]),
    /** Ours, never sent to a model: id of the provider that it belongs to. */
    provider: z.string().optional(),
  })
  .catchall(z.unknown())

/** One item of the history. */
export const historyItemSchema = z.discriminatedUnion('type', [
  messageItemSchema,
  reasoningItemSchema,
  functionCallItemSchema,
  functionCallOutputItemSchema,
  customToolCallItemSchema,
  customToolCallOutputItemSchema,
  agentMessageItemSchema,
  hostedItemSchema,
])
export type HistoryItem = z.infer<typeof historyItemSchema>
/** What one agent said to another. */
export type AgentMessageItem = z.infer<typeof agentMessageItemSchema>
/** An item that only its provider uses. */
export type HostedItem = z.infer<typeof hostedItemSchema>
export type ToolCallItem = z.infer<typeof functionCallItemSchema> | z.infer<typeof customToolCallItemSchema>
export type ToolCallOutputItem =
  | z.infer<typeof functionCallOutputItemSchema>
  | z.infer<typeof customToolCallOutputItemSchema>
