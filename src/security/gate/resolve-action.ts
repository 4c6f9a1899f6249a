import path from 'node:path'
import type { Action } from '../../plugin-api/index.ts'
import { networkWords } from '../permissions/network-grant.ts'
import { realEntryAtUse, realPathAtUse } from '../real-path.ts'

/** The same action with real paths, as they are at this moment. @throws Error of `node:fs` */
export async function resolveAction(action: Action): Promise<Action> {
  switch (action.kind) {
    case 'read':
    case 'read_tree':
      return { ...action, path: await realPathAtUse(action.path) }
    case 'write': {
      // Removing a link removes the link; writing through one writes where it leads.
      const resolve = action.change === 'delete' ? realEntryAtUse : realPathAtUse
      return { ...action, path: await resolve(action.path) }
    }
    case 'exec':
      return resolveExec(action)
    case 'permission':
      return action.of === 'network' ? action : { ...action, subject: await realPathAtUse(action.subject) }
    default:
      return action
  }
}

async function resolveExec(action: Extract<Action, { kind: 'exec' }>): Promise<Action> {
  const cwd = await realPathAtUse(action.cwd)
  if (action.opens === undefined) return { ...action, cwd }
  const opens = action.opens.map(async ({ access, path: file }) => ({ access, path: await realPathAtUse(file) }))
  return { ...action, cwd, opens: await Promise.all(opens) }
}

/** A path as patterns are compared with it: with `/`. */
export function subjectPath(realPath: string): string {
  return path.sep === '/' ? realPath : realPath.replaceAll(path.sep, '/')
}

/** The action in a few words, for people. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'read':
      return `read ${action.path}`
    case 'read_tree':
      return `read the tree ${action.path}`
    case 'write':
      return `${action.change} ${action.path}`
    case 'exec':
      return `run ${action.script}`
    case 'input':
      return `type to the running command ${action.session}`
    case 'network':
      return `${action.method} ${action.host}:${action.port}`
    case 'permission':
      return permissionText(action)
    case 'tool':
      return `call the tool ${action.tool}`
    case 'delegate':
      return `hand work to the agent ${action.agent}`
  }
}

/** What a permission would be good for. */
export function permissionText({ of, subject }: Extract<Action, { kind: 'permission' }>): string {
  return of === 'network' ? `make ${networkWords(subject)}` : `${of} ${subject} and all below it`
}
