import { z } from 'zod'
import { nearestNames } from '../../kernel/nearest-names.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { categories, confidences, type Definition, type Origin, severities } from '../../plugin-api/index.ts'
import type { ToolSession } from '../../runtime/open-tool-session.ts'
import { partOfRule, toolOfPart } from './scan-parts.ts'

const example = z.union([z.string(), z.object({ language: z.string(), code: z.string(), file: z.string().optional() })])

/** What the commands need to know of a rule; the plugin that brings the kind has checked it as a whole. */
const ruleSchema = z.object({
  language: z.union([z.string(), z.array(z.string())]),
  severity: z.enum(severities),
  confidence: z.enum(confidences).default('medium'),
  message: z.string(),
  why: z.string(),
  cwe: z.array(z.string()).default([]),
  owasp: z.array(z.string()).default([]),
  fix: z.object({ advice: z.string(), template: z.string().optional() }).optional(),
  references: z.array(z.string()).default([]),
  category: z.enum(categories).default('security'),
  tests_in: z.string().optional(),
  tests: z.object({ hit: z.array(example).default([]), miss: z.array(example).default([]) }).prefault({}),
})
export type RuleFacts = z.infer<typeof ruleSchema> & {
  readonly id: string
  readonly origin: Origin
  readonly shadows: readonly Origin[]
}

/** Id of the kind of definition that `code_scan` takes its rules from. */
export const ruleKind = 'scan-rule'

/** All rules that are in force, by id. */
export async function readRules(session: Pick<ToolSession, 'definitions'>): Promise<readonly RuleFacts[]> {
  return rulesOf(await session.definitions(ruleKind))
}

/** Definitions of the kind as rules, by id. */
export function rulesOf(definitions: readonly Definition<unknown>[]): readonly RuleFacts[] {
  return definitions
    .map(({ id, value, origin, shadows }) => ({ ...ruleSchema.parse(value), id, origin, shadows }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Of rules of code and of secrets. @throws CodexError `usage.unknown_definition` with the nearest names */
export async function assertKnownRules(
  ids: readonly string[],
  session: Pick<ToolSession, 'definitions'>,
): Promise<void> {
  if (ids.length === 0) return
  const { secretRules } = await import('../../security/secrets/secret-rules.ts')
  const known = [...(await session.definitions(ruleKind)).map(({ id }) => id), ...secretRules()]
  const unknown = ids.find((id) => partOfRule(id) !== 'dependencies' && !known.includes(id))
  if (unknown !== undefined) throw unknownRule(unknown, known)
}

/** @param known all that the tool has, as its report says @throws CodexError `usage.unknown_definition` with the nearest names */
export function assertKnownDependencyRules(ids: readonly string[], known: readonly string[]): void {
  const unknown = ids.find((id) => partOfRule(id) === 'dependencies' && !known.includes(id))
  if (unknown !== undefined) throw unknownRule(unknown, known)
}

/** One rule; that of a repository also by its bare id, where no other has it. @throws CodexError `usage.unknown_definition` with the nearest names */
export async function readRule(id: string, session: Pick<ToolSession, 'definitions'>): Promise<RuleFacts> {
  const rules = await readRules(session)
  const found = rules.find((rule) => rule.id === id) ?? rules.find((rule) => rule.id === `project:${id}`)
  if (found) return found
  const part = partOfRule(id)
  if (part !== 'code') {
    throw new CodexError('usage.unknown_definition', `${id} is no rule of code, so there is no file of it to show`, {
      hint: `What ${toolOfPart[part]} finds: docs/secrets-and-dependencies.md. To run one: codex scan --rule ${id}.`,
    })
  }
  throw unknownRule(
    id,
    rules.map((rule) => rule.id),
  )
}

function unknownRule(id: string, known: readonly string[]): CodexError {
  const similar = nearestNames(id, known)
  return new CodexError('usage.unknown_definition', `There is no scan rule ${id}`, {
    hint: similar.length > 0 ? `Did you mean ${similar.join(', ')}?` : 'See all: codex scan rules list.',
  })
}
