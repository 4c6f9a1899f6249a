import type { Action, Permissions, Rule } from '../../plugin-api/index.ts'
import { rootsOfRule } from '../sandbox-policy/roots-of-rule.ts'
import { decideIn } from './decide-in.ts'
import { networkPatternOf } from './network-grant.ts'
import { compileNetworkPattern } from './network-pattern.ts'
import { isAtOrBelow } from './path-pattern.ts'

type Permission = Extract<Action, { kind: 'permission' }>

/**
 * What of a permission may be granted: itself where it lies within what may be asked for, else the largest parts of it that do, and none where
 * nothing of it does. Its path is a real one, with `/`. Denials inside a part stay denied, whoever grants it.
 */
export function partsOfPermission(wanted: Permission, permissions: Permissions): readonly Permission[] {
  const { of, subject } = wanted
  const askable = permissions[of].askable
  const isWhole = (each: string) =>
    decideIn(of, permissions, of === 'network' ? networkPatternOf(each) : each) !== 'deny'
  if (isWhole(subject)) return [wanted]
  const parts = of === 'network' ? networkParts(subject, askable) : pathParts(subject, askable)
  const found = parts.filter((part) => isWhole(part))
  const covers = of === 'network' ? coversPattern : (outer: string, inner: string) => isAtOrBelow(inner, outer)
  const largest = found.filter(
    (part, index) =>
      !found.some((other, at) => at !== index && covers(other, part) && (!covers(part, other) || at < index)),
  )
  return largest.map((part) => ({ ...wanted, subject: part }))
}

/** The directories below that every clause allows as a whole; of what only a glob allows, no directory is a part. */
function pathParts(root: string, askable: Rule): readonly string[] {
  const roots = rootsOfRule(askable)
  return roots === 'all' ? [root] : roots.whole.filter((each) => isAtOrBelow(each, root))
}

/** What the pattern and a pattern of every clause both cover. */
function networkParts(subject: string, askable: Rule): readonly string[] {
  return askable.reduce<readonly string[]>(
    (parts, { allow }) =>
      parts.flatMap((part) => allow.flatMap((pattern) => overlap(part, pattern.trim().replace(/\s+/, ' ')) ?? [])),
    [networkPatternOf(subject)],
  )
}

function coversPattern(outer: string, inner: string): boolean {
  return compileNetworkPattern(outer)(inner)
}

/** Method, host and port each of the two that is narrower; undefined where they have nothing in common. */
function overlap(a: string, b: string): string | undefined {
  const [left, right] = [partsOf(a), partsOf(b)]
  if (left === undefined || right === undefined) return undefined
  const method = narrower(left.method, right.method, (outer, inner) => outer === '*' || outer === inner)
  const host = narrower(left.host, right.host, (outer, inner) => coversPattern(`* ${outer}`, `* ${inner}`))
  const port = narrower(left.port, right.port, (outer, inner) => outer === '*' || outer === inner)
  if (method === undefined || host === undefined || port === undefined) return undefined
  return `${method} ${host}${port === '*' ? '' : `:${port}`}`
}

function narrower(a: string, b: string, covers: (outer: string, inner: string) => boolean): string | undefined {
  if (covers(a, b)) return b
  return covers(b, a) ? a : undefined
}

function partsOf(
  pattern: string,
): { readonly method: string; readonly host: string; readonly port: string } | undefined {
  const [, method, host, port = '*'] = /^(\S+) (\[[^\]]+\]|[^\s:]+)(?::(\d+|\*))?$/.exec(pattern) ?? []
  return method === undefined || host === undefined ? undefined : { method: method.toUpperCase(), host, port }
}
