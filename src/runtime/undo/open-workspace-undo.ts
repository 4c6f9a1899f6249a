import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { findGitDirectory } from '../../sandbox/find-git-directory.ts'
import { gitRead } from '../../sandbox/git-read.ts'
import { protectedPaths } from '../../security/protected-paths.ts'
import { openUndo, type Undo } from '../../thread/undo/open-undo.ts'
import type { Kernel } from '../load-kernel.ts'

const maxListBytes = 4 * 1024 * 1024

/**
 * Undo for the workspace of a kernel. Files with secrets are never copied, whatever the profile allows.
 *
 * @param ownFile real path of a file that the program itself writes meanwhile: it is not recorded
 */
export function openWorkspaceUndo({ places, options, codexHome }: Kernel, ownFile?: string): Undo {
  const guarded = protectedPaths(places)
  const { workspaceRoot } = places
  const searchPath = options.env.PATH === undefined ? {} : { searchPath: options.env.PATH }
  return openUndo(
    { codexHome, workspaceRoot, ...searchPath },
    {
      now: options.now,
      mayRecord: (path) =>
        path !== ownFile && guarded.secret(path) === undefined && guarded.writeProtected(path) === undefined,
      async trackedIgnored(signal) {
        if (findGitDirectory(workspaceRoot) === undefined) return []
        const list = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard']
        const found = await gitRead(list, { cwd: workspaceRoot, maxBytes: maxListBytes, ...searchPath }, signal)
        return found.exitCode === 0 && !found.truncated ? found.stdout.split('\0').filter(Boolean) : []
      },
    },
  )
}

/** Undo for a turn that is perhaps recorded to a file: no turn changes that. */
export async function openTurnUndo(kernel: Kernel, recording: string | undefined): Promise<Undo> {
  if (recording === undefined) return openWorkspaceUndo(kernel)
  const file = resolve(kernel.options.cwd, recording)
  return openWorkspaceUndo(kernel, await realpath(file).catch(() => file))
}
