import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { lazily } from '../../kernel/lazily.ts'
import { protectedPaths } from '../../security/protected-paths.ts'
import { openUndo, type Undo } from '../../thread/undo/open-undo.ts'
import type { Kernel } from '../load-kernel.ts'
import { trackedIgnored } from './tracked-ignored.ts'

/**
 * Undo for the workspace of a kernel. Files with secrets are never copied, whatever the profile allows.
 *
 * @param ownFile real path of a file that the program itself writes meanwhile: it is not recorded
 */
export function openWorkspaceUndo(kernel: Kernel, ownFile?: string): Undo {
  const { places, options, codexHome } = kernel
  // Most records find nothing new to ask it about.
  const guarded = lazily(() => protectedPaths(places))
  const { workspaceRoot } = places
  const searchPath = options.env.PATH === undefined ? {} : { searchPath: options.env.PATH }
  return openUndo(
    { codexHome, workspaceRoot, ...searchPath },
    {
      now: options.now,
      mayRecord: (path) =>
        path !== ownFile && guarded().secret(path) === undefined && guarded().writeProtected(path) === undefined,
      trackedIgnored: (signal) => trackedIgnored(kernel, signal),
    },
  )
}

/** Undo for a turn that is perhaps recorded to a file: no turn changes that. */
export async function openTurnUndo(kernel: Kernel, recording: string | undefined): Promise<Undo> {
  if (recording === undefined) return openWorkspaceUndo(kernel)
  const file = resolve(kernel.options.cwd, recording)
  return openWorkspaceUndo(kernel, await realpath(file).catch(() => file))
}
