import type { Kernel } from '../load-kernel.ts'
import type { RunTree } from './run-tree.ts'

/** The agents of a run: few runs have any, and load what runs them. */
export interface TreeHolder {
  /** Undefined as long as none was begun. */
  readonly opened: RunTree | undefined
  open(): Promise<RunTree>
}

/** @param root the thread that a person started */
export function holdTree(
  root: { readonly threadId: string; readonly agent: string },
  kernel: Kernel,
  signal: AbortSignal,
): TreeHolder {
  let opened: RunTree | undefined
  let opening: Promise<RunTree> | undefined
  return {
    get opened() {
      return opened
    },
    open() {
      opening ??= import('./open-run-tree.ts').then(({ openRunTree }) => {
        opened = openRunTree(root, kernel, signal)
        return opened
      })
      return opening
    },
  }
}
