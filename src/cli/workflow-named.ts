import { brokenDefinition } from '../definitions/broken-definition.ts'
import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Definition } from '../plugin-api/index.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import type { WorkflowDefinition } from '../plugin-api/workflow.ts'

/** All workflows, also those of a repository that is not trusted (`project:ID`). */
export async function workflows(kernel: KernelClient): Promise<readonly Definition<WorkflowDefinition>[]> {
  // The parser of the kind gave the values.
  return (await kernel.definitions('workflow')) as readonly Definition<WorkflowDefinition>[]
}

/** @throws CodexError `usage.unknown_definition` with the nearest names; `definition.invalid` for one whose file did not load */
export async function workflowNamed(id: string, kernel: KernelClient): Promise<Definition<WorkflowDefinition>> {
  const all = await workflows(kernel)
  const found = all.find((each) => each.id === id)
  if (found) return found
  const broken = brokenDefinition(id, await kernel.diagnostics())
  if (broken) throw broken
  const names = all.map((each) => each.id)
  const nearest = nearestNames(id, names)
  throw new CodexError('usage.unknown_definition', `There is no workflow "${id}"`, {
    hint: `${nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}? ` : ''}List them: codex workflows list`,
  })
}
