/**
 * What the program answers when work stops: one class, stable codes, exit codes from one table
 * (docs/architecture.md section 3; `docs/reference/errors.md` is generated from it and held equal by a test).
 */

/** Process exit codes, by meaning. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  findings: 3,
  budget: 4,
  denied: 5,
  nodeTooOld: 78,
  interrupted: 130,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

interface ErrorEntry {
  readonly exit: ExitCode
  readonly meaning: string
}

const failed = (meaning: string): ErrorEntry => ({ exit: exitCodes.failed, meaning })
const usage = (meaning: string): ErrorEntry => ({ exit: exitCodes.usage, meaning })

/** Every code of the kernel and its first-party rooms. A plugin's own codes start with its id and exit 1. */
export const errorTable = {
  'usage.unknown_command': usage('The first words name no command.'),
  'usage.unknown_agent': usage('No agent has that id or alias.'),
  'usage.unknown_definition': usage('No definition of that kind has that id.'),
  'usage.arguments': usage('A flag or argument is missing, unknown or of the wrong kind.'),
  'usage.no_prompt': failed('No prompt was given, as argument or on standard input.'),
  'home.missing': failed('CODEX_HOME names a directory that does not exist.'),
  'home.unwritable': failed('CODEX_HOME cannot be written.'),
  'config.unreadable': failed('A configuration file cannot be read or is not TOML.'),
  'config.invalid': failed('A configuration value has the wrong type or is not known.'),
  'config.override': failed('A -c override is not KEY=VALUE.'),
  'definition.invalid': failed('A definition that was asked for did not load.'),
  'definition.blocking': failed('A profile, policy, rules or hook file did not load, so no thread may start.'),
  'command.arguments': usage('A command was called with arguments that its file does not take.'),
  'command.template': failed('A command template did not render.'),
  'agents.disabled': failed('Agents are turned off.'),
  'agents.limit': failed('No more agents may be open, or no more messages may wait for one.'),
  'agents.name': failed('An agent of the run cannot have that name, or another one has it.'),
  'agents.unknown_target': failed('No agent that this one began has that path, name or thread id.'),
  'agents.recorded': failed('No agent works beside a thread that is recorded or replayed.'),
  'agents.time': failed('An agent took longer than it may.'),
  'run.nobody': usage('No agent and no workflow takes the goal of a run by itself, or several workflows do.'),
  'run.unplanned': failed('The agent that plans a run gave no plan.'),
  'run.plan_invalid': failed('The plan that a model made cannot be carried out, also after a second try.'),
  'run.busy': failed('Another process carries out the run.'),
  'run.not_found': usage('No run of that id is kept, or none of this directory.'),
  'run.elsewhere': usage('The run works in another directory.'),
  'run.damaged': failed('The journal of a run cannot be read.'),
  'run.unwritable': failed('The journal of a run cannot be written.'),
  'agents.ended': failed('An agent that was to be told something has ended for good.'),
  'agents.message': failed('What an agent was to be told is empty, too long, or has a time-out that is none.'),
  'agents.messages': failed('The agents of a run said as many messages as they may.'),
  'agents.flood': failed('An agent said too much to others in a short time.'),
  'agents.loop': failed('An agent told another one the same again and again, or two did nothing but talk.'),
  'agents.unknown_question': failed('No question of that id waits for an answer of the agent.'),
  'agents.board': failed('A key of the board is none, or the board is full.'),
  'agents.board_version': failed('A value of the board is another one than the agent had read.'),
  'plugin.module': failed('A contributed module is missing, threw, hung or has the wrong shape.'),
  'plugin.unwritable': failed('The folder of a new plugin cannot be written.'),
  'plugin.source': failed('A plugin cannot be had from the place that was named.'),
  'plugin.unsafe': failed(
    'A package holds what could leave its folder, is too large, or is another than was asked for.',
  ),
  'plugin.invalid': failed('A package is no plugin, or its manifest is broken.'),
  'plugin.unconfirmed': usage('Nobody was there to agree to a plugin, and --yes was not given.'),
  'plugin.declined': failed('The person did not agree to a plugin.'),
  'plugin.held': failed('An update asks for more than was agreed to.'),
  'plugin.busy': failed('Another process is changing plugins.'),
  'plugin.failed': failed('A plugin could not be installed or taken away; nothing was changed.'),
  'plugin.unverified': failed('An installed plugin is not as it was agreed to.'),
  'plugin.not_installed': usage('No plugin of that name is installed.'),
  'plugin.record': failed('The list or the lockfile of the installed plugins cannot be read.'),
  'permission.denied': { exit: exitCodes.denied, meaning: 'The gate refused the action.' },
  'audit.unwritable': { exit: exitCodes.denied, meaning: 'The audit log cannot be written, so nothing is allowed.' },
  'audit.unreadable': failed('The audit log cannot be read.'),
  'sandbox.unavailable': failed('No sandbox backend works here.'),
  'sandbox.failed': failed('The sandbox could not be set up, so the command did not run.'),
  'tool.input': failed('The arguments of a tool call do not fit its schema.'),
  'tool.failed': failed('A tool ended with an error.'),
  'patch.invalid': failed('A patch cannot be read or does not apply.'),
  'provider.unknown': failed('No model provider has that id.'),
  'provider.unconfigured': failed('No model is configured and the agent has no playbook.'),
  'provider.credential': failed('The credential that the provider needs is not there.'),
  'credential.input': failed('A key was not given, or no header can carry it.'),
  'credential.store': failed('The file or keyring that keeps keys cannot be used.'),
  'credential.command': failed('The command that prints a token did not print one.'),
  'provider.request': failed('The provider refused the request.'),
  'provider.unreachable': failed('The provider could not be reached, or its stream broke off.'),
  'provider.response': failed('The provider answered something that cannot be read.'),
  'provider.rate_limited': failed('The provider asks to slow down, and went on asking.'),
  'provider.overloaded': failed('The provider has no room for the request at the moment.'),
  'provider.quota': failed('The account of the provider has nothing left.'),
  'provider.sealed': failed('The thread holds a message that only models of another provider can read.'),
  'provider.model_unknown': failed('The provider has no model of that name.'),
  'provider.context_length': failed("The request does not fit the model's context window."),
  'playbook.invalid': failed('A playbook step or report could not be carried out.'),
  'run.conflict': failed('What a task changed is in conflict with what became of the workspace meanwhile.'),
  'thread.not_found': failed('No rollout of that thread id was found.'),
  'undo.nothing': failed('No turn is recorded that could be taken back.'),
  'thread.ambiguous': failed('Several threads have that name, or ids that begin so.'),
  'thread.idle': failed('No turn of the thread runs, so nothing can be added to it.'),
  'thread.other_turn': failed('Another turn runs than the one that a message was meant for.'),
  'thread.no_such_turn': failed('The thread has no turn of that id.'),
  'thread.not_steerable': failed(
    'The turn carries out a playbook or summarises the thread, and takes no message meanwhile.',
  ),
  'thread.not_kept': failed('The thread keeps no record, so that no further turn can follow.'),
  'thread.busy': failed('Another process has the thread.'),
  'thread.compaction': failed('The model gave no summary that is shorter than the thread.'),
  'thread.iterations': failed('The turn reached its limit of model requests.'),
  'thread.output_schema': failed('The last message does not fit the output schema, also after a second try.'),
  'budget.tokens': { exit: exitCodes.budget, meaning: 'The tokens of a budget are spent.' },
  'budget.cost': { exit: exitCodes.budget, meaning: 'The money of a budget is spent.' },
  'budget.requests': {
    exit: exitCodes.budget,
    meaning: 'The agents of a run made as many model requests as they may.',
  },
  'budget.time': { exit: exitCodes.budget, meaning: 'The agents of a run took longer than they may.' },
  'budget.unpriced': failed('A budget is in money, and the price of the model is not known.'),
  'budget.record': failed('The record of what a day has used cannot be read.'),
  'thread.loop': failed('The model made the same calls with the same results again and again.'),
  'rollout.unwritable': failed('The rollout file cannot be written.'),
  'rollout.unreadable': failed('The rollout file cannot be read.'),
  'recording.exists': usage('The file that --record names is there already, and --force was not given.'),
  'recording.unwritable': failed('The file that --record names cannot be written.'),
  'recording.unreadable': failed(
    'The file that --replay names cannot be read, or is no recording that this version knows.',
  ),
  'replay.differs': failed('A replayed thread asked something else than the recorded one.'),
  'replay.ended': failed('A replayed thread went on where the recording ends.'),
  'git.untrusted_directory': failed('exec was started outside a git repository and a trusted directory.'),
  'schema.unreadable': failed('The output schema file is missing or not JSON.'),
  'schema.invalid': failed('The output schema is no JSON Schema.'),
  'output.unwritable': failed('The file that -o, --output or --findings names cannot be written.'),
  interrupted: { exit: exitCodes.interrupted, meaning: 'The user or a signal stopped the turn.' },
  internal: failed('A fault of the program itself.'),
} as const satisfies Record<string, ErrorEntry>

/** A code of the table. */
export type KernelErrorCode = keyof typeof errorTable
/** A kernel code, or a plugin's own, which starts with the plugin's id and a dot. */
export type ErrorCode = KernelErrorCode | `${string}.${string}`

/** A place in a file. Lines and columns count from 1. */
export interface Location {
  /** Path, absolute or as it was given. */
  readonly file: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  /** Dotted path of the field, such as `agent.id`. */
  readonly field?: string
}

/** What an error says besides its message. */
export interface CodexErrorOptions {
  /** One thing that the reader can do now. */
  readonly hint?: string
  /** What was caught. */
  readonly cause?: unknown
  /** Where in which file. */
  readonly location?: Location
}

const brand = Symbol.for('codex-kernel.error')

/** What stops the work. Thrown; shown as message, place and hint; a stack only with `--debug`. */
export class CodexError extends Error {
  override readonly name = 'CodexError'
  readonly [brand] = true
  /** Stable; of the table, or a plugin's own. */
  readonly code: ErrorCode
  /** One thing that the reader can do now. */
  readonly hint: string | undefined
  /** Where in which file. */
  readonly location: Location | undefined
  /** What the program ends with. */
  readonly exitCode: ExitCode

  constructor(code: ErrorCode, message: string, options: CodexErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.location = options.location
    this.exitCode = exitCodeOf(code)
  }
}

/** The exit code that the table gives an error code; 1 for a plugin's own. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  const entry: ErrorEntry | undefined = Object.hasOwn(errorTable, code)
    ? errorTable[code as KernelErrorCode] // checked on the line above
    : undefined
  return entry?.exit ?? exitCodes.failed
}

/** True for a CodexError of this or of another copy of the class. */
export function isCodexError(error: unknown): error is CodexError {
  return typeof error === 'object' && error !== null && brand in error
}
