import type { ProviderContext } from 'codex-kernel/plugin-api'

type Templates = Pick<ProviderContext, 'render' | 'evaluate'>
type Values = Readonly<Record<string, unknown>>

/**
 * Arguments with their templates filled in, at any depth. A string that is one `{{expression}}` becomes the
 * expression's value with its type; other strings are rendered. Keys are left as they are.
 * What an expression has no value for is left out, so that the tool's default holds.
 */
export async function fillArguments(
  template: Values,
  values: Values,
  templates: Templates,
): Promise<Record<string, unknown>> {
  const filling = Object.entries(template).map(
    async ([key, inner]) => [key, await fill(inner, values, templates)] as const,
  )
  const filled = await Promise.all(filling)
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined))
}

async function fill(template: unknown, values: Values, templates: Templates): Promise<unknown> {
  if (typeof template === 'string') {
    const expression = wholeExpression(template)
    return expression === undefined ? templates.render(template, values) : templates.evaluate(expression, values)
  }
  if (Array.isArray(template)) {
    const filled = await Promise.all(template.map((item) => fill(item, values, templates)))
    return filled.filter((item) => item !== undefined)
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
