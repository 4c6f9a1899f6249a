import { nearestNames } from '../kernel/nearest-names.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Definition } from '../plugin-api/index.ts'
import type { WorkflowDefinition } from '../plugin-api/workflow.ts'
import { brokenDefinition } from './broken-definition.ts'

/**
 * The workflow of an id; those of a repository that is not trusted are called `project:ID`.
 *
 * @throws CodexError `usage.unknown_definition` with the nearest names; `definition.invalid` for one whose file did not load
 */
export function findWorkflow(
  id: string,
  all: readonly Definition<WorkflowDefinition>[],
  diagnostics: readonly Diagnostic[],
): Definition<WorkflowDefinition> {
  const found = all.find((each) => each.id === id)
  if (found) return found
  const broken = brokenDefinition(id, diagnostics)
  if (broken) throw broken
  const nearest = nearestNames(
    id,
    all.map((each) => each.id),
  )
  throw new CodexError('usage.unknown_definition', `There is no workflow "${id}"`, {
    hint: `${nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}? ` : ''}List them: codex workflows list`,
  })
}
