import { join } from 'node:path'
import { loadPolicies, openDefinitionCache } from '../../src/definitions/index.ts'
import { readPolicies } from '../../src/definitions/read-policies.ts'
import type {
  ApprovalAnswer,
  ApprovalRequest,
  Definition,
  Permissions,
  PolicyDefinition,
} from '../../src/plugin-api/index.ts'
import type { AuditRecord } from '../../src/security/index.ts'
import { createExecPolicy, createGate, everything, type Gate, type GateDeps } from '../../src/security/index.ts'
import { makeWorkspace, type TempWorkspace } from './temp-workspace.ts'

/** A gate under the built-in exec policy, and what it asked. */
export interface AskingGate extends AsyncDisposable {
  readonly workspace: TempWorkspace
  readonly codexHome: string
  readonly gate: Gate
  readonly asked: readonly ApprovalRequest[]
  readonly audit: readonly AuditRecord[]
}

const directory = join(import.meta.dirname, '../../profiles/policies')
const builtin = { layer: 'builtin', trusted: true, glob: '*.toml', directory } as const

export interface AskingGateOptions
  extends Partial<Pick<GateDeps, 'session' | 'keepRules' | 'approvalPolicy' | 'actor'>> {
  readonly answer?: (request: ApprovalRequest) => ApprovalAnswer | undefined
  /** What differs from allowing everything; given the directory of the workspace. */
  readonly permissions?: (root: string) => Partial<Permissions>
  /** Absolute path of a `.rules` file of the user's. */
  readonly rules?: string
  readonly files?: Readonly<Record<string, string>>
}

/** Opens one; it answers `once` where nothing else is said. */
export async function openAskingGate(options: AskingGateOptions = {}): Promise<AskingGate> {
  const workspace = await makeWorkspace({ files: options.files ?? {} })
  const policies: Definition<PolicyDefinition>[] = [
    ...(await loadPolicies([builtin], openDefinitionCache(undefined))).effective,
  ]
  if (options.rules !== undefined) policies.push(...(await readPolicies([options.rules])))
  const codexHome = join(workspace.path, '.home', '.codex')
  const asked: ApprovalRequest[] = []
  const audit: AuditRecord[] = []
  const { answer = () => 'once', permissions, session, keepRules, actor, approvalPolicy = 'on-request' } = options
  const gate = createGate({
    threadId: 'thread-1',
    layers: [{ name: 'profile bench', permissions: { ...everything, ...permissions?.(workspace.path) } }],
    places: { workspaceRoot: workspace.path, codexHome, homeDir: join(workspace.path, '.home'), tempDir: '/tmp' },
    protection: 'on',
    execPolicy: createExecPolicy(policies),
    approvalPolicy,
    sandbox: { required: false, find: async () => ({ available: true, backend: 'test' }) },
    async approve(request) {
      asked.push(request)
      return answer(request)
    },
    audit: {
      append: async (record) => {
        audit.push(record)
        return `record-${audit.length}`
      },
      appendSoon: (record) => void audit.push(record),
    },
    ...(session && { session }),
    ...(keepRules && { keepRules }),
    ...(actor && { actor }),
  })
  return { workspace, codexHome, gate, asked, audit, [Symbol.asyncDispose]: () => workspace.remove() }
}
