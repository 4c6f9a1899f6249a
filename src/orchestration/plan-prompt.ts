import type { Strategy } from '../plugin-api/index.ts'
import { maxPlannedTasks } from './plan-answer.ts'

/** An agent that may take a task, as the one that plans is told of it. */
export interface OfferedAgent {
  readonly id: string
  readonly description: string
  /** Other names for it, such as roles. */
  readonly aliases: readonly string[]
  /** Whether its permissions let it write at all. */
  readonly canWrite: boolean
}

const strategyText: Readonly<Record<Strategy, string>> = {
  parallel: 'all tasks at the same time, none knows of another',
  sequential: 'one behind the other in the order of the list, each gets the results of all before it',
  collaborative: 'all at the same time, and the agents may write to each other',
  hybrid: 'each task begins when those in its `needs` have ended, and gets their results',
}

/** What the agent that plans is asked. The goal and what agents say of themselves stand apart, as data. */
export function planPrompt(goal: string, agents: readonly OfferedAgent[], strategy: Strategy | undefined): string {
  const offered = agents.map(({ id, description, aliases, canWrite }) => {
    const names = aliases.length > 0 ? ` (also: ${aliases.join(', ')})` : ''
    return `- ${id}${names}: ${oneLine(description)}${canWrite ? '' : ' It writes no files.'}`
  })
  const ways = (strategy === undefined ? Object.entries(strategyText) : [[strategy, strategyText[strategy]]]).map(
    ([name, text]) => `- ${name}: ${text}`,
  )
  return [
    'Plan how the agents below reach this goal together.',
    `<goal>\n${goal.replaceAll(/<(\/?goal\b)/gi, '<\u200b$1')}\n</goal>`,
    `Agents that may take part; each task names one of these ids:\n${offered.join('\n')}`,
    `${strategy === undefined ? 'Strategies, of which you choose one' : 'The strategy, which is given'}:\n${ways.join('\n')}`,
    `At most ${maxPlannedTasks} tasks.`,
  ].join('\n\n')
}

/** What it is told where its plan cannot be carried out. */
export function planAgainPrompt(problems: readonly string[]): string {
  const lines = problems.slice(0, 50).map((problem) => `- ${oneLine(problem)}`)
  return ['The plan cannot be carried out. Give the whole plan again, without these mistakes:', ...lines].join('\n')
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 500)
