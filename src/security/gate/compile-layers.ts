import type { PermissionDimension, PermissionLayer, Rule } from '../../plugin-api/index.ts'
import { compileDimension } from '../permissions/decide-in.ts'
import { compilePathPattern, isAtOrBelow, literalBase } from '../permissions/path-pattern.ts'
import { strictest, type Verdict } from './verdict.ts'

/** Layers of permissions, ready for many questions; each is asked on its own, so that the answer names the one that said no. */
export interface CompiledLayers {
  /** The strictest of all layers. `what` names the subject for people. */
  decide(dimension: PermissionDimension, subject: string, what: string): Verdict
  /** For a whole tree: allowed where the root is readable or something below it can be, and the root is not denied. */
  decideTree(root: string): Verdict
  /** True where every layer allows to read the path without asking. */
  mayRead(path: string): boolean
  /** True where no layer denies to read the path, though one may want it asked. */
  mayAsk(path: string): boolean
}

/** @throws CodexError `definition.invalid` for a pattern that cannot be compared */
export function compileLayers(layers: readonly PermissionLayer[]): CompiledLayers {
  const compiled = layers.map((layer) => ({
    layer,
    dimensions: {
      read: compileDimension('read', layer.permissions.read),
      write: compileDimension('write', layer.permissions.write),
      exec: compileDimension('exec', layer.permissions.exec),
      network: compileDimension('network', layer.permissions.network),
      tools: compileDimension('tools', layer.permissions.tools),
      delegate: compileDimension('delegate', layer.permissions.delegate),
    },
    mayHold: compileTreeRule(layer.permissions.read.allow),
  }))

  return {
    decide(dimension, subject, what) {
      const verdicts = compiled.map(({ layer, dimensions }) => {
        const { answer, rule, isForbidden = false } = dimensions[dimension](subject)
        return { ...layerVerdict(layer, dimension, { answer, rule }, what), isForbidden }
      })
      return strictest(namedAllow(verdicts), ...verdicts)
    },
    decideTree(root) {
      const verdicts = compiled.map(({ layer, dimensions, mayHold }) => {
        const { answer, rule } = dimensions.read(root)
        const partly = answer !== 'allow' && mayHold(root)
        const said = partly ? ({ answer: 'allow', rule: 'read: some files below' } as const) : { answer, rule }
        return layerVerdict(layer, 'read', said, root)
      })
      return strictest(namedAllow(verdicts), ...verdicts)
    },
    mayAsk(path) {
      return compiled.length > 0 && compiled.every(({ dimensions }) => dimensions.read(path).answer !== 'deny')
    },
    mayRead(path) {
      return compiled.length > 0 && compiled.every(({ dimensions }) => dimensions.read(path).answer === 'allow')
    },
  }
}

function layerVerdict(
  layer: PermissionLayer,
  dimension: PermissionDimension,
  { answer, rule }: Pick<Verdict, 'answer' | 'rule'>,
  what: string,
): Verdict {
  const line = layer.lines?.[dimension] ?? layer.line
  return {
    answer,
    layer: layer.name,
    rule,
    reason: `${layer.name} ${reasons[answer]} ${what} (${rule})`,
    ...(layer.file === undefined ? {} : { file: layer.file }),
    ...(line === undefined ? {} : { line }),
    ...(answer === 'deny' ? { hint: hintOf(layer, line) } : {}),
  }
}

const reasons = { allow: 'allows', ask: 'asks before', deny: 'denies' } as const

function hintOf(layer: PermissionLayer, line: number | undefined): string {
  if (layer.from === 'repository') {
    const place = `${layer.file}${line === undefined ? '' : `:${line}`}`
    return `The repository says so in ${place}: change it there if that is yours to decide. It holds for whoever works here under this profile.`
  }
  if (layer.name.startsWith('profile ')) return 'Choose a profile that allows it (codex profiles list), with --profile.'
  if (layer.name === 'untrusted repository') return 'Trust the repository if you wrote or read it: codex trust.'
  return layer.file === undefined ? `${layer.name} would have to allow it.` : `Allow it in ${layer.file}.`
}

/** Of several layers that allow, the first one that had something to say. Without layers nothing is known, and that is a denial. */
function namedAllow(verdicts: readonly Verdict[]): Verdict {
  const narrowing = verdicts.find((verdict) => verdict.answer === 'allow' && !verdict.rule.endsWith('not narrowed'))
  return (
    narrowing ??
    verdicts[0] ?? {
      answer: 'deny',
      layer: 'gate',
      rule: 'no layer',
      reason: 'no permissions are known, so nothing is allowed',
    }
  )
}

function compileTreeRule(rule: Rule): (root: string) => boolean {
  const clauses = rule.map((clause) => {
    const denied = clause.deny.map((pattern) => compilePathPattern(pattern))
    const bases = clause.allow.map((pattern) => literalBase(pattern))
    return (root: string) =>
      !denied.some((covers) => covers(root)) &&
      bases.some((base) => isAtOrBelow(base.path, root) || (!base.plain && isAtOrBelow(root, base.path)))
  })
  return (root) => clauses.every((mayHold) => mayHold(root))
}
