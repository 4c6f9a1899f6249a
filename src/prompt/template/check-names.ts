import { nearestNames } from '../../kernel/nearest-names.ts'
import type { Expression } from './parse-expression.ts'
import { type TemplateSource, templateError } from './template-source.ts'

/** The names that a template may use: `any` value, or a table of exactly these names. */
export interface TemplateNames {
  readonly [name: string]: 'any' | TemplateNames
}

/** What stands around an expression. */
export interface Surroundings {
  /** Names that blocks give: `as |item index|`. */
  readonly parameters: readonly string[]
  /** True inside of `each` or `with`, where a name may be a field of the item, which is not known before it is there. */
  readonly hasItem: boolean
}

/** The variables that `each` sets. */
const itemVariables: readonly string[] = ['@index', '@key', '@first', '@last']

/**
 * Finds a typing error in a name before anything is rendered.
 * @throws CodexError `command.template`, listing the names that there are
 */
export function checkNames(
  source: TemplateSource,
  expression: Expression,
  names: TemplateNames | undefined,
  around: Surroundings,
): void {
  for (const path of pathsIn(expression)) {
    const [first] = path.segments
    if (first.startsWith('@')) {
      if (itemVariables.includes(first) && around.hasItem) continue
      throw templateError(source, path.offset, `"${first}" is not known here`, {
        hint: `Inside of {{#each}} there are ${itemVariables.join(', ')}.`,
      })
    }
    if (!names || first === 'this' || around.parameters.includes(first)) continue
    if (around.hasItem && !Object.hasOwn(names, first)) continue
    checkPath(source, path, names, around.parameters)
  }
}

function checkPath(source: TemplateSource, path: Path, names: TemplateNames, parameters: readonly string[]): void {
  let known: 'any' | TemplateNames | undefined = names
  for (const [index, segment] of path.segments.entries()) {
    if (known === 'any' || known === undefined) return
    if (!Object.hasOwn(known, segment)) {
      const above = path.segments.slice(0, index).join('.')
      const candidates = [...Object.keys(known), ...(index === 0 ? parameters : [])]
      throw templateError(source, path.offset, `"${path.segments.join('.')}" is not a name that this template has`, {
        hint: describeNames(above, segment, candidates),
      })
    }
    known = known[segment]
  }
}

function describeNames(above: string, name: string, candidates: readonly string[]): string {
  const where = above === '' ? 'The names are' : `The names in ${above} are`
  if (candidates.length === 0) return above === '' ? 'There are no names.' : `There is nothing in ${above}.`
  const nearest = nearestNames(name, candidates)
  const guess = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}? ` : ''
  return `${guess}${where} ${candidates.join(', ')}.`
}

type Path = Extract<Expression, { type: 'path' }>

/** Every name in an expression, in the order in which it was written. */
function pathsIn(expression: Expression): readonly Path[] {
  switch (expression.type) {
    case 'path':
      return [expression]
    case 'literal':
      return []
    case 'call':
      return pathsIn(expression.argument)
    case 'not':
      return pathsIn(expression.operand)
    case 'filter':
      return [expression.input, ...expression.arguments].flatMap(pathsIn)
    default:
      return [expression.left, expression.right].flatMap(pathsIn)
  }
}
