import { homedir, tmpdir } from 'node:os'
import { exitCodes, isCodexError } from '../plugin-api/errors.ts'
import { applyPatchAlone } from '../runtime/apply-patch-alone.ts'
import { type ProcessDeps, processSignal, writeErr, writeOut } from './process-deps.ts'
import { readPatch } from './read-patch.ts'

/** `codex --codex-run-as-apply-patch PATCH`. */
export async function runApplyPatchFlag(deps: ProcessDeps): Promise<void> {
  const patch = deps.argv[0]
  if (patch === undefined || patch.includes('\uFFFD')) {
    writeErr(`Error: --codex-run-as-apply-patch requires a UTF-8 PATCH argument.\n`)
    process.exitCode = exitCodes.failed
    return
  }
  await applyPatch(patch, deps)
}

/** The program under the name `apply_patch`: one argument, or the patch on standard input. */
export async function runAsApplyPatch(deps: ProcessDeps): Promise<void> {
  const { argv } = deps
  if (argv.length > 1) {
    writeErr('Error: apply_patch accepts exactly one argument.\n')
    process.exitCode = exitCodes.usage
    return
  }
  const patch = argv[0] ?? (process.stdin.isTTY ? '' : await patchOfStdin())
  if (patch === undefined) {
    writeErr('Error: the patch on standard input is not valid UTF-8.\n')
    process.exitCode = exitCodes.failed
    return
  }
  if (patch === '') {
    writeErr("Usage: apply_patch 'PATCH'\n       apply_patch < PATCH_FILE\n")
    process.exitCode = exitCodes.usage
    return
  }
  await applyPatch(patch, deps)
}

/** Undefined for what cannot be read. */
async function patchOfStdin(): Promise<string | undefined> {
  const { signal, dispose } = processSignal()
  try {
    return await readPatch(undefined, signal)
  } catch (error) {
    if (isCodexError(error)) return undefined
    throw error
  } finally {
    dispose()
  }
}

async function applyPatch(patch: string, { packageRoot }: ProcessDeps): Promise<void> {
  const { signal, dispose } = processSignal()
  try {
    const result = await applyPatchAlone(
      patch,
      {
        ...{ packageRoot, cwd: process.cwd(), platform: process.platform },
        ...{ homeDir: process.env.HOME || homedir(), tempDir: tmpdir() },
      },
      signal,
    )
    if (result.type === 'applied') return writeOut(result.report)
    writeErr(`${result.type === 'failed' ? result.message : result.denial.reason}\n`)
    process.exitCode = exitCodes.failed
  } finally {
    dispose()
  }
}
