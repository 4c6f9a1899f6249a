import { resolve } from 'node:path'
import { isCodexError, type PermissionAnswer, type PermissionsRequest } from '../../plugin-api/index.ts'
import type { Gate, PermissionAction } from '../../security/gate.ts'
import { decisionOf } from '../denial.ts'
import type { ActionScope } from './gated-action.ts'

/**
 * Asks the gate for each path and host by itself, in order, so that a person says yes to one and no to another. Of what is wider than may be
 * granted, each part that may be is asked for. What is denied is an answer, with its reason.
 *
 * @param cwd directory of the turn that asks: relative paths are meant from there
 * @throws the abort reason
 */
export async function requestPermissions(
  { reason, read = [], write = [], hosts = [] }: PermissionsRequest,
  actions: ActionScope,
  { cwd, gate }: { readonly cwd: string; readonly gate: Pick<Gate, 'partsOf'> },
): Promise<readonly PermissionAnswer[]> {
  const wanted = [
    ...read.map((path) => ['read', resolve(cwd, path)] as const),
    ...write.map((path) => ['write', resolve(cwd, path)] as const),
    ...hosts.map((host) => ['network', host] as const),
  ]
  const answers: PermissionAnswer[] = []
  for (const [of, subject] of wanted) {
    const whole: PermissionAction = { kind: 'permission', of, subject, purpose: reason }
    const parts = await gate.partsOf(whole).catch(() => []) // asked for as it is, it is denied with the reason
    for (const part of parts.length === 0 ? [whole] : parts) answers.push(await requestOne(part, actions))
  }
  return answers
}

async function requestOne(wanted: PermissionAction, actions: ActionScope): Promise<PermissionAnswer> {
  const { of: kind, subject } = wanted
  try {
    const allowed = await actions.authorize(wanted)
    await allowed.done()
    return { kind, subject: allowed.action.subject, granted: true, reason: 'It is allowed now.' }
  } catch (error) {
    if (!isCodexError(error) || error.code !== 'permission.denied') throw error
    return { kind, subject, granted: false, reason: decisionOf(error)?.reason ?? error.message }
  }
}
