import { resolve } from 'node:path'
import { isCodexError, type PermissionAnswer, type PermissionsRequest } from '../../plugin-api/index.ts'
import { decisionOf } from '../denial.ts'
import type { ActionScope } from './gated-action.ts'

/**
 * Asks the gate for each path and host by itself, in order, so that a person says yes to one and no to another. What is denied is an
 * answer, with its reason.
 *
 * @throws the abort reason
 */
export async function requestPermissions(
  { reason, read = [], write = [], hosts = [] }: PermissionsRequest,
  actions: ActionScope,
  cwd: string,
): Promise<readonly PermissionAnswer[]> {
  const wanted = [
    ...read.map((path) => ['read', resolve(cwd, path)] as const),
    ...write.map((path) => ['write', resolve(cwd, path)] as const),
    ...hosts.map((host) => ['network', host] as const),
  ]
  const answers: PermissionAnswer[] = []
  for (const [kind, subject] of wanted) {
    try {
      const allowed = await actions.authorize({ kind: 'permission', of: kind, subject, purpose: reason })
      await allowed.done()
      answers.push({ kind, subject: allowed.action.subject, granted: true, reason: 'It is allowed now.' })
    } catch (error) {
      if (!isCodexError(error) || error.code !== 'permission.denied') throw error
      answers.push({ kind, subject, granted: false, reason: decisionOf(error)?.reason ?? error.message })
    }
  }
  return answers
}
