import { inputOf } from './exec-case.ts'
import type { RecordedRequest } from './model-server.ts'
import { lastUserText } from './scripted-session.ts'

/** What the reviewing agent was shown, part by part. */
export interface ReviewPrompt {
  /** Of the marks: another one in each review. */
  readonly mark: string
  /** The words of the person. */
  readonly person: readonly string[]
  readonly question: Readonly<Record<string, unknown>>
  readonly transcript: readonly { readonly from: string; readonly tool?: string; readonly text: string }[]
  /** As it was sent. */
  readonly text: string
}

/** Reads the request of a review; throws where its parts do not stand between their marks, each once. */
export function reviewPrompt(body: Readonly<Record<string, unknown>>): ReviewPrompt {
  const text = lastUserText(body)
  const mark = /^<person-([0-9a-f]{8})>$/m.exec(text)?.[1]
  if (mark === undefined) throw new Error(`this is no review: ${text}`)
  const part = (name: string) => {
    const [before, inside, ...rest] = text.split(new RegExp(`^</?${name}-${mark}>$`, 'm'))
    if (before === undefined || inside === undefined || rest.length !== 1) throw new Error(`${name} is not marked once`)
    return inside
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }
  const tags = text.match(/<|>/g) ?? []
  if (tags.length !== 12) throw new Error(`there are ${tags.length / 2} tags in it, not 6`)
  return { mark, person: part('person'), question: part('question')[0], transcript: part('transcript'), text }
}

/** Whether a request asks the reviewing agent. */
export function isReview({ body }: RecordedRequest): boolean {
  return JSON.stringify(inputOf(body)[0]).includes('You decide, in place of a person')
}
