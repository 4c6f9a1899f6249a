import { printableText } from './printable-text.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Markup that this program wrote. Everything else passes `escapeHtml` on its way into a page. */
export interface Markup {
  readonly markup: string
}

/** Text as text, between tags and in quoted attributes alike. */
export function escapeHtml(text: string): string {
  return printableText(text).replace(/[&<>"'`]/g, (character) => entities[character] ?? character)
}

/** A template whose values are escaped, but for markup made by the same function: what is not marked as ours cannot be forgotten. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  const filled = values.map((value) => {
    if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
    return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('')
  })
  return { markup: parts.map((part, index) => part + (filled[index] ?? '')).join('') }
}

/** No markup at all. */
export const nothing: Markup = { markup: '' }
