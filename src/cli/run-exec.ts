import { CodexError } from '../plugin-api/errors.ts'
import { openRuntime } from '../runtime/open-runtime.ts'
import { parseVariables } from './parse-variables.ts'
import { type ProcessDeps, processSignal, runtimeOptions, writeErr } from './process-deps.ts'
import { readPrompt, readStdin } from './read-prompt.ts'
import { readSchema } from './read-schema.ts'
import { setWorkspaceTrust } from './set-workspace-trust.ts'
import { showThread } from './show-thread.ts'
import { type ParsedOptions, parseThreadArguments } from './thread-options.ts'

interface ExecRequest {
  readonly options: ParsedOptions
  /** Thread to go on with: an id or name, or `last`. */
  readonly resume: string | undefined
  readonly prompt: string | undefined
}

/**
 * `codex exec`: one turn without questions, for scripts. Existing callers of Codex see the same (docs/codex-differences.md).
 *
 * @throws CodexError before the thread has begun
 */
export async function runExec(deps: ProcessDeps): Promise<void> {
  const { options, resume, prompt: argument } = execRequest(deps.argv)
  const schemaFile = options['output-schema']
  const outputSchema = schemaFile === undefined ? undefined : await readSchema(schemaFile)
  const { signal, dispose } = processSignal()
  try {
    const runtime = await openRuntime(
      runtimeOptions(deps, options, { originator: 'codex_exec', neverAsk: true }),
      signal,
    )
    if (options.trust) await setWorkspaceTrust(runtime)
    assertRepository(runtime, options)
    const prompt = await readPrompt({
      argument,
      isTerminal: process.stdin.isTTY === true,
      ignoreStdin: resume !== undefined && argument !== undefined,
      readStdin: () => readStdin(signal),
      notice: writeErr,
    })
    const events = runtime.run(
      {
        input: prompt,
        lenientInput: true,
        route: false,
        images: options.image ?? [],
        vars: parseVariables(options.var ?? []),
        playbook: options.playbook ?? false,
        ephemeral: options.ephemeral ?? false,
        ...(resume !== undefined && { resume }),
        ...(outputSchema && { outputSchema }),
        ...(options.selection !== undefined && { selection: { type: 'location', location: options.selection } }),
      },
      signal,
    )
    process.exitCode = await showThread(events, options, {
      // When it is shown, the credentials are known.
      get prompt() {
        return runtime.redact(prompt)
      },
      version: deps.version,
      banner: deps,
    })
  } finally {
    dispose()
  }
}

const laterSubcommands: ReadonlySet<string> = new Set(['fork', 'review'])

/** Options may stand before and after `resume`, as the Codex SDK writes them. */
function execRequest(argv: readonly string[]): ExecRequest {
  const { options, positionals, afterDashes } = parseThreadArguments(argv)
  const words = positionals.slice(0, positionals.length - afterDashes.length)
  const [first, ...rest] = positionals
  if (words[0] === 'resume') {
    const [id, prompt, ...extra] = options.last ? ['last', ...rest] : rest
    if (id === undefined)
      throw usage('resume needs a thread id, or --last', 'For example: codex exec resume --last "go on"')
    if (extra.length > 0) throw unexpected(extra[0])
    return { options, resume: id, prompt }
  }
  if (words[0] !== undefined && words.length > 0 && laterSubcommands.has(words[0])) {
    throw usage(`codex exec ${words[0]} is not supported by this version`, 'Use codex exec, or codex exec resume ID.')
  }
  if (rest.length > 0) throw unexpected(rest[0])
  return { options, resume: undefined, prompt: first }
}

function assertRepository(
  runtime: { readonly isRepository: boolean; readonly trust: string },
  options: ParsedOptions,
): void {
  const isBypassed =
    options['skip-git-repo-check'] || options['dangerously-bypass-approvals-and-sandbox'] || options.trust
  if (runtime.isRepository || runtime.trust === 'trusted' || isBypassed) return
  throw new CodexError(
    'git.untrusted_directory',
    'Not inside a trusted directory and --skip-git-repo-check was not specified.',
    {
      hint: 'Run git init, add --skip-git-repo-check, or trust the directory with codex trust.',
    },
  )
}

function unexpected(word: string | undefined): CodexError {
  return usage(`unexpected argument '${word}' found`, "Put the prompt in quotes. For more information, try '--help'.")
}

function usage(message: string, hint: string): CodexError {
  return new CodexError('usage.arguments', message, { hint })
}
