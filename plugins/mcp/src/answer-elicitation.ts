import type { ElicitRequestFormParams, ElicitResult } from '@modelcontextprotocol/sdk/types.js'
import type { Question, ToolSourceContext } from 'codex-kernel/plugin-api'

type Field = ElicitRequestFormParams['requestedSchema']['properties'][string]
type Answer = string | number | boolean | string[]

const yes = 'yes'

/** What a server wants to know of the person. Where nobody is there, or what must be answered is not, it is declined. */
export async function answerElicitation(
  server: string,
  { message, requestedSchema }: ElicitRequestFormParams,
  ctx: Pick<ToolSourceContext, 'ask' | 'redact'>,
  signal: AbortSignal,
): Promise<ElicitResult> {
  const { properties, required = [] } = requestedSchema
  const questions = Object.entries(properties).map(([id, field]) => questionOf(id, field))
  const answer = await ctx.ask({ asker: `MCP server ${server}`, message, questions }, signal)
  if (answer.type !== 'answered') return { action: 'decline' }
  const content: Record<string, Answer> = {}
  for (const [id, field] of Object.entries(properties)) {
    const value = chosenValue(field, answer.answers[id] ?? [])
    if (value !== undefined) content[id] = value
    else if (required.includes(id)) return { action: 'cancel' }
  }
  return { action: 'accept', content }
}

function questionOf(id: string, field: Field): Question {
  const words = [field.title ?? id, field.description].filter(Boolean).join(': ')
  const options = optionsOf(field)
  return {
    id,
    header: field.title ?? id,
    question: words,
    ...(options && { options: options.map(({ label }) => ({ label })), allowsOther: false }),
    ...(field.type === 'array' && { isMultiple: true }),
  }
}

/** What can be chosen, and what is sent for it. */
function optionsOf(field: Field): readonly { readonly label: string; readonly value: string }[] | undefined {
  if (field.type === 'boolean') return [yes, 'no'].map((label) => ({ label, value: label }))
  const plain = (values: readonly string[], names: readonly string[] = []) =>
    values.map((value, index) => ({ value, label: names[index] ?? value }))
  const titled = (choices: readonly { const: string; title: string }[]) =>
    choices.map(({ const: value, title }) => ({ value, label: title }))
  if (field.type === 'array') return 'enum' in field.items ? plain(field.items.enum) : titled(field.items.anyOf)
  if ('oneOf' in field && field.oneOf) return titled(field.oneOf)
  if (!('enum' in field) || !field.enum) return undefined
  return plain(field.enum, 'enumNames' in field ? field.enumNames : undefined)
}

/** Undefined where nothing was answered that fits. */
function chosenValue(field: Field, given: readonly string[]): Answer | undefined {
  const options = optionsOf(field)
  const values = given.map((text) => options?.find(({ label }) => label === text)?.value ?? text)
  const [first] = values
  if (field.type === 'array') return [...values]
  if (first === undefined) return undefined
  switch (field.type) {
    case 'boolean':
      return first === yes
    case 'number':
    case 'integer': {
      const number = Number(first)
      return Number.isFinite(number) && first.trim() !== '' ? number : undefined
    }
    default:
      return first
  }
}
