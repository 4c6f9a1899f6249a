import type { AskPerson, Question } from '../plugin-api/question.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { readAnswer } from './read-answer.ts'

/**
 * Asks on the terminal, question by question on stderr. An empty line passes a question over; the end of the input
 * (Ctrl-D) declines all of them.
 */
export const askQuestions: AskPerson = async ({ asker, message, questions }, signal) => {
  const answers: Record<string, readonly string[]> = {}
  const opening = message === undefined ? `${asker} asks:` : `${asker} asks: ${message}`
  for (const [index, question] of questions.entries()) {
    const before = index === 0 ? `\n${terminalText(opening)}\n` : ''
    const given = await askOne(question, before, signal)
    if (given === undefined) return { type: 'declined' }
    answers[question.id] = given
  }
  return { type: 'answered', answers }
}

/** Asks again where a text of one's own is not among the answers. Undefined where the person ends the input. */
async function askOne(question: Question, before: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  let prompt = `${before}${terminalText(promptOf(question))}`
  for (;;) {
    const line = await readAnswer(prompt, { isHidden: question.isSecret ?? false }, signal)
    if (line === undefined) return undefined
    const chosen = readChoice(line.trim(), question)
    if (chosen !== undefined) return chosen
    prompt = `One of 1 to ${question.options?.length}: `
  }
}

function promptOf({ header, question, options = [], allowsOther = true, isMultiple = false }: Question): string {
  const title = header === undefined ? question : `[${header}] ${question}`
  const choices = options.map(({ label, description }, index) => {
    return `  ${index + 1} ${label}${description === undefined ? '' : `: ${description}`}`
  })
  const number = isMultiple ? 'Numbers, with commas' : 'Number'
  const how = options.length === 0 ? '' : allowsOther ? `${number}, or your own words` : number
  return `${[title, ...choices].join('\n')}\n${how}> `
}

/** Labels for numbers, else the text itself; undefined for what is no answer. */
function readChoice(
  line: string,
  { options = [], allowsOther = true, isMultiple = false }: Question,
): readonly string[] | undefined {
  if (line === '') return []
  const words = isMultiple ? line.split(',').map((word) => word.trim()) : [line]
  const labels = words.map((word) => {
    const byNumber = /^\d+$/.test(word) ? options[Number(word) - 1] : undefined
    return (byNumber ?? options.find(({ label }) => label.toLowerCase() === word.toLowerCase()))?.label
  })
  if (labels.every((label) => label !== undefined)) return labels
  return allowsOther || options.length === 0 ? [line] : undefined
}
