import { z } from 'zod'

const reasonLength = 500

/** What the reviewing agent has to answer; anything else is a denial. */
export const reviewAnswerSchema = z.strictObject({
  risk: z.int().min(0).max(100),
  decision: z.enum(['allow', 'deny']),
  reason: z.string().min(1),
})
export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>

/** A key of a JSON object: inside of a text a quotation mark has a backslash before it. */
const anyKey = /[{,\s]"(?:risk|decision|reason)"\s*:/g

/** The answer in a text; undefined where the text is anything but one object of the agreed shape, each field said once. */
export function readReviewAnswer(text: string): ReviewAnswer | undefined {
  const { data } = reviewAnswerSchema.safeParse(parsed(text))
  if (data === undefined || text.match(anyKey)?.length !== 3) return undefined
  const { reason } = data
  return { ...data, reason: reason.length > reasonLength ? `${reason.slice(0, reasonLength - 1)}…` : reason }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON is no answer
  }
}
