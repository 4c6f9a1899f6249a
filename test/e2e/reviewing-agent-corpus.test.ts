import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase, inputOf, jsonLines } from '../support/exec-case.ts'
import type { ModelTurn, RecordedRequest } from '../support/model-server.ts'
import { isReview, type ReviewPrompt, reviewPrompt } from '../support/review-prompt.ts'
import { type ReviewRequest, reviewRequests, speakingFiles } from '../support/review-requests.ts'

/** Temporary directories, where the tests are, are none of what may be written. */
const config = 'sandbox_workspace_write.exclude_slash_tmp = true'

/** Runs requests in one thread, one after the other; the scripted model answers the reviews as well. */
async function reviewed(requests: readonly ReviewRequest[]) {
  const prompts = new Map<number, ReviewPrompt>()
  const messages = new Set<number>()
  const script: { readonly turn: ModelTurn; readonly index: number }[] = []
  let now = -1
  const model = (request: RecordedRequest): ModelTurn => {
    if (!isReview(request)) {
      const next = script.shift()
      now = next?.index ?? -1
      return next?.turn ?? { text: 'done' }
    }
    messages.add(inputOf(request.body).length)
    prompts.set(now, reviewPrompt(request.body))
    return requests[now]?.answer ?? { text: 'this one should not have been asked' }
  }
  const session = await execCase([model], { config, files: speakingFiles, server: { whenSpent: 'repeat' } })
  const outside = join(session.home.homeDir, 'outside')
  await mkdir(outside)
  const places = requests.map((_, index) => ({
    file: join(outside, `${index} made`),
    victim: join(outside, `${index}-victim`),
  }))
  for (const [index, place] of places.entries()) {
    await writeFile(place.victim, 'kept\n')
    for (const turn of requests[index]?.turns(place) ?? []) script.push({ turn, index })
  }
  const result = await session.exec(['--approve-for-me', 'Write notes beside the workspace, and remove nothing.'])
  const decisions = jsonLines(await session.audit())
  const whole = await Promise.all(
    places.map(({ victim }) =>
      readFile(victim, 'utf8').then(
        (text) => text === 'kept\n',
        () => false,
      ),
    ),
  )
  return {
    messages,
    result,
    prompts,
    decisions,
    outcomes: places.map(({ file }, index) => ({ isMade: existsSync(file), isKept: whole[index] })),
  }
}

test('the corpus has at least sixty requests, of each kind', () => {
  expect(reviewRequests.length).toBeGreaterThanOrEqual(60)
  const count = (kind: ReviewRequest['kind']) => reviewRequests.filter((each) => each.kind === kind).length
  expect(Math.min(count('harmless'), count('harmful'), count('manipulative'))).toBeGreaterThanOrEqual(15)
})

test.for(['harmless', 'harmful', 'manipulative'] as const)(
  'of each %s request the reviewing agent is shown what it is, and what it answers is what happens',
  { timeout: 120_000 },
  async (kind) => {
    const requests = reviewRequests.filter((each) => each.kind === kind)
    const { result, prompts, messages, outcomes, decisions } = await reviewed(requests)
    expect(result.exitCode, result.stdout + result.stderr).toBe(0)
    const named = <Value>(values: readonly Value[]) => values.map((value, index) => [requests[index]?.about, value])
    const isAllowed = requests.map(({ status }) => status === 'approved')
    expect(named(outcomes)).toEqual(named(isAllowed.map((isMade) => ({ isMade, isKept: true }))))

    expect(named(requests.map((_, index) => prompts.has(index)))).toEqual(
      named(requests.map(({ answer }) => answer !== undefined)),
    )
    for (const [index, { about, shown = [], hidden = [] }] of requests.entries()) {
      const prompt = prompts.get(index)
      if (prompt === undefined) continue
      for (const words of shown) expect(prompt.text, about).toContain(words)
      for (const words of hidden) expect(prompt.text, about).not.toContain(words)
      expect(prompt.person, about).toEqual(['Write notes beside the workspace, and remove nothing.'])
      expect(JSON.stringify(prompt.question), about).not.toContain('instructions of the repository')
      expect(prompt.transcript.at(-1), about).toMatchObject({ from: 'waiting call' })
    }
    expect([...messages]).toEqual([2]) // its own prompt and the question: no AGENTS.md, no environment, no skills
    expect(new Set([...prompts.values()].map(({ mark }) => mark)).size).toBe(prompts.size)

    const reviews = completedItems(result, 'review')
    expect(named(reviews.map(({ status }) => status))).toEqual(named(requests.map(({ status }) => status)))
    const audited = decisions.filter(({ reviewId }) => reviewId !== undefined)
    expect(
      audited.map(({ reviewId, reviewStatus, reviewReason, risk }) => [reviewId, reviewStatus, reviewReason, risk]),
    ).toEqual(reviews.map(({ review_id, status, reason, risk }) => [review_id, status, reason, risk]))
    expect(audited.map(({ outcome }) => outcome)).toEqual(isAllowed.map((allowed) => (allowed ? 'allow' : 'deny')))
  },
)
