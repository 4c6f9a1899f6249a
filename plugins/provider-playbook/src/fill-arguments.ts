import type { ProviderContext } from 'codex-kernel/plugin-api'

type Templates = Pick<ProviderContext, 'render' | 'evaluate'>
type Values = Readonly<Record<string, unknown>>

/**
 * Arguments with their templates filled in, at any depth. A string that is one `{{expression}}` becomes the
 * expression's value with its type; other strings are rendered. Keys are left as they are.
 * What an expression has no value for is left out, so that the tool's default holds.
 */
export function fillArguments(template: Values, values: Values, templates: Templates): Record<string, unknown> {
  const entries = Object.entries(template).map(([key, value]) => [key, fill(value, values, templates)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function fill(template: unknown, values: Values, templates: Templates): unknown {
  if (typeof template === 'string') {
    const expression = wholeExpression(template)
    return expression === undefined ? templates.render(template, values) : templates.evaluate(expression, values)
  }
  if (Array.isArray(template)) {
    return template.map((item) => fill(item, values, templates)).filter((item) => item !== undefined)
  }
  if (typeof template === 'object' && template !== null) {
    return fillArguments(Object.fromEntries(Object.entries(template)), values, templates)
  }
  return template
}

/** The expression of a string that is `{{expression}}` and nothing else. Blocks, comments and partials are no expressions. */
function wholeExpression(text: string): string | undefined {
  const [, expression] = /^\{\{(?![{#/>!&^~]|\s*else\b)((?:"[^"]*"|'[^']*'|(?!\}\}|\{\{)[\s\S])*)\}\}$/.exec(text) ?? []
  return expression?.trim()
}
