import { CodexError } from '../plugin-api/errors.ts'
import type { KernelClient, ThreadRequest } from '../plugin-api/kernel-client.ts'
import { type ExecTask, execRequest } from './exec-request.ts'
import { forkOf, showFork } from './fork-of.ts'
import { parseVariables } from './parse-variables.ts'
import { type ProcessDeps, runtimeOptions, writeErr } from './process-deps.ts'
import { readPrompt, readStdin } from './read-prompt.ts'
import { readSchema } from './read-schema.ts'
import { recordAndReplay, replayBeginsAnew } from './record-and-replay.ts'
import { reviewPrompt } from './review-prompt.ts'
import { trustFromFlag } from './set-workspace-trust.ts'
import { showThread } from './show-thread.ts'
import type { ParsedOptions } from './thread-options.ts'
import { calledOn } from './which-thread.ts'
import { withRuntime } from './with-runtime.ts'

/**
 * `codex exec`: one turn without questions, for scripts. Existing callers of Codex see the same (docs/codex-differences.md).
 *
 * @throws CodexError before the thread has begun
 */
export async function runExec(deps: ProcessDeps): Promise<void> {
  const { options, task, prompt: argument } = execRequest(deps.argv)
  const tape = recordAndReplay(options)
  if (tape.replay && task.kind !== 'new') throw replayBeginsAnew(task.kind)
  const schemaFile = options['output-schema']
  const outputSchema = schemaFile === undefined ? undefined : await readSchema(schemaFile)
  const mode = { originator: 'codex_exec', neverAsk: true }
  await withRuntime(runtimeOptions(deps, options, mode), async (runtime, signal) => {
    if (options.trust) await trustFromFlag(runtime)
    assertRepository(runtime, options)
    const isDryRun = options['dry-run'] ?? false
    if (task.kind === 'fork' && argument === undefined && !isDryRun)
      return showFork(await forkOf(task.id, options, runtime), options)
    const isReview = task.kind === 'review'
    const given =
      (isReview || tape.replay) && argument === undefined
        ? undefined
        : await readPrompt({
            argument,
            isTerminal: process.stdin.isTTY === true,
            hasImages: (options.image ?? []).length > 0,
            called: calledFor(task, options),
            ignoreStdin: task.kind !== 'new' && argument !== undefined,
            readStdin: () => readStdin(signal),
            notice: writeErr,
          })
    const prompt = isReview ? await reviewPrompt(options, given, runtime.cwd, signal) : (given ?? '')
    const request: ThreadRequest = {
      input: prompt,
      lenientInput: true,
      ...(isReview && { agent: 'code-reviewer', purpose: 'review' as const }),
      route: false,
      images: options.image ?? [],
      vars: parseVariables(options.var ?? []),
      playbook: options.playbook ?? false,
      ephemeral: options.ephemeral ?? false,
      ...(await beginningOf(isDryRun && task.kind === 'fork' ? { ...task, kind: 'resume' } : task, options, runtime)),
      ...tape,
      ...(outputSchema && { outputSchema }),
      ...(options.selection !== undefined && { selection: { type: 'location', location: options.selection } }),
    }
    if (isDryRun) {
      const { showPreview } = await import('./show-preview.ts')
      return showPreview(await runtime.preview(request, signal), options)
    }
    const thread = runtime.run(request, signal)
    const isWatched = process.stdin.isTTY === true && process.stderr.isTTY === true
    const terminal = isWatched ? (await import('./share-terminal.ts')).shareTerminal() : undefined
    const events = terminal ? (await import('./steer-from-terminal.ts')).steerFromTerminal(thread, terminal) : thread
    process.exitCode = await showThread(events, options, {
      // When it is shown, the credentials are known.
      get prompt() {
        return runtime.redact(prompt === '' && tape.replay ? `(as in ${tape.replay.file})` : prompt)
      },
      version: deps.version,
      banner: deps,
      isPlain: async () => (await import('./wants-plain.ts')).configuredPlain(runtime),
      ...(terminal && { terminal }),
    })
  })
}

/** The command that waits for a prompt. A resumed thread that is not said is a new one. */
function calledFor(task: ExecTask, options: ParsedOptions): string {
  if (task.kind === 'new' || ('id' in task && task.id === '')) return 'codex exec'
  const called = `codex exec ${task.kind}`
  return task.kind === 'review' ? called : calledOn(called, task.id, options)
}

/** Which thread goes on. A fork is a thread of its own from here on. */
async function beginningOf(
  task: ExecTask,
  options: ParsedOptions,
  runtime: KernelClient,
): Promise<Pick<ThreadRequest, 'resume' | 'resumeAnywhere'>> {
  const anywhere = options.all ?? false
  if (task.kind === 'resume') return { resume: task.id, resumeAnywhere: anywhere }
  return task.kind === 'fork' ? { resume: await forkOf(task.id, options, runtime) } : {}
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
