import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Kernel } from '../load-kernel.ts'

/**
 * The same kernel for threads that work in a copy of the workspace: configuration, definitions and trust stay those of the workspace, whatever
 * the files of the copy say. They begin in the same directory of it, or in its root where that is not there.
 *
 * @param root absolute, real path
 */
export function kernelAt(kernel: Kernel, root: string): Kernel {
  const { options, places } = kernel
  const same = join(root, relative(places.workspaceRoot, options.cwd))
  const cwd = existsSync(same) ? same : root
  return { ...kernel, options: { ...options, cwd }, places: { ...places, workspaceRoot: root } }
}
