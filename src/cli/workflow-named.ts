import { findWorkflow } from '../definitions/find-workflow.ts'
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
  return findWorkflow(id, await workflows(kernel), await kernel.diagnostics())
}
