import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A prompt, and the agent that is due for it; null: none. */
export interface LabelledPrompt {
  readonly prompt: string
  readonly agent: string | null
  readonly language: string
}

/** What the router learns from. */
export const trainingPrompts = [
  'training-1',
  'training-2',
  'training-3',
  'training-4',
  'training-5',
  'training-6',
  'training-7',
  'training-8',
  'training-9',
  'training-10',
] as const

/** Those of `test/fixtures/routing/NAME.jsonl`. */
export function labelledPrompts(...names: readonly string[]): readonly LabelledPrompt[] {
  const directory = fileURLToPath(new URL('../fixtures/routing', import.meta.url))
  return names.flatMap((name) =>
    readFileSync(join(directory, `${name}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line): LabelledPrompt => JSON.parse(line)),
  )
}
