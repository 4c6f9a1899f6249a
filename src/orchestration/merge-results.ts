import type { Plan } from '../plugin-api/index.ts'
import { planNeeds } from '../plugin-api/plan-graph.ts'
import type { MergedResult, TaskOutcome } from '../plugin-api/run.ts'
import { type FoundByTask, mergeFindingsOf } from './merge-findings-of.ts'

/** What somebody gave an answer: 0 (useless) to 10 (nothing is missing). */
export interface Score {
  /** Whose answer it is about. */
  readonly task: string
  /** Task whose agent gave it, or `judge`. */
  readonly by: string
  /** A whole number from 0 to 10. */
  readonly score: number
  readonly reason: string
}

/** What is merged, in the order of the plan. */
export interface ResultsToMerge {
  readonly plan: Pick<Plan, 'strategy' | 'merge' | 'tasks'>
  readonly outcomes: readonly TaskOutcome[]
  readonly found: readonly FoundByTask[]
  /** Empty where nobody scores, as for `concatenate`. */
  readonly scores: readonly Score[]
}

type Answer = MergedResult['answers'][number]

/**
 * Makes one result of many (docs/design-a-team.md says how answers are scored). Nothing is lost: where one answer is chosen, the others are
 * kept with their scores, and where none can be, all of them stand one behind the other.
 */
export function mergeResults({ plan, outcomes, found, scores }: ResultsToMerge): MergedResult {
  const findings = [...mergeFindingsOf(found)]
  const all = { strategy: plan.merge, text: concatenated(outcomes), findings }
  if (plan.merge === 'concatenate')
    return { ...all, decided: false, answers: answersOf(outcomes, []).map(withoutScore) }
  const answers = answersOf(candidates(plan, outcomes), scores)
  const [only] = answers
  if (only !== undefined && answers.length === 1) {
    return { ...chosen(only, all, outcomes), answers, reason: 'there is no other answer' }
  }
  const voters = new Set(scores.map(({ by }) => by))
  const valid = answers.filter((answer) => hasQuorum(answer, plan.merge, voters, answers))
  const best = Math.max(...valid.map(({ score }) => score ?? 0))
  const [winner, ...tied] = valid
    .filter(({ score }) => score === best)
    .toSorted((a, b) => b.votes.length - a.votes.length)
  if (winner === undefined) {
    const who = plan.merge === 'voting' ? 'too few agents voted' : 'the judge scored none'
    return { ...all, decided: false, answers, reason: answers.length === 0 ? 'no task gave an answer' : who }
  }
  const tie = tied.map(({ task }) => task).join(', ')
  return {
    ...chosen(winner, all, outcomes),
    answers,
    ...(tied.length > 0 && { reason: `as good as ${tie}: the one with more votes is chosen, else the earlier one` }),
  }
}

/** The answers that are chosen from: of the tasks that are done and that nothing else builds on. */
export function candidates(plan: ResultsToMerge['plan'], outcomes: readonly TaskOutcome[]): readonly TaskOutcome[] {
  const needed = new Set([...planNeeds(plan).values()].flat())
  return outcomes.filter(({ task, state }) => state === 'done' && !needed.has(task))
}

/** Of a vote: more than half of those who voted at all, the author left out, scored this answer. Of a judge: it did. */
function hasQuorum(
  { task, votes }: Answer,
  merge: Plan['merge'],
  voters: ReadonlySet<string>,
  answers: readonly Answer[],
): boolean {
  if (merge === 'highest-score') return votes.length > 0
  const electorate = new Set([...voters, ...answers.map((answer) => answer.task)])
  electorate.delete(task)
  return votes.length * 2 > electorate.size
}

function answersOf(outcomes: readonly TaskOutcome[], scores: readonly Score[]): Answer[] {
  return outcomes
    .filter(({ state }) => state === 'done')
    .map(({ task }) => {
      // Nobody scores its own answer, and nobody twice.
      const votes = new Map(
        scores
          .filter((score) => score.task === task && score.by !== task)
          .map(({ by, score, reason }) => [by, { by, score: Math.min(10, Math.max(0, Math.round(score))), reason }]),
      )
      const given = [...votes.values()]
      const mean = given.reduce((sum, { score }) => sum + score, 0) / given.length
      return { task, score: given.length === 0 ? null : Math.round(mean * 100) / 100, votes: given }
    })
}

const withoutScore = ({ task }: Answer): Answer => ({ task, score: null, votes: [] })

function chosen(
  { task }: Answer,
  all: Pick<MergedResult, 'strategy' | 'text' | 'findings'>,
  outcomes: readonly TaskOutcome[],
): Omit<MergedResult, 'answers'> {
  const text = outcomes.find((outcome) => outcome.task === task)?.text ?? ''
  return { ...all, decided: true, winner: task, text }
}

function concatenated(outcomes: readonly TaskOutcome[]): string {
  const parts = outcomes.map(({ title, agent, state, reason, text }) => {
    const head = `# ${title}${agent === null ? '' : ` (${agent})`}`
    return state === 'done'
      ? `${head}\n\n${text?.trim() ?? ''}`
      : `${head}\n\n${state}${reason === undefined ? '' : `: ${reason}`}`
  })
  return `${parts.join('\n\n').trim()}\n`
}
