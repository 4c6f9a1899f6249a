/** What a prompt asks for, before anything is looked up. `rest` is what follows the first word, as it was typed. */
export type Input =
  | { readonly type: 'command'; readonly name: string; readonly rest: string }
  | { readonly type: 'agent'; readonly id: string; readonly rest: string }
  | { readonly type: 'text'; readonly text: string }

/** `/name`, `/project:name`, `@id`, `@project:id`: one word, so that a path or an e-mail address is none of them. */
const firstWord = /^(?<sign>[/@])(?<name>(?:project:)?[A-Za-z][A-Za-z0-9_-]*)(?:\s+|$)/

/**
 * Tells a command (`/review src`) and an agent (`@rust-expert why?`) from plain text, by the first word alone.
 * A first word that is no name is text: `/usr/bin/node is slow`, `/notes.md`, `@scope/package`, `/`. A single word
 * such as `/etc` is a command (an unknown one is an error with the nearest names, not a prompt); `./etc` or `// etc`
 * is text.
 */
export function parseInput(text: string): Input {
  const match = firstWord.exec(text.trimStart())
  const name = match?.groups?.name
  if (!match || name === undefined) return { type: 'text', text }
  const rest = text.trimStart().slice(match[0].length)
  return match.groups?.sign === '/' ? { type: 'command', name, rest } : { type: 'agent', id: name, rest }
}
