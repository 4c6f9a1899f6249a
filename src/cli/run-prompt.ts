import type { CommandMetadata } from '../plugin-api/command.ts'
import { CodexError, exitCodes } from '../plugin-api/errors.ts'
import type { HandlerResult } from '../plugin-api/handler.ts'
import type { KernelClient, ThreadRequest } from '../plugin-api/kernel-client.ts'
import type { AskPerson } from '../plugin-api/question.ts'
import { terminalJson } from '../plugin-api/terminal-json.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { parseInput } from '../prompt/parse-input.ts'
import { splitArguments } from '../prompt/split-arguments.ts'
import { askPerson, confirmPrompt } from './ask-person.ts'
import { forkOf } from './fork-of.ts'
import { parseVariables } from './parse-variables.ts'
import { type ProcessDeps, runtimeOptions, writeErr, writeOut } from './process-deps.ts'
import { isStdinPiped, readStdin } from './read-prompt.ts'
import { readSchema } from './read-schema.ts'
import { recordAndReplay, replayBeginsAnew } from './record-and-replay.ts'
import { trustFromFlag } from './set-workspace-trust.ts'
import { type SharedTerminal, shareTerminal } from './share-terminal.ts'
import { showThread } from './show-thread.ts'
import { type ParsedOptions, parseThreadArguments } from './thread-options.ts'
import { withRuntime } from './with-runtime.ts'
import { writeDiagnostics } from './write-diagnostics.ts'

/** What a person typed, apart from options. */
interface TypedPrompt {
  /** Plain text, `/name …` or `@agent …`. */
  readonly input: string
  /** The words behind `/name`, as the shell split them. */
  readonly argv?: readonly string[]
  readonly agent?: string
  readonly paths?: readonly string[]
  /** The thread that goes on: its id or name, or `last`. */
  readonly resume?: string
  readonly resumeAnywhere?: boolean
  /** A copy of this thread goes on. */
  readonly isFork?: boolean
}

/** `codex "text"`, `codex /name args`, `codex @agent text`. @throws CodexError before the thread has begun */
export async function runPrompt(deps: ProcessDeps): Promise<void> {
  const first = parseThreadArguments(deps.argv, { until: (word) => word.startsWith('/') })
  const [word = '', ...rest] = first.positionals
  const isCommandWord = parseInput(word).type === 'command' && !/\s/.test(word)
  if (!isCommandWord) return await runTyped({ input: first.positionals.join(' ') }, first.options, deps)
  // Behind `/name` stand the command's own options; ours come before it, `--json` also after it.
  const argv = rest.filter((each) => each !== '--json')
  const options = { ...first.options, ...(argv.length < rest.length && { json: true as const }) }
  await runTyped({ input: word, argv }, options, deps)
}

/** `codex agent ID "task" [paths]`. @throws CodexError before the thread has begun */
export async function runAgent(deps: ProcessDeps): Promise<void> {
  const { options, positionals } = parseThreadArguments(deps.argv)
  const [agent, task, ...paths] = positionals
  if (agent === undefined || task === undefined) {
    throw new CodexError('usage.arguments', 'codex agent needs an agent and a task', {
      hint: 'For example: codex agent security-analyst "audit this". List agents: codex agents list',
    })
  }
  await runTyped({ input: task, agent, paths }, options, deps)
}

/** Runs what a person typed; they are asked where standard input and error are a terminal. @throws CodexError before the thread has begun */
export async function runTyped(typed: TypedPrompt, options: ParsedOptions, deps: ProcessDeps): Promise<void> {
  const tape = recordAndReplay(options)
  if (tape.replay && typed.resume !== undefined) throw replayBeginsAnew('resume')
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true
  const mode = { originator: 'codex_cli', neverAsk: !isInteractive }
  await withRuntime(runtimeOptions(deps, options, mode), async (runtime, signal) => {
    if (options.trust) await trustFromFlag(runtime)
    const { isFork = false, ...said } = typed
    const isCopied = isFork && !options['dry-run']
    const resume = isCopied && said.resume !== undefined ? await forkOf(said.resume, options, runtime) : said.resume
    const begun = { ...said, ...(resume !== undefined && { resume }) }
    const terminal = isInteractive ? shareTerminal() : undefined
    const request = { ...(await threadRequest(begun, options, terminal, signal)), ...tape }
    if (options['dry-run']) return await dryRun(request, options, runtime, signal)
    const handled = await runHandler(request, runtime, signal)
    if (handled?.type === 'output') {
      writeOut(options.json ? `${terminalJson(handled.data)}\n` : `${terminalText(handled.text)}\n`)
      process.exitCode = handled.exitCode ?? exitCodes.done
      if (tape.record) writeErr('Nothing was recorded: the program carries this command out itself.\n')
      const input = parseInput(request.input)
      return await writeDiagnostics(input.type === 'command' ? input.name : '', runtime)
    }
    if (handled?.type === 'run') {
      const { runHandled } = await import('./run-handled.ts')
      process.exitCode = await runHandled(
        handled.request,
        { options, runtime, terminal, playbook: request.playbook },
        signal,
      )
      return
    }
    const final: ThreadRequest = handled ? { ...withoutArgv(request), ...handled, input: handled.prompt } : request
    if (isInteractive && !(await isConfirmed(final, runtime, signal))) return
    const thread = runtime.run(final, signal)
    const events = terminal ? (await import('./steer-from-terminal.ts')).steerFromTerminal(thread, terminal) : thread
    process.exitCode = await showThread(events, options, {
      prompt: final.input,
      version: deps.version,
      isPlain: async () => (await import('./wants-plain.ts')).configuredPlain(runtime),
      ...(terminal && { terminal }),
    })
  })
}

async function dryRun(
  request: ThreadRequest,
  options: ParsedOptions,
  runtime: KernelClient,
  signal: AbortSignal,
): Promise<void> {
  const input = parseInput(request.input)
  const entry = input.type === 'command' ? await commandNamed(input.name, runtime) : undefined
  if (entry?.value.type === 'handler') {
    throw new CodexError(
      'usage.arguments',
      `/${entry.id} is carried out by the program: there may be no request to show`,
      {
        hint: 'Run it without --dry-run, or write the prompt out.',
      },
    )
  }
  const { showPreview } = await import('./show-preview.ts')
  showPreview(await runtime.preview(request, signal), options)
}

async function commandNamed(name: string, runtime: KernelClient) {
  return (await runtime.commands()).find((command) => command.id === name)
}

async function threadRequest(
  typed: Omit<TypedPrompt, 'isFork'>,
  options: ParsedOptions,
  /** Absent: nobody is asked. */
  terminal: SharedTerminal | undefined,
  signal: AbortSignal,
): Promise<ThreadRequest> {
  const schemaFile = options['output-schema']
  return {
    ...typed,
    images: options.image ?? [],
    vars: parseVariables(options.var ?? []),
    playbook: options.playbook ?? false,
    ephemeral: options.ephemeral ?? false,
    ...(schemaFile !== undefined && { outputSchema: await readSchema(schemaFile) }),
    ...(options.selection !== undefined && { selection: { type: 'location', location: options.selection } }),
    ...(options.selection === undefined &&
      isStdinPiped() && { readSelection: async () => new TextDecoder().decode(await readStdin(signal)) }),
    ...(terminal && {
      approve: (request, asked) => terminal.alone(() => askPerson(request, asked), asked),
      ask: (request, asked) => terminal.alone(() => askQuestionsLazily(request, asked), asked),
    }),
  }
}

/** Most turns ask nothing. */
const askQuestionsLazily: AskPerson = async (request, signal) =>
  await (await import('./ask-questions.ts')).askQuestions(request, signal)

/** The result of a command that code implements; undefined where the input is none. */
async function runHandler(
  request: ThreadRequest,
  runtime: KernelClient,
  signal: AbortSignal,
): Promise<HandlerResult | undefined> {
  const input = parseInput(request.input)
  if (input.type !== 'command') return undefined
  const entry = await commandNamed(input.name, runtime)
  if (entry?.value.type !== 'handler') return undefined
  const { args } = entry.value
  return await runtime.handle(input.name, request.argv ?? handlerWords(args, input.rest), signal)
}

/** A handler that takes one text takes it as it was typed: an apostrophe in it opens no quote. */
function handlerWords(args: CommandMetadata['args'], rest: string): readonly string[] {
  if (args[0]?.type !== 'text') return splitArguments(rest)
  return rest.trim() === '' ? [] : ['--', rest.trim()]
}

/** Under `commands.default_mode = "render"` a person sees a command's prompt before it runs. */
async function isConfirmed(request: ThreadRequest, runtime: KernelClient, signal: AbortSignal): Promise<boolean> {
  if (parseInput(request.input).type !== 'command') return true
  const mode = (await runtime.config()).find(({ key }) => key === 'commands.default_mode')?.value
  if (mode !== 'render') return true
  return await confirmPrompt((await runtime.expand(request, signal)).text, signal)
}

function withoutArgv({ argv: _, ...request }: ThreadRequest): ThreadRequest {
  return request
}
