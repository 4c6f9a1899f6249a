import type { Colours } from './colours.ts'

/** How items are shown to a person. */
export interface ItemStyle {
  readonly paint: Colours
  /** True while a thread runs: of long outputs and diffs the part that is looked at first. False: all of it. */
  readonly isFolded: boolean
  /** The command that shows what is folded. Absent: nothing can be shown later. */
  readonly rest?: string
}
