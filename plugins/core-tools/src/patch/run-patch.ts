import { resolve } from 'node:path'
import { CodexError, isCodexError, type ToolContext, type ToolOutput } from 'codex-kernel/plugin-api'
import { errorCode } from '../error-code.ts'
import { parsePatch } from './parse-patch.ts'
import { type PatchFiles, type PlannedPatch, planPatch } from './plan-patch.ts'

/**
 * Applies a patch through the gate, all or none, and shows it as a `file_change`. Paths start at `workdir`, which may be relative to
 * the working directory and is that by default.
 */
export async function runPatch(text: string, ctx: ToolContext, workdir = '.'): Promise<ToolOutput> {
  const startedMs = performance.now()
  let patch: PlannedPatch
  try {
    patch = await planPatch(parsePatch(text), filesOf(ctx, resolve(ctx.cwd, workdir)))
  } catch (error) {
    if (!isCodexError(error) || error.code !== 'patch.invalid') throw error
    return { text: `apply_patch verification failed: ${error.message}`, summary: error.message, failed: true }
  }
  await applyShown(patch, ctx)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  const report = `Success. Updated the following files:\n${patch.summary.join('\n')}\n`
  return {
    text: `Exit code: 0\nWall time: ${seconds} seconds\nOutput:\n${report}`,
    summary: patch.summary.join(', '),
    structured: { changes: patch.shown, report },
  }
}

/** The item appears with the outcome: a patch that is refused changes nothing, and shows as a denial alone. */
async function applyShown(patch: PlannedPatch, ctx: ToolContext): Promise<void> {
  const show = (status: 'in_progress' | 'completed' | 'failed') =>
    ctx.emit({
      type: 'item',
      done: status !== 'in_progress',
      item: { type: 'file_change', changes: patch.shown, status },
    })
  try {
    await ctx.fs.apply(patch.changes)
  } catch (error) {
    if (!(isCodexError(error) && error.code === 'permission.denied') && !ctx.signal.aborted) {
      show('in_progress')
      show('failed')
    }
    throw error
  }
  show('in_progress')
  show('completed')
}

function filesOf(ctx: ToolContext, directory: string): PatchFiles {
  return {
    resolve: (path) => resolve(directory, path),
    async read(path) {
      const bytes = await orMissing(ctx.fs.readFile(path))
      return bytes && decodeExactly(bytes, path)
    },
    exists: async (path) => (await orMissing(ctx.fs.stat(path)))?.kind === 'file',
    mode: async (path) => (await orMissing(ctx.fs.stat(path)))?.mode,
  }
}

async function orMissing<Result>(found: Promise<Result>): Promise<Result | undefined> {
  try {
    return await found
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Keeps a byte order mark. Text that cannot be read exactly could not be written back as it was. */
function decodeExactly(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new CodexError('patch.invalid', `Failed to read file to update ${path}: it is not valid UTF-8`, {
      cause: error,
    })
  }
}
