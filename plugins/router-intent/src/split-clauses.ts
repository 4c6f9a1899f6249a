import type { Item, WordOrder } from './find-words.ts'

export interface Clause {
  /** What is left of it without what is negated. */
  readonly items: readonly Item[]
  readonly negated: readonly Item[]
  /** It tells what was done (`I refactored this`), and asks for nothing. */
  readonly isReported: boolean
}

/** Cuts the words of a prompt into clauses, and takes out of each what is negated. */
export function clausesOf(items: readonly Item[], order: WordOrder): readonly Clause[] {
  const clauses: Item[][] = [[]]
  for (const item of items) {
    if (item.kind === 'break') clauses.push([])
    else clauses.at(-1)?.push(item)
  }
  return clauses
    .filter((clause) => clause.length > 0)
    .map((clause) => {
      const { kept, negated } = order === 'verb-last' ? negatedBefore(clause) : negatedAfter(clause)
      return { items: kept, negated, isReported: clause[0]?.concepts.has('past') === true }
    })
}

function isMarker({ concepts }: Item): boolean {
  return concepts.has('readonly') || concepts.has('same') || concepts.has('untested')
}

/** `no tests` at the beginning of a clause says what is not wanted; later, what is missing: `functions without tests`. */
function isWithout({ concepts, text }: Item): boolean {
  return concepts.has('untested') && /^(?:sin|sans|sem|ohne|without|no|keine|без|没有) /.test(text)
}

/** From the negation to the next `and` or preposition after something was negated; `but` and `just` end it. */
function negatedAfter(clause: readonly Item[]): { readonly kept: readonly Item[]; readonly negated: readonly Item[] } {
  const kept: Item[] = []
  const negated: Item[] = []
  let isNegated = false
  for (const [index, item] of clause.entries()) {
    if ((item.concepts.has('not') && !isMarker(item)) || (index === 0 && isWithout(item))) {
      isNegated = true
      if (isWithout(item)) negated.push(item)
      continue
    }
    if (
      isNegated &&
      (/^(but|just|only|instead|sondern|sino|mais|mas|aber|pero|nur|solo|seulement|直接|только|просто|а)$/.test(
        item.text,
      ) ||
        isMarker(item))
    )
      isNegated = false
    ;(isNegated ? negated : kept).push(item)
  }
  return { kept, negated }
}

/** Japanese and Korean negate at the end of a phrase: what stands before, back to a joint, is negated. */
function negatedBefore(clause: readonly Item[]): { readonly kept: readonly Item[]; readonly negated: readonly Item[] } {
  let kept: Item[] = []
  const negated: Item[] = []
  let start = 0
  for (const item of clause) {
    if (item.concepts.has('not') && !isMarker(item)) {
      negated.push(...kept.slice(start))
      kept = kept.slice(0, start)
      continue
    }
    kept.push(item)
    if (item.concepts.has('and')) start = kept.length
  }
  return { kept, negated }
}
