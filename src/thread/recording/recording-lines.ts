import { z } from 'zod'
import { usageSchema } from '../../plugin-api/events.ts'
import type { HistoryItem } from '../../plugin-api/history.ts'

/** The version that this program writes, and the newest that it reads. */
export const recordingVersion = 1

const milliseconds = z.int().nonnegative()
const data = z.record(z.string(), z.unknown())
const atMs = { at_ms: milliseconds.describe('Since the recording began, in milliseconds.') }
const ofTurn = {
  ...atMs,
  turn: z
    .int()
    .positive()
    .describe(
      'Which turn, from 1 in the order in which they began; those of threads that work is handed to count too.',
    ),
}
const ofRequest = { ...ofTurn, request: z.int().positive().describe('Which request of the turn, from 1.') }
/** Checked in whole as it is read (`historyItemSchema`); here it is named. */
const historyItem = z.looseObject({
  type: z.string().describe('`message`, `reasoning`, `function_call`, … with fields as a rollout has them.'),
})
const errorSchema = z.object({
  code: z.string().describe('Of the table of errors.'),
  message: z.string().describe('For people.'),
  hint: z.string().optional().describe('What can be done.'),
})

const modelSchema = z.object({
  provider: z.string().describe('Id of the provider.'),
  model: z.string().describe('As the provider is asked for it.'),
  info: z.looseObject({ id: z.string().describe('As `model`.') }).describe('What was known of the model.'),
  freeform_tools: z.boolean().describe('Whether it is offered tools that take free text.'),
  reasoning: z
    .object({
      effort: z.string().optional().describe('As the model knows it.'),
      summary: z.string().optional().describe('How much of it is shown.'),
    })
    .optional()
    .describe('How much it should think.'),
  verbosity: z.string().optional().describe('How long it should answer.'),
})
/** A model that was asked. */
export type RecordedModel = z.infer<typeof modelSchema>

const stageSchema = modelSchema.extend({
  model_free: z.boolean().describe('True for a playbook, which is carried out anew.'),
  preparing: z.boolean().describe('Whether it only gathers results for the next one.'),
  fallbacks: z.array(z.string()).describe('Models that would follow where it gives up.'),
})

/** First line: what was asked, as the caller gave it. */
const headerSchema = z.object({
  type: z.literal('recording'),
  version: z.int().positive().describe('Of this format.'),
  program: z.string().describe('Version of the program that wrote it.'),
  recorded_at: z.string().describe('When, RFC 3339 in UTC.'),
  platform: z.string().describe('Operating system.'),
  asked: z
    .object({
      input: z.string().describe('Prompt, `/name …` or `@agent …`.'),
      argv: z.array(z.string()).optional().describe('Words behind `/name`, as the shell split them.'),
      agent: z.string().optional().describe('Agent that was named.'),
      route: z.boolean().optional().describe('Whether an agent may activate by itself.'),
      lenient_input: z.boolean().optional().describe('Whether unknown names are text.'),
      purpose: z.literal('review').optional().describe('A review of changes.'),
      paths: z.array(z.string()).optional().describe('Files that the prompt is about.'),
      images: z.array(z.string()).optional().describe('Images, by path.'),
      playbook: z.boolean().optional().describe('Whether the playbook was asked for.'),
      output_schema: data.optional().describe('JSON Schema of the last message.'),
      vars: z.record(z.string(), z.string()).optional().describe('Values of `--var`.'),
      selection: z
        .object({
          type: z.enum(['location', 'text']).describe('A place in a file, or a text.'),
          text: z.string().describe('The place, or the text.'),
        })
        .optional()
        .describe('`--selection`.'),
    })
    .describe('What the thread was asked.'),
})
/** First line of a recording. */
export type RecordingHeader = z.infer<typeof headerSchema>

const turnSchema = z.object({
  type: z.literal('turn'),
  ...ofTurn,
  way: z
    .enum(['prompt', 'queue', 'delegation'])
    .describe('What began it: the prompt, a message that waited for the turn before, another agent.'),
  asked: z.string().describe('As it was typed.'),
  prompt: z.string().describe('What the turn was asked, commands expanded.'),
  paths: z.array(z.string()).describe('Paths that it names.'),
  agent: z.string().optional().describe('Id of the agent.'),
  agent_definition: data.optional().describe("The agent's file, as it was read."),
  security_profile: z.string().describe('Id of the profile that it ran under.'),
  approval_policy: z.enum(['untrusted', 'on-request', 'never']).describe('When a person was asked.'),
  stages: z.array(stageSchema).describe('Who answers.'),
  history: z.array(historyItem).describe('What was said before, of a thread that went on.'),
  input: z.array(historyItem).describe('What the turn adds: instructions, surroundings, the prompt.'),
  usage_before: usageSchema.describe('Tokens of earlier turns.'),
  settings: z
    .object({
      output_schema: data.optional().describe('JSON Schema of the last message.'),
      service_tier: z.string().optional().describe('How fast it is asked for.'),
      web_search: z.enum(['cached', 'live']).optional().describe('Whether the provider may search.'),
      show_raw_reasoning: z.boolean().optional().describe('What is shown of reasoning.'),
      max_iterations: z.int().positive().optional().describe('Requests that it may make.'),
      loop_limits: z
        .object({
          hint_after: z.int().describe('Equal rounds until the model is told.'),
          stop_after: z.int().describe('Equal rounds until the turn ends.'),
          polling_stop_after: z.int().describe('The same, for what waits.'),
        })
        .optional()
        .describe('When equal rounds are a loop.'),
      compact_at_tokens: z.number().optional().describe('When the history is summarised.'),
      compaction: z
        .object({
          said: z.string().describe('As it was typed.'),
          focus: z.string().describe('What the summary keeps in particular.'),
        })
        .optional()
        .describe('A summary was asked for, and nothing else.'),
      compact_prompt: z.string().optional().describe('What with.'),
    })
    .describe('Settings that the turn follows.'),
})
/** A turn as it begins. */
export type RecordedTurnLine = WithItems<z.infer<typeof turnSchema>, 'history' | 'input'>

/**
 * One line of a recording. `docs/reference/recording.schema.json` is generated from it. Members are open: a later
 * program of the same version may add fields.
 */
export const recordingLineSchema = z.discriminatedUnion('type', [
  headerSchema.describe('First line.'),
  turnSchema.describe('A turn begins.'),
  z
    .object({
      type: z.literal('request'),
      ...ofRequest,
      model: z.string().describe('Model that is asked.'),
      keeps: z
        .int()
        .nonnegative()
        .describe(
          'So many items of the request before stand again at the beginning; of the first, of `history` and `input`.',
        ),
      input: z.array(historyItem).describe('The items behind them.'),
      tools: z.array(data).optional().describe('What the model may call. Absent: as before.'),
    })
    .describe('A request to the model.'),
  z
    .object({
      type: z.literal('event'),
      ...ofRequest,
      event: z
        .looseObject({ type: z.string().describe('`text_delta`, `item`, `completed`, …') })
        .describe('As a provider gives it.'),
    })
    .describe('Something that the model said.'),
  z
    .object({ type: z.literal('failed'), ...ofRequest, error: errorSchema.describe('Why.') })
    .describe('A request failed.'),
  z.object({ type: z.literal('interrupted'), ...ofRequest }).describe('A request was interrupted.'),
  z
    .object({
      type: z.literal('fallback'),
      ...ofTurn,
      name: z.string().describe('As the configuration says it.'),
      model: modelSchema.optional().describe('Who goes on.'),
      error: errorSchema.optional().describe('Why it cannot.'),
    })
    .describe('A model gave up, and another one was looked for.'),
  z
    .object({
      type: z.literal('item'),
      ...ofTurn,
      call_id: z.string().optional().describe('Of which call; absent: of commands that ended behind the calls.'),
      event: z
        .looseObject({ type: z.string().describe('`item.started`, `item.completed`, …') })
        .describe('As `--json` has it; `item.delta` is live output.'),
    })
    .describe('Something that a tool call showed.'),
  z
    .object({
      type: z.literal('output'),
      ...ofTurn,
      name: z.string().describe('Of the tool.'),
      output: z
        .looseObject({
          type: z.enum(['function_call_output', 'custom_tool_call_output']).describe('By the kind of tool.'),
          call_id: z.string().describe('Of the call.'),
          output: z.string().describe('The text.'),
        })
        .describe('What the model was told.'),
    })
    .describe('What a tool call gave.'),
  z
    .object({
      type: z.literal('approval'),
      ...atMs,
      action: z
        .looseObject({ kind: z.string().describe('`exec`, `write`, `network`, …') })
        .describe('What was asked for.'),
      answer: z.enum(['once', 'turn', 'session', 'always', 'deny']).describe('What was said.'),
    })
    .describe('A person was asked whether an action may happen.'),
  z
    .object({
      type: z.literal('answer'),
      ...atMs,
      asker: z.string().describe('Who asked.'),
      questions: z
        .array(
          z.looseObject({ id: z.string().describe('Of the question.'), question: z.string().describe('For people.') }),
        )
        .describe('What was asked.'),
      answer: z
        .looseObject({ type: z.enum(['answered', 'declined', 'nobody']).describe('What came of it.') })
        .describe('What was said.'),
    })
    .describe('A person was asked something.'),
  z
    .object({
      type: z.literal('message'),
      ...ofTurn,
      after_requests: z.int().nonnegative().describe('How many requests the turn had made.'),
      text: z.string().describe('As it was typed.'),
      refusal: z.string().optional().describe('Why a hook refused it.'),
      contexts: z.array(z.string()).describe('What hooks told the model with it.'),
    })
    .describe('A person added a message to the turn while it ran.'),
  z
    .object({
      type: z.literal('stop'),
      ...ofTurn,
      after_requests: z.int().nonnegative().describe('How many requests the turn had made.'),
      refusal: z.string().describe('Why it was not done, as the model was told.'),
    })
    .describe('A hook made the turn go on.'),
  z
    .object({ type: z.literal('selection'), ...atMs, text: z.string().describe('All of it.') })
    .describe('A selection that came in by a pipe.'),
  z
    .object({
      type: z.literal('end'),
      ...ofTurn,
      outcome: z.enum(['completed', 'failed', 'interrupted']).describe('How.'),
    })
    .describe('A turn is over.'),
])
type AnyLine = z.infer<typeof recordingLineSchema>
type RequestLine = Extract<AnyLine, { readonly type: 'request' }>
type TurnLine = Extract<AnyLine, { readonly type: 'turn' }>

/** One line of a recording, its items checked. */
export type RecordingLine =
  | Exclude<AnyLine, RequestLine | TurnLine>
  | RecordedTurnLine
  | WithItems<RequestLine, 'input'>

type WithItems<Line, Fields extends keyof Line> = Omit<Line, Fields> & { [Field in Fields]: HistoryItem[] }

/** The lines of one type. */
export type RecordingLineOf<Type extends RecordingLine['type']> = Extract<RecordingLine, { readonly type: Type }>
