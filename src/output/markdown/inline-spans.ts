import { terminalText } from '../../plugin-api/terminal-text.ts'
import type { Colours, Paint } from '../colours.ts'
import type { Span } from '../wrap-spans.ts'
import { knownTokens, type MarkedToken, type Token } from './lex-markdown.ts'

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** Emphasis, code, links and so on as text with looks. A link shows where it leads; nothing of it can be followed by the terminal. */
export function inlineSpans(tokens: readonly Token[] | undefined, paint: Colours): readonly Span[] {
  return spansOf(tokens, [], paint)
}

/** Looks are compared by identity where lines are put together, so each combination is made once. */
function lookOf(paints: readonly Paint[]): Paint {
  return paints.length === 1 && paints[0] ? paints[0] : (text) => paints.reduce((inner, paint) => paint(inner), text)
}

function spansOf(tokens: readonly Token[] | undefined, looks: readonly Paint[], paint: Colours): readonly Span[] {
  const look = lookOf(looks)
  return knownTokens(tokens).flatMap((token) => spansOfToken(token, look, looks, paint))
}

function spansOfToken(token: MarkedToken, look: Paint, looks: readonly Paint[], paint: Colours): readonly Span[] {
  const plain = (text: string): readonly Span[] => [{ text: terminalText(decoded(text)), paint: look }]
  const within = (inner: readonly Token[] | undefined, ...more: readonly Paint[]) =>
    spansOf(inner, [...looks, ...more], paint)
  switch (token.type) {
    case 'strong':
      return within(token.tokens, paint.bold)
    case 'em':
      return within(token.tokens, paint.italic)
    case 'del':
      return within(token.tokens, paint.strike)
    case 'codespan':
      return [{ text: terminalText(token.text), paint: lookOf([...looks, paint.cyan]) }]
    case 'link': {
      const text = within(token.tokens, paint.underline)
      const href = terminalText(token.href)
      const isSame = token.text === token.href || `mailto:${token.text}` === token.href
      return isSame ? text : [...text, { text: ` (${href})`, paint: paint.dim }]
    }
    case 'image':
      return [
        { text: `[image: ${terminalText(decoded(token.text))}]`, paint: look },
        { text: ` (${terminalText(token.href)})`, paint: paint.dim },
      ]
    case 'br':
      return [{ text: '\n', paint: look }]
    case 'checkbox':
      return [{ text: token.checked ? '[x] ' : '[ ] ', paint: look }]
    case 'text':
      return token.tokens ? within(token.tokens) : plain(token.text)
    case 'escape':
      return [{ text: terminalText(token.text), paint: look }]
    default:
      return [{ text: terminalText(token.raw), paint: look }]
  }
}

/** Character references that models write; others stay as they are written. What one stands for is made harmless like any text. */
function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return (Object.hasOwn(entities, name) ? entities[name] : undefined) ?? whole
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : whole
    },
  )
}
