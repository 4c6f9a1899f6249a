import type { Action, Permissions } from '../../plugin-api/index.ts'
import { isAtOrBelow } from '../permissions/path-pattern.ts'
import type { ExecVerdictDeps } from './exec-verdict.ts'
import { describeAction, subjectPath } from './resolve-action.ts'
import type { SandboxState } from './sandbox-state.ts'
import type { Verdict } from './verdict.ts'

export interface ActionVerdictDeps extends ExecVerdictDeps {
  readonly outputsDir?: string
  readonly sandbox: { readonly required: boolean; find(): Promise<SandboxState> }
  readonly permissions: Permissions
  /** Also where the profile needs none, and a layer narrows what a command could do. */
  readonly sandboxNeeded: boolean
}

/** What the floor, the protected paths, the layers, the exec policy and the sandbox say about an action with real paths. */
export async function actionVerdict(action: Action, deps: ActionVerdictDeps): Promise<Verdict> {
  switch (action.kind) {
    case 'read':
      return (
        ownOutputVerdict(action.path, deps) ??
        secretVerdict(action.path, deps) ??
        deps.layers.decide('read', subjectPath(action.path), describeAction(action))
      )
    case 'read_tree':
      return (
        ownOutputVerdict(action.path, deps) ??
        secretVerdict(action.path, deps) ??
        deps.layers.decideTree(subjectPath(action.path))
      )
    case 'write':
      return writeVerdict(action, deps)
    case 'exec': {
      const { execVerdict } = await import('./exec-verdict.ts') // reading commands is for turns that run one
      return withSandbox(action, await execVerdict(action, deps), deps)
    }
    case 'input':
      // An interactive program can be typed anything: it was judged so when it was allowed to start, and is confined as it was then.
      return { answer: 'allow', layer: 'gate', rule: 'input', reason: 'the command was allowed to start' }
    case 'network':
      return await (await import('./network-verdict.ts')).networkVerdict(action, deps) // most turns reach no host
    case 'permission':
      return permissionVerdict(action, deps)
    case 'tool':
      return deps.layers.decide('tools', action.tool, describeAction(action))
    case 'delegate':
      return deps.layers.decide('delegate', action.agent, describeAction(action))
  }
}

/** What may be granted is what an action on the subject itself would be asked for: nothing that is denied. */
async function permissionVerdict(
  { of, subject }: Extract<Action, { kind: 'permission' }>,
  deps: ActionVerdictDeps,
): Promise<Verdict> {
  if (of === 'read') return actionVerdict({ kind: 'read', path: subject }, deps)
  if (of === 'write') return actionVerdict({ kind: 'write', path: subject, change: 'update' }, deps)
  return await (await import('./network-verdict.ts')).networkPermissionVerdict(subject, deps)
}

async function writeVerdict(action: Extract<Action, { kind: 'write' }>, deps: ActionVerdictDeps): Promise<Verdict> {
  const path = subjectPath(action.path)
  const floor = deps.protectedPaths.floor(path, action.change === 'delete' ? 'delete' : 'write')
  if (floor !== undefined) return denial('floor', floor, `the floor forbids to ${describeAction(action)}`)
  const secret = secretVerdict(action.path, deps)
  if (secret !== undefined) return secret
  const rule = deps.protection === 'on' ? deps.protectedPaths.writeProtected(path) : undefined
  if (rule !== undefined) {
    return denial(
      'protected paths',
      rule,
      `${action.path} is protected against writing`,
      'Change it yourself, outside.',
    )
  }
  return withSandbox(action, deps.layers.decide('write', path, describeAction(action)), deps)
}

/** Whether a real path lies in the directory of a thread's long outputs. */
export function isOwnOutput(realPath: string, outputsDir: string | undefined): boolean {
  return outputsDir !== undefined && isAtOrBelow(subjectPath(realPath), subjectPath(outputsDir))
}

/** What a tool of the thread has given, without secrets; it stands in a file because it is long. */
function ownOutputVerdict(realPath: string, deps: ActionVerdictDeps): Verdict | undefined {
  if (!isOwnOutput(realPath, deps.outputsDir)) return undefined
  return { answer: 'allow', layer: 'gate', rule: 'outputs', reason: 'it is an output of this thread' }
}

function secretVerdict(realPath: string, deps: ActionVerdictDeps): Verdict | undefined {
  if (deps.protection === 'lifted') return undefined
  const rule = deps.protectedPaths.secret(subjectPath(realPath))
  if (rule === undefined) return undefined
  return denial('protected paths', rule, `${realPath} is a secret`, 'docs/security.md lists what counts as a secret.')
}

/**
 * Without a backend neither commands nor writes: what enforces the ceiling in the operating system is missing. Where the profile needs
 * none and only a layer does, commands alone are denied: the gate sees every other write itself.
 */
async function withSandbox(action: Action, verdict: Verdict, deps: ActionVerdictDeps): Promise<Verdict> {
  if (verdict.answer === 'deny') return verdict
  const isCommand = action.kind === 'exec'
  if (!(isCommand ? deps.sandboxNeeded : deps.sandbox.required))
    return isCommand ? { ...verdict, backend: 'none' } : verdict
  const state = await deps.sandbox.find()
  if (state.available) return isCommand ? { ...verdict, backend: state.backend } : verdict
  const reason = `to ${describeAction(action)} needs a sandbox, and there is none: ${state.reason}`
  return { ...verdict, ...denial('sandbox', 'sandbox = required', reason, state.fix) }
}

function denial(layer: string, rule: string, reason: string, hint?: string): Verdict {
  return { answer: 'deny', layer, rule, reason, ...(hint === undefined ? {} : { hint }) }
}
