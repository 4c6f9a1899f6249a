import { lazily } from '../kernel/lazily.ts'
import { type CarriedDefinitions, openDefinitionStore } from './definition-store.ts'
import type { Kernel } from './load-kernel.ts'
import { findBackend, type SecurityDeps } from './open-thread-security.ts'

/** Configuration, plugins and definitions at one moment: what a thread runs with from its start to its end. */
export type Snapshot = SecurityDeps

/** The snapshot of a kernel. Definitions that `carried` brings are not loaded again. */
export function openSnapshot(kernel: Kernel, signal: AbortSignal, carried?: CarriedDefinitions): Snapshot {
  return { kernel, store: openDefinitionStore(kernel, carried), backend: lazily(() => findBackend(kernel, signal)) }
}
