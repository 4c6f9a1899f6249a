import type { SecretSpan } from './find-tokens.ts'
import { entropyBits, isPlaceholder } from './is-placeholder.ts'

/** Where names of credentials begin to be told. Case of neither kind matters. */
const keyword =
  /passw(?:or)?d|passphrase|pwd|secret|token|credential|api[_-]?key|access[_-]?key|auth[_-]?key|account[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|jwt[_-]?key|license[_-]?key/gi
/** What may follow in the name; any other word makes it a name of something else (`token_type`, `passwordField`). */
const restOfName =
  /(?:[_-]?(?:key|value|token|secret|salt|prod(?:uction)?|staging|dev(?:elopment)?|live|main|base64|b64|hex|\d{1,3})){0,3}(?![\w-])/iy
const longestName = 40
/** Tokens that point to a place in a list, or tell one request from another. */
const harmlessName =
  /(?:next|page|paging|continuation|request|change|action|idempot\w{0,6}|cursor|sync|resume|sequence|client)[_-]?token$/i
/** Between name and value: the end of a quoted key, then a sign of assignment, or the comma of `get('NAME', 'value')`. */
const sign = /["'`]?\]?[ \t]{0,8}(?::[ \t]{0,4}\w{1,20}[ \t]{0,4}=|=>|:=|\?\?=?|\|\|=?|[=:,])[ \t]{0,8}/y
const quoted = /[a-zA-Z]{0,2}(["'`])((?:(?!\1)[^\\\r\n]|\\[^\r\n]){1,256}?)\1/y
const bare = /[^\s"'`,;)}\]<>|&]{8,256}(?=[\s"'`,;]|$)/y

/** Values longer than this many characters are told by their entropy, shorter ones by their kinds of characters. */
const leastRandomLength = 12
/** Bits of a character: English-like names lie below, random base64 or hex above (hex has at most 4). */
const leastEntropyBits = 3.2

/** What is taken for a credential. */
export interface AssignmentOptions {
  /** Also values without quotes, as configuration files have them; in code they are expressions. */
  readonly bareValues?: boolean
  /** Also what only may be one: a password that a person has thought out, the words of an example with something behind them. */
  readonly doubtful?: boolean
}

/** Values that look random and are given to names of credentials, in order. Bounded everywhere, so that it takes one pass. */
export function findAssignments(
  text: string,
  { bareValues = false, doubtful = false }: AssignmentOptions,
): readonly SecretSpan[] {
  const found: SecretSpan[] = []
  const names = new RegExp(keyword.source, keyword.flags)
  for (let hit = names.exec(text); hit !== null; hit = names.exec(text)) {
    const afterName = endOf(restOfName, text, names.lastIndex)
    if (afterName === undefined) continue
    const afterSign = endOf(sign, text, afterName)
    if (afterSign === undefined) continue
    const isInList = text[hit.index - 1] === ';' || text[hit.index - 1] === '"'
    const value = quotedAt(text, afterSign) ?? (bareValues || isInList ? bareAt(text, afterSign) : undefined)
    if (value === undefined) continue
    const written = text.slice(value.start, value.end)
    // A list such as `Server=x;Pwd=y;` has names of its own.
    names.lastIndex = /^\w+=[^;]*;/.test(written) ? value.start : value.end
    const name = nameAt(text, hit.index, afterName)
    const isSecret = isCredential(written) || (doubtful && mayBeCredential(written))
    if (names.lastIndex === value.start || harmlessName.test(name) || !isSecret) continue
    found.push({
      rule: 'secret-assignment',
      title: `a credential in ${name}`,
      ...value,
      publicLength: 0,
    })
  }
  return found
}

/** True where a text looks like a credential that works, and not like a name, a sentence, a path or a placeholder. */
function isCredential(text: string): boolean {
  if (text.length < 8 || isPlaceholder(text)) return false
  if (/\s|^[./~@]|^[\w.+-]+@[\w-]+\.\w+$|^[a-z][a-z+.-]*:\/\/|[({[]/i.test(text) || isWords(text)) return false
  if (text.length < leastRandomLength) return isMixedPassword(text)
  return /\d/.test(text) && entropyBits(text) >= leastEntropyBits
}

/** A value of letters and digits that is no name, path, template or expression, also where it has the words of an example in it. */
function mayBeCredential(text: string): boolean {
  if (text.length < 8 || !/[a-z]/i.test(text) || !/\d/.test(text)) return false
  return !/\s|^[./~@$<%*]|^[a-z][a-z+.-]*:\/\/|[({[<]/i.test(text) && !isWords(text)
}

/** `access_token_2`, `settings.apiKey.label`, dates and versions: words and small numbers. */
function isWords(text: string): boolean {
  return text
    .split(/[-_.:/]/)
    .every((part) => /^([A-Za-z]?[a-z]*([A-Z][a-z]+)*|[A-Z]+|\d{1,4}|[a-z]+\d{1,3}|\d{1,3}[a-z]+)$/.test(part))
}

/** A short password of all kinds of characters, such as `Tr0ub4dor&3`. */
function isMixedPassword(text: string): boolean {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].every((kind) => kind.test(text))
}

function nameAt(text: string, keywordStart: number, end: number): string {
  let start = keywordStart
  while (start > 0 && keywordStart - start < longestName && /[\w.$-]/.test(text.charAt(start - 1))) start--
  return text.slice(start, end)
}

interface Place {
  readonly start: number
  readonly end: number
}

function quotedAt(text: string, from: number): Place | undefined {
  quoted.lastIndex = from
  const match = quoted.exec(text)
  if (match === null) return undefined
  const end = quoted.lastIndex - 1
  return { start: end - (match[2] ?? '').length, end }
}

function bareAt(text: string, from: number): Place | undefined {
  const end = endOf(bare, text, from)
  return end === undefined ? undefined : { start: from, end }
}

function endOf(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : undefined
}
