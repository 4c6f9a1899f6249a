import type { Times } from './compare.ts'

/** What a row says of times. */
export interface ValueOfTimes {
  readonly unit: 'ms' | 'times'
  readonly value: number
  readonly from: string
}

/** The least times, one by the other. */
export function ratio(own: Times, floor: Times): ValueOfTimes {
  const from = `${ms(own.minMs)} / ${ms(floor.minMs)} (medians ${ms(own.medianMs)} / ${ms(floor.medianMs)})`
  return { unit: 'times', value: own.minMs / floor.minMs, from }
}

/** What `more` takes longer than `less`; `by`: the part of it that falls on each of so many. */
export function difference(more: Times, less: Times, by = 1): ValueOfTimes {
  const from = `${ms(more.minMs)} - ${ms(less.minMs)} (medians ${ms(more.medianMs)} - ${ms(less.medianMs)})`
  return { unit: 'ms', value: (more.minMs - less.minMs) / by, from: by === 1 ? from : `${from}, by ${by}` }
}

function ms(value: number): string {
  return value.toFixed(0)
}
