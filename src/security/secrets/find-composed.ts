import type { SecretSpan } from './find-tokens.ts'

/** Secrets that are told by what stands around them, not by how they begin: in order for each kind. All in one pass over the text each. */
export function findComposed(text: string): readonly SecretSpan[] {
  return [...findPrivateKeys(text), ...findWebTokens(text), ...findUrlPasswords(text), ...findAuthorizations(text)]
}

/** Private keys in PEM and OpenPGP armour; one without an end goes on to the end of the text. */
function findPrivateKeys(text: string): readonly SecretSpan[] {
  const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
  const found: SecretSpan[] = []
  for (let hit = begin.exec(text); hit !== null; hit = begin.exec(text)) {
    const label = text.slice(hit.index + '-----BEGIN '.length, begin.lastIndex)
    const closing = text.indexOf(`-----END ${label}`, begin.lastIndex)
    const end = closing < 0 ? text.length : closing + '-----END '.length + label.length
    found.push({ ...secretKinds.privateKey, start: hit.index, end, publicLength: 0 })
    begin.lastIndex = end
  }
  return found
}

/** The kinds that are told by what stands around them. */
export const secretKinds = {
  privateKey: { rule: 'secret-private-key', title: 'a private key' },
  webToken: { rule: 'secret-jwt', title: 'a signed JSON web token' },
  urlPassword: { rule: 'secret-url-password', title: 'a password in an address' },
  authorization: { rule: 'secret-authorization', title: 'a credential in an authorization header' },
} as const

const tokenCharacter = /[A-Za-z0-9_-]/
const leastPartLength = 8

/** `eyJ….eyJ….…`. Found from the middle: looking from every `eyJ` for the next dot would take the square of the length. */
function findWebTokens(text: string): readonly SecretSpan[] {
  const found: SecretSpan[] = []
  /** No run is looked through twice backwards. */
  let leastHead = 0
  let from = 0
  for (let dot = text.indexOf('.eyJ'); dot >= 0; dot = text.indexOf('.eyJ', from)) {
    let head = dot
    while (head > leastHead && tokenCharacter.test(text.charAt(head - 1))) head--
    const start = wordStart(text, head, dot)
    const payloadEnd = runEnd(text, dot + 1)
    from = payloadEnd
    leastHead = dot + 1
    if (start === undefined || payloadEnd - dot - 4 < leastPartLength || text[payloadEnd] !== '.') continue
    const end = runEnd(text, payloadEnd + 1)
    found.push({ ...secretKinds.webToken, start, end, publicLength: 3 })
    from = end
    leastHead = end
  }
  return found
}

/** The first `eyJ` of a run that stands at the beginning of a word and leaves room for a header. */
function wordStart(text: string, head: number, dot: number): number | undefined {
  for (
    let at = text.indexOf('eyJ', head);
    at >= 0 && dot - at >= leastPartLength + 3;
    at = text.indexOf('eyJ', at + 1)
  ) {
    if (at === head || text[at - 1] === '-') return at
  }
  return undefined
}

function runEnd(text: string, start: number): number {
  let end = start
  while (end < text.length && tokenCharacter.test(text.charAt(end))) end++
  return end
}

/** Begins at `://` and not at the scheme: a scheme could begin at every letter of a long word, which takes its length squared. */
function findUrlPasswords(text: string): readonly SecretSpan[] {
  return spansOf(text, /:\/\/[^\s/:@]*:([^\s/@]+)@/g, secretKinds.urlPassword)
}

function findAuthorizations(text: string): readonly SecretSpan[] {
  return spansOf(text, /\b(?:Bearer|Basic)\s+([A-Za-z0-9._~+/=-]{12,})/gi, secretKinds.authorization)
}

/** The first group of each match, which ends it or stands before one character. */
function spansOf(text: string, pattern: RegExp, kind: Pick<SecretSpan, 'rule' | 'title'>): readonly SecretSpan[] {
  const { rule, title } = kind
  const found: SecretSpan[] = []
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole, secret = ''] = match
    const start = match.index + whole.lastIndexOf(secret)
    found.push({ rule, title, start, end: start + secret.length, publicLength: 0 })
  }
  return found
}
