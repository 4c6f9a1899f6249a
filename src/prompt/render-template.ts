import { compileTemplate } from './compile-template.ts'
import { checkNames, type TemplateNames } from './template/check-names.ts'
import { evaluate, scopeOf, type TemplateValues } from './template/evaluate.ts'
import { expectEnd, parseExpression } from './template/parse-expression.ts'
import { splitTemplate } from './template/split-template.ts'
import type { TemplateSource } from './template/template-source.ts'

/**
 * Renders a template with values and nothing else: no files, no environment. A name that `values` has no key for is an
 * error; a key without a value is empty. `file` is what errors cite.
 * @throws CodexError `command.template` with location
 */
export function renderTemplate(template: string, values: TemplateValues, file = 'template'): string {
  return compileTemplate(template, file, 1, { names: namesOf(values) }).render(values)
}

/**
 * The value of an expression, of the type that it has: `steps.scan.findings` gives the list.
 * @throws CodexError `command.template` with location
 */
export function evaluateExpression(expression: string, values: TemplateValues, file = 'expression'): unknown {
  return evaluateIn({ text: expression, file, firstLine: 1 }, 0, expression.length, values)
}

/**
 * A text that is one `{{expression}}` and nothing around it gives the expression's value; any other is rendered.
 * @throws CodexError `command.template` with location
 */
export function renderValue(template: string, values: TemplateValues, file = 'template'): unknown {
  const source: TemplateSource = { text: template, file, firstLine: 1 }
  const [only, ...others] = splitTemplate(source)
  const isExpression = only?.type === 'tag' && others.length === 0 && !/^\s*(?:[#/>*&^]|else\b)/.test(only.content)
  if (!isExpression) return renderTemplate(template, values, file)
  return evaluateIn(source, only.contentOffset, only.contentOffset + only.content.length, values)
}

function evaluateIn(source: TemplateSource, start: number, end: number, values: TemplateValues): unknown {
  const { expression, following } = parseExpression(source, start, end, [])
  expectEnd(source, following)
  checkNames(source, expression, namesOf(values), { parameters: [], hasItem: false })
  return evaluate(expression, scopeOf(values), { source, functions: new Map() })
}

function namesOf(values: TemplateValues): TemplateNames {
  return Object.fromEntries(Object.keys(values).map((name) => [name, 'any'] as const))
}
