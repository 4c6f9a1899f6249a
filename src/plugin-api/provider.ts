import type { AgentDefinition } from './agent.ts'
import type { Usage } from './events.ts'
import type { HistoryItem } from './history.ts'
import type { ReplayedThread } from './replay.ts'
import type { ToolNamespace } from './tool.ts'

/** A tool as a model sees it. */
export type ToolSpec =
  | {
      readonly type: 'function'
      readonly name: string
      readonly description: string
      /** The group that it is shown in, to models of servers that know groups: its calls carry the group's name. Absent: none. */
      readonly namespace?: ToolNamespace
      /** Arguments that the server may seal, so that nobody but its models reads them. A provider that has them sealed says so on the call. Absent: none. */
      readonly sealed?: readonly string[]
      /** JSON Schema of the arguments, in the subset that servers read: an object at the root, no references, no `allOf`, `oneOf` or `const`. */
      readonly parameters: Readonly<Record<string, unknown>>
      /**
       * True for the one tool that runs shell commands: it takes `cmd`, and knows `workdir` and `shell`. A model that was
       * made for a shell of its own (`ModelInfo.localShell`) is offered that, and its calls come as calls of this tool.
       */
      readonly localShell?: boolean
    }
  | {
      readonly type: 'freeform'
      readonly name: string
      readonly description: string
      readonly grammar: { readonly syntax: 'lark' | 'regex'; readonly definition: string }
      readonly inputProperty: string
    }

/** One request to a model. `input` is the whole history, its base prompt first. */
export interface ModelRequest {
  /** The thread that asks. */
  readonly threadId: string
  /** Its turn. */
  readonly turnId: string
  /** As the configuration names it. */
  readonly model: string
  /** What is known of it; absent: nothing. */
  readonly modelInfo?: ModelInfo
  /** All that was said so far. */
  readonly input: readonly HistoryItem[]
  /** What the model may call. */
  readonly tools: readonly ToolSpec[]
  /** Whether it may make several calls at once. */
  readonly parallelToolCalls: boolean
  /** How much it should think, and how much of that is shown. */
  readonly reasoning?: { readonly effort?: string; readonly summary?: string }
  /** How long it should answer. */
  readonly verbosity?: string
  /** How fast it is asked for, in the provider's words. */
  readonly serviceTier?: string
  /** Whether the provider may search the web for the model: in what it has kept, or as it is now. Absent: it may not. */
  readonly webSearch?: 'cached' | 'live'
  /** JSON Schema that the last message has to fit. */
  readonly outputSchema?: Readonly<Record<string, unknown>>
  /** The activated agent, its playbook included; absent for the default agent. */
  readonly agent?: AgentDefinition
  /** What the turn was asked: the text, and the paths it names, relative to the workspace root or absolute. */
  readonly task: { readonly prompt: string; readonly paths: readonly string[] }
}

/** What a model says. Nothing follows `completed`. */
export type ModelEvent =
  | { readonly type: 'text_delta'; readonly delta: string }
  | { readonly type: 'reasoning_delta'; readonly delta: string }
  /** A whole item: message, reasoning, function_call, custom_tool_call. */
  | { readonly type: 'item'; readonly item: HistoryItem }
  /** The stream broke and is tried again; shown, not fatal. Deltas that no item has followed are void. */
  | { readonly type: 'retry'; readonly message: string }
  | { readonly type: 'notice'; readonly message: string }
  /** The provider searches the web: as it begins, then `done` with what was searched for. */
  | {
      readonly type: 'web_search'
      readonly searchId: string
      readonly done: boolean
      readonly query: string
      readonly action?: { readonly type: string; readonly [key: string]: unknown }
    }
  | { readonly type: 'completed'; readonly usage: Usage }

/** US dollars for a million tokens. */
export interface ModelPrice {
  /** Sent. */
  readonly input: number
  /** Sent, and read from a cache of the provider. Absent: as `input`. */
  readonly cached_input?: number
  /** Sent, and written to one. Absent: as `input`. */
  readonly cache_write?: number
  /** Received, reasoning included. */
  readonly output: number
  /** What a request costs instead where it sends more than so many tokens. Absent: the same. */
  readonly long_context?: Omit<ModelPrice, 'long_context'> & { readonly above_tokens: number }
}

/** What is known of a model. What is absent is not known, or not so. */
export interface ModelInfo {
  /** As `model` names it; `*` stands for every model that is not listed. */
  readonly id: string
  /** For people. Absent: the id. */
  readonly name?: string
  /** Tokens that fit, sent and received together. */
  readonly contextWindow?: number
  /** Tokens of the longest answer. */
  readonly maxOutputTokens?: number
  /** Words that `reasoning.effort` may be, from little to much; empty for a model that does not reason. */
  readonly reasoningEfforts?: readonly string[]
  /** Whether it sees images. */
  readonly images?: boolean
  /** Whether it makes several calls at once. */
  readonly parallelToolCalls?: boolean
  /** Whether it knows tools that take free text. */
  readonly freeformTools?: boolean
  /** Whether it was made for a shell tool of its API (`local_shell`). */
  readonly localShell?: boolean
  /** Absent: not known, so a budget in money cannot hold. */
  readonly price?: ModelPrice
}

/** The models that a server has. */
export interface ModelList {
  /** Each with all that the provider knows of it. */
  readonly models: readonly ModelInfo[]
  /** To be handed to the next `fetchModels`, which then may be answered with less. */
  readonly etag?: string
}

/** One of several places where the same provider answers. */
export interface ProviderEndpoint {
  /** Where requests go. */
  readonly base_url: string
  /** Variable with its key. Absent: the key of the provider. */
  readonly env_key?: string
  /** Share of the threads, beside the others'. Default 1. */
  readonly weight?: number
}

/** `[model_providers.ID]`, with the provider's own defaults merged in by the provider. */
export interface ProviderSettings {
  /** Name of the table. */
  readonly id: string
  /** For people. */
  readonly name?: string
  /** Settings that this provider alone knows. */
  readonly options?: Readonly<Record<string, string | number | boolean>>
  /** Where requests go. */
  readonly base_url?: string
  /** Several places in its stead: threads are spread over them, and go on at another where one does not answer. */
  readonly endpoints?: readonly ProviderEndpoint[]
  /** How they are put. */
  readonly wire_api?: 'responses' | 'chat'
  /** Variable with the key. */
  readonly env_key?: string
  /** How to get one. */
  readonly env_key_instructions?: string
  /** The key itself. */
  readonly experimental_bearer_token?: string
  /** Sent with every request. */
  readonly http_headers?: Readonly<Record<string, string>>
  /** The same, with values from these variables. */
  readonly env_http_headers?: Readonly<Record<string, string>>
  /** Added to every URL. */
  readonly query_params?: Readonly<Record<string, string>>
  /** For a request that failed. */
  readonly request_max_retries?: number
  /** For a stream that broke off. */
  readonly stream_max_retries?: number
  /** Milliseconds of silence until a stream counts as broken; one of comments alone does after ten times as long. */
  readonly stream_idle_timeout_ms?: number
}

/** A request of a provider. */
export interface HttpRequest {
  /** Default `GET`. */
  readonly method?: string
  /** By name. */
  readonly headers?: Readonly<Record<string, string>>
  /** Absent: none. */
  readonly body?: string | Uint8Array
  /** Ends the request, and the body while it is read. */
  readonly signal?: AbortSignal
}

/**
 * An answer whose headers are there. For a library that wants a `fetch` of its own, a `Response` is made of it by
 * `new Response(ReadableStream.from(answer.body), answer)`.
 */
export interface HttpResponse {
  /** Of HTTP. */
  readonly status: number
  /** Of HTTP. */
  readonly statusText: string
  /** True for a status from 200 to 299. */
  readonly ok: boolean
  /** By lower-case name; a header that came several times is joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  /** The bytes as they come. A loop that is left early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>
  /** The whole body as UTF-8. */
  text(): Promise<string>
  /** Closes the connection without reading the body. */
  cancel(): void
}

/** Which of a provider's endpoints answer; one memory for all threads of a process. */
export interface EndpointMemory {
  /** The one that a thread was last answered by: its cache knows the thread. Undefined for a new thread. */
  last(threadId: string): string | undefined
  /** Whether it failed a short while ago. */
  isOut(baseUrl: string): boolean
  /** Notes that it answered a thread. */
  worked(threadId: string, baseUrl: string): void
  /** Notes that it did not answer. */
  failed(baseUrl: string): void
}

/** All that a provider can reach. */
export interface ProviderContext {
  /** What the configuration says of this provider. */
  readonly settings: ProviderSettings
  /** Reaches the hosts of the configured base URL and endpoints and no other; follows no redirect elsewhere; audited. @throws CodexError `provider.request`; what Node throws for a host that cannot be reached; the abort reason */
  fetch(url: string, request?: HttpRequest): Promise<HttpResponse>
  /** The key to send, by the rules of architecture section 7; undefined where the provider needs none. @throws CodexError `provider.credential` */
  credential(): Promise<string | undefined>
  /** An environment variable: one that the settings name, or one that the provider's own tools take their settings from. */
  env(name: string): string | undefined
  /** The text of a file that the manifest names as one of `credential_files`; undefined where it is not there. @throws CodexError `provider.credential` */
  credentialFile(path: string): Promise<string | undefined>
  /** Renders a Handlebars template as commands have them; values only, no files, no environment. */
  render(template: string, values: Readonly<Record<string, unknown>>): Promise<string>
  /** The value of a template expression such as `steps.scan.findings`, or a comparison of two. */
  evaluate(expression: string, values: Readonly<Record<string, unknown>>): Promise<unknown>
  /** For a provider with several endpoints. */
  readonly endpointMemory: EndpointMemory
  /** Takes secrets out of a text that a server sent, as they are taken out of all that is written. For what is cut or kept by itself: half a secret is not seen afterwards. */
  redact(text: string): string
  /** What the thread is answered from, where a recording runs again. */
  readonly replay?: ReplayedThread
  /** `<originator>/<version>` for the user agent. */
  readonly originator: string
  /** Of the program. */
  readonly version: string
}

/** A request as it would go out, for people who want to see it first (`--dry-run`). No credential stands in it. */
export interface RequestPreview {
  /** Of HTTP. */
  readonly method: string
  /** Without parameters that may be secret. */
  readonly url: string
  /** The body, as JSON is parsed. */
  readonly body: Readonly<Record<string, unknown>>
}

/** Answers turns: a language model, or something else. */
export interface Provider {
  /** As the manifest and `model_provider` say it. */
  readonly id: string
  /** True where no language model answers: no credential is looked for and no model has to be named. */
  readonly modelFree?: boolean
  /** The models that it knows by itself. Asks no server: every thread waits for it. */
  models(ctx: ProviderContext, signal: AbortSignal): Promise<readonly ModelInfo[]>
  /** The models that the server has now; undefined where they are those that `etag` stands for. Absent: it cannot be asked. @throws CodexError `provider.*`; the abort reason */
  fetchModels?(ctx: ProviderContext, etag: string | undefined, signal: AbortSignal): Promise<ModelList | undefined>
  /** The model where none is named. May ask the server. Absent: the first of `models`. @throws CodexError `provider.*`; the abort reason */
  defaultModel?(ctx: ProviderContext, signal: AbortSignal): Promise<string>
  /** Why it cannot be asked, such as a missing key, as far as that is known without asking it; undefined: it can. Asked for agents that can do without a model. Absent: the key is all that it needs. @throws the abort reason */
  problem?(ctx: ProviderContext, signal: AbortSignal): Promise<string | undefined>
  /** @throws CodexError `provider.*`; the abort reason */
  stream(request: ModelRequest, ctx: ProviderContext, signal: AbortSignal): AsyncIterable<ModelEvent>
  /** What `stream` would send, without sending it and without asking for a credential. Absent: the provider cannot show it. */
  preview?(request: ModelRequest, ctx: ProviderContext): Promise<RequestPreview>
}

/** Types a provider. */
export function defineProvider(provider: Provider): Provider {
  return provider
}
