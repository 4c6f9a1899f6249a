import type { Kernel } from '../load-kernel.ts'

/**
 * The same kernel for threads that work in a copy of the workspace: configuration, definitions and trust stay those of the workspace, whatever
 * the files of the copy say.
 *
 * @param root absolute, real path
 */
export function kernelAt(kernel: Kernel, root: string): Kernel {
  return {
    ...kernel,
    options: { ...kernel.options, cwd: root },
    places: { ...kernel.places, workspaceRoot: root },
  }
}
