import { nearestNames } from '../kernel/nearest-names.ts'
import type { Playbook } from '../plugin-api/index.ts'

/** JSON Schema of what a tool takes. */
export type ToolInput = Readonly<Record<string, unknown>>

export interface ArgumentProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint: string
}

/** Arguments that a step's tool does not know, and those that it cannot do without. Tools that are not in `inputs` are not looked at. */
export function argumentProblems(
  playbook: Playbook,
  inputs: ReadonlyMap<string, ToolInput>,
): readonly ArgumentProblem[] {
  return playbook.steps.flatMap((step, index) => {
    const schema = inputs.get(step.tool)
    if (schema === undefined) return []
    const path = ['playbook', 'steps', index, 'arguments']
    const known = isTable(schema.properties) ? Object.keys(schema.properties) : []
    const required = Array.isArray(schema.required) ? schema.required.map(String) : []
    const unknown =
      schema.additionalProperties === false ? Object.keys(step.arguments).filter((key) => !known.includes(key)) : []
    return [
      ...unknown.map((key) => ({
        path: [...path, key],
        message: `The tool ${step.tool} takes no "${key}"`,
        hint: offer(key, known),
      })),
      ...required
        .filter((key) => !Object.hasOwn(step.arguments, key))
        .map((key) => ({
          path,
          message: `The tool ${step.tool} needs "${key}"`,
          hint: `Add ${key} to the arguments of the step.`,
        })),
    ]
  })
}

function offer(key: string, known: readonly string[]): string {
  const nearest = nearestNames(key, known)
  if (nearest.length > 0) return `Did you mean ${nearest.join(' or ')}?`
  return known.length === 0 ? 'It takes no arguments.' : `It takes: ${known.join(', ')}.`
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
