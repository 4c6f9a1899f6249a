import type { Definition, Diagnostic, Origin } from '../plugin-api/index.ts'
import { originLayers } from '../plugin-api/origin.ts'

/** A definition on its own, before its layer is set against the others. */
export interface FoundDefinition<T> {
  readonly id: string
  readonly value: T
  readonly origin: Origin
}

export interface MergeOptions {
  /** Name of the kind, for the definitions and the codes of diagnostics. */
  readonly kind: string
  /**
   * True where no file may hide another layer's: one whose name is taken is called `LAYER:NAME` (`user:default`), and one of a repository is
   * `project:NAME` in any case.
   */
  readonly standsBeside: boolean
}

/**
 * Sets the layers over each other, lowest first: the highest definition of an id is effective and says which it shadows.
 * Of two in one layer the first by path stays. A definition of an untrusted repository is called `project:NAME`, which is its layer and its name.
 */
export function mergeLayers<T>(
  found: readonly FoundDefinition<T>[],
  options: MergeOptions,
): { effective: readonly Definition<T>[]; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const effective = new Map<string, Definition<T>>()
  for (const layer of originLayers) {
    const takenBelow = new Set(effective.keys())
    const inLayer = found.filter(({ origin }) => origin.layer === layer)
    for (const { id: name, value, origin } of inLayer.toSorted(byPath)) {
      const isTaken = options.standsBeside && (layer === 'project' || takenBelow.has(name))
      const standsBeside = !origin.trusted || isTaken
      const id = standsBeside ? `${layer}:${name}` : name
      const lower = effective.get(id)
      if (lower !== undefined && (lower.origin.layer === layer || standsBeside)) {
        diagnostics.push(duplicate(options.kind, id, origin, lower.origin))
        continue
      }
      const shadows = lower === undefined ? [] : [lower.origin, ...lower.shadows]
      effective.set(id, { kind: options.kind, id, value, origin, shadows })
    }
  }
  const sorted = [...effective.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  return { effective: sorted, diagnostics }
}

function byPath(a: FoundDefinition<unknown>, b: FoundDefinition<unknown>): number {
  if (a.origin.file === b.origin.file) return 0
  return a.origin.file < b.origin.file ? -1 : 1
}

function duplicate(kind: string, id: string, second: Origin, first: Origin): Diagnostic {
  return {
    severity: 'error',
    code: `${kind}.duplicate_id`,
    message: `"${id}" is already defined in ${first.file}, which stays; this one is left out`,
    file: second.file,
    hint: 'Give one of them another id, or remove it.',
  }
}
