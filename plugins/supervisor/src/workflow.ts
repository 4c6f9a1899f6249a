import {
  type DefinitionFile,
  type DefinitionReference,
  type Diagnostic,
  defineDefinitionKind,
  diagnosticsFromZod,
  type Locate,
  type ParsedDefinition,
  type PlanProblem,
  planOfWorkflow,
  planProblems,
  type WorkflowDefinition,
  workflowSchema,
} from 'codex-kernel/plugin-api'

/** Workflow files: tasks for several agents. A file whose tasks cannot be carried out does not load. */
export const definitionKind = defineDefinitionKind<WorkflowDefinition>({
  id: 'workflow',
  cacheVersion: 'workflow-2',
  syntax: 'toml',
  parse: (file) => [parseWorkflow(file)],
  references: referencesOf,
})

function parseWorkflow({ file, toml }: DefinitionFile): ParsedDefinition<WorkflowDefinition> {
  const { value, locate } = toml ?? { value: {}, locate: () => undefined }
  const parsed = workflowSchema.safeParse(value)
  if (!parsed.success) {
    return { diagnostics: diagnosticsFromZod(parsed.error, { file, code: 'workflow.schema', locate }) }
  }
  const problems = planProblems(planOfWorkflow(parsed.data))
  if (problems.length > 0) return { diagnostics: problems.map((problem) => diagnosticOf(problem, file, locate)) }
  return { id: parsed.data.workflow.id, value: parsed.data }
}

/** A cycle is told with the line of each of its edges. */
function diagnosticOf({ code, message, path, hint, edges }: PlanProblem, file: string, locate: Locate): Diagnostic {
  const [first, ...rest] = path
  const inFile = first === 'tasks' ? path : ['workflow', first ?? '', ...rest]
  const lines = (edges ?? []).map(
    ({ from, to, path: place }) => `${from} needs ${to} (line ${locate(place)?.line ?? '?'})`,
  )
  return {
    severity: 'error',
    code: `workflow.${code}`,
    message: lines.length > 0 ? `Tasks wait for each other: ${lines.join(', ')}` : message,
    file,
    ...(locate(inFile) ?? {}),
    field: inFile.join('.'),
    ...(hint !== undefined && { hint }),
  }
}

/** An agent has to be there; where nobody has a role, its tasks are blocked. */
function referencesOf({ workflow, tasks }: WorkflowDefinition): readonly DefinitionReference[] {
  const judge: readonly DefinitionReference[] =
    workflow.judge === undefined ? [] : [{ kind: 'agent', name: workflow.judge, path: ['workflow', 'judge'] }]
  const takers = tasks.flatMap(({ agent, role }, index): readonly DefinitionReference[] => {
    if (agent !== undefined) return [{ kind: 'agent', name: agent, path: ['tasks', index, 'agent'] }]
    return role === undefined
      ? []
      : [{ kind: 'agent', name: role, path: ['tasks', index, 'role'], severity: 'warning' }]
  })
  return [...judge, ...takers]
}
