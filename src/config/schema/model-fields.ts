import { z } from 'zod'

/** Which model answers, and how. Each field is made when it is first asked for, so that a start pays only for what its files hold. */
export const modelFields = {
  model: () => z.string().min(1).describe('Model to ask. Absent: the provider has no default, so the playbook runs.'),
  model_provider: () => z.string().min(1).describe('Id of a provider: built in, or a table of model_providers.'),
  fallback: () =>
    z
      .array(z.string().min(1).refine(namesModel, 'a model, or "provider/model" with a model behind the slash'))
      .describe('Models that take over where the provider gives up, in order: "model" or "provider/model".'),
  model_reasoning_effort: () =>
    z
      .string()
      .min(1)
      .describe('none, minimal, low, medium, high, xhigh, max, or what the model takes. Absent: its own.'),
  model_reasoning_summary: () =>
    z.enum(['auto', 'concise', 'detailed', 'none']).describe('Summary of the reasoning. Absent: auto.'),
  model_verbosity: () => z.enum(['low', 'medium', 'high']).describe('How long answers are. Absent: the model decides.'),
  model_context_window: () => z.int().positive().describe('Tokens that fit. Absent: what the provider says.'),
  model_auto_compact_token_limit: () =>
    z.int().positive().describe('Tokens from which on the history is summarised. Absent: nine tenths of the window.'),
  review_model: () => z.string().min(1).describe('Model for reviews. Absent: model.'),
  service_tier: () => z.string().min(1).describe('Service tier to ask for. Absent: the default of the provider.'),
  web_search: () =>
    z.enum(['disabled', 'cached', 'live']).describe("The provider's web search tool. Absent: disabled."),
  instructions: () => z.string().describe('Text that goes before the conversation, as a developer message.'),
  developer_instructions: () => z.string().describe('Text of an additional developer message.'),
  model_instructions_file: () => z.string().min(1).describe('File whose text replaces the base prompt.'),
  compact_prompt: () =>
    z.string().min(1).describe('Prompt that a history is compacted with. Absent: the built-in one.'),
  personality: () => z.string().describe('Accepted and not used: deprecated.'),
  show_raw_agent_reasoning: () => z.boolean().describe('Show the reasoning as it is. Absent: false.'),
  hide_agent_reasoning: () => z.boolean().describe('Show no reasoning. Absent: false.'),
  openai_base_url: () =>
    z.string().min(1).describe('Base URL of the built-in provider openai. Never read from a repository.'),
  openai_organization: () =>
    z
      .string()
      .min(1)
      .describe('Organisation that openai bills. Absent: the one of the key. Never read from a repository.'),
  openai_project: () =>
    z.string().min(1).describe('Project that openai bills. Absent: the one of the key. Never read from a repository.'),
  auth: () =>
    authCommand().describe(
      'Command that prints the token of the built-in provider openai. Never read from a repository.',
    ),
  oss_provider: () => z.string().min(1).describe('Local provider that --oss means: ollama or lmstudio.'),
  model_prices: () =>
    z
      .record(z.string(), modelPrice())
      .describe('What models cost, by name; before what the provider says. Never read from a repository.'),
  model_providers: () =>
    z
      .record(z.string(), modelProvider())
      .describe('Model providers by id. Never read from a repository; openai and playbook are built in.'),
}

function modelPrice() {
  const price = z.number().min(0)
  return z.strictObject({
    input: price.describe('US dollars for a million tokens that are sent.'),
    cached_input: price.optional().describe('The same, read from the cache of the provider. Absent: as input.'),
    cache_write: price.optional().describe('The same, written to that cache. Absent: as input.'),
    output: price.describe('US dollars for a million tokens that are received.'),
  })
}

function modelProvider() {
  const strings = z.record(z.string(), z.string())
  return z.strictObject({
    name: z.string().optional().describe('For people. Absent: the id.'),
    provider: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Provider of a plugin that answers: openai, anthropic, bedrock, or one that is installed. Absent: openai.',
      ),
    options: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('Settings that this provider alone knows, such as region; its page lists them.'),
    base_url: z.string().min(1).optional().describe('URL that the path of the API, such as /responses, is added to.'),
    endpoints: z
      .array(modelEndpoint())
      .min(1)
      .optional()
      .describe(
        'Several places in place of base_url: threads are spread over them, and one that fails is left out for a while.',
      ),
    wire_api: z.enum(['responses', 'chat']).optional().describe('Protocol. Absent: responses.'),
    env_key: z.string().min(1).optional().describe('Environment variable that holds the key. Absent: no key is sent.'),
    env_key_instructions: z.string().optional().describe('Told to people where that variable is not set.'),
    experimental_bearer_token: z.string().optional().describe('The key itself; prefer env_key.'),
    http_headers: strings.optional().describe('Headers of every request.'),
    env_http_headers: strings
      .optional()
      .describe('Headers whose values are in environment variables: header to variable.'),
    query_params: strings.optional().describe('Query parameters of every request.'),
    request_max_retries: z.int().min(0).max(100).optional().describe('Tries after a refused request. Absent: 4.'),
    stream_max_retries: z.int().min(0).max(100).optional().describe('Tries after a broken stream. Absent: 5.'),
    stream_idle_timeout_ms: z
      .int()
      .positive()
      .optional()
      .describe(
        'Milliseconds of silence until an answer counts as broken; one of comments alone does after ten times as long. Absent: 300000.',
      ),
    auth: authCommand().optional().describe('Command that prints the token, in place of env_key.'),
    requires_openai_auth: z.boolean().optional().describe('Send the OpenAI credential. Absent: false.'),
    supports_websockets: z.boolean().optional().describe('Accepted and not used: requests go over HTTP.'),
  })
}

function modelEndpoint() {
  return z.strictObject({
    base_url: z.string().min(1).describe('URL that /responses or /chat/completions is added to.'),
    env_key: z
      .string()
      .min(1)
      .optional()
      .describe('Environment variable that holds its key. Absent: the one of the provider.'),
    weight: z.number().positive().optional().describe('Its share of the threads, beside the others. Absent: 1.'),
  })
}

/** Run without a shell, with the environment of the program; its output is kept in memory alone. */
function authCommand() {
  const words = z.array(z.string()).min(1)
  return z.strictObject({
    command: z
      .union([z.string().min(1), words], { error: 'expected a program, or a list of a program and its arguments' })
      .describe('Program and arguments. It prints a token, alone on its line, and ends with 0.'),
    args: z.array(z.string()).optional().describe('More arguments.'),
    cwd: z.string().min(1).optional().describe('Its working directory. Absent: CODEX_HOME.'),
    timeout_ms: z.int().positive().max(600_000).optional().describe('Milliseconds that it may take. Absent: 5000.'),
    refresh_interval_ms: z
      .int()
      .min(0)
      .optional()
      .describe(
        'Milliseconds until it is run again; 0: only when the token is refused. Absent: before a JWT expires, else 300000.',
      ),
  })
}

/** False for what ends at its first slash. What begins with one is a name: servers name a model by the path that it was loaded from. */
function namesModel(entry: string): boolean {
  return entry.slice(entry.indexOf('/') + 1).trim() !== ''
}
