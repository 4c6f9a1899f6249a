import type { Act, Topic } from './concepts.ts'
import { type FoundWords, findWords, type Item, type WordOrder } from './find-words.ts'
import { clausesOf } from './split-clauses.ts'
import type { Token } from './tokenise.ts'

/** One thing that a prompt asks for. */
export interface Request {
  readonly acts: ReadonlySet<Act>
  /** What the act is done to: the head of its object (`page` in `add a review page`). */
  readonly object: ReadonlySet<Topic>
  /** All that is spoken of in its clause, but for words that only describe others. */
  readonly topics: ReadonlySet<Topic>
  /** The words that made it, for people. */
  readonly words: readonly string[]
}

export interface Reading {
  readonly requests: readonly Request[]
  /** Topics of the whole prompt. */
  readonly topics: ReadonlySet<Topic>
  /** Words that are negated: `no tests`. */
  readonly negated: ReadonlySet<string>
}

const actNames: ReadonlySet<string> = new Set([
  ...['judge', 'check', 'find', 'create', 'change', 'fix', 'restructure', 'reshape', 'improve', 'reduce', 'raise'],
  ...['measure', 'test', 'run', 'tell', 'why'],
])
const topicNames: ReadonlySet<string> = new Set([
  ...['code', 'changes', 'quality', 'bug', 'security', 'flaw', 'secret', 'attacker', 'tests', 'coverage', 'untested'],
  ...['fails', 'performance', 'slow', 'fast', 'memory', 'size', 'mess', 'thing', 'same', 'readonly'],
])
/** What may stand before another noun and describe it. An adjective (`slow`) describes too, but says what is meant. */
const describing: ReadonlySet<string> = new Set([
  'slow',
  'mess',
  'fails',
  'untested',
  'same',
  'readonly',
  'bug',
  'fast',
])
/** Files that hold tests, as most tools name them. */
const testFile = /[._-](?:test|spec)s?\.|(?:^|\/)(?:__tests__|tests?|specs?)\/|(?:^|\/)test_/i
/** How a question begins; `can you` and the like begin a request. */
const questions =
  /^(?:is|are|was|were|does|do|did|has|have|what|which|who|how|ist|sind|wird|hat|welche|welcher|welches|wer|es|esta|estan|hay|quien|cual|est-ce|est|sont|quel|quelle|quels|quelles)$/
/** Verbs among the words of security: what follows is done to something, not described. */
const verbal = /^(?:inject|saniti[sz]|bypass|tamper|steal|exploit|abus|hijack|spoof|escap|leak|harden|forg)/
const verbLeads =
  /^(to|and|then|you|please|pls|plz|i|we|just|can|could|let's|lets|also|or|but|must|should|will|would|not|don't|dont|do|help|want|need|kindly|now|first|may|'ll|they|who|that|which|ne|zu|bitte|und|y|et|e|para|pour|à|a|can't|doesn't|only|even|already)$/
const determiners =
  /^(the|a|an|this|that|these|those|my|our|your|his|her|their|its|some|any|each|every|no|new|last|first|next|two|three|few|existing|current|quick|thorough|full|proper|good|big|small|whole|der|die|das|den|dem|des|ein|eine|einen|einem|einer|mein|meine|meinen|el|la|los|las|un|una|mi|mis|le|les|l|une|mon|ma|mes|o|os|as|um|uma|meu|minha|of)$/

/** Reads what a prompt asks for: acts, what each is done to, and what is negated. */
export function readRequests(tokens: readonly Token[]): Reading {
  const found = findWords(tokens)
  const negated = new Set<string>()
  const requests: Request[] = []
  const topics = new Set<Topic>()
  for (const clause of clausesOf(found.items, found.order)) {
    for (const { text } of clause.negated) for (const word of [text, ...text.split(' ')]) negated.add(word)
    const read = readClause(clause.items, found)
    for (const topic of read.flatMap((request) => [...request.topics])) topics.add(topic)
    if (!clause.isReported) requests.push(...read)
  }
  return { requests, topics, negated }
}

function readClause(items: readonly Item[], { order }: FoundWords): readonly Request[] {
  const roles = items.map((_, index) => roleOf(items, index, order))
  const clauseTopics = new Set<Topic>()
  items.forEach((item, index) => {
    if (roles[index] === 'modifier') return
    for (const topic of topicsOf(item)) clauseTopics.add(topic)
    if (item.kind === 'name' && testFile.test(item.text)) clauseTopics.add('tests')
  })
  const acts = items.flatMap((item, index) => (isAct(item) && roles[index] === 'act' ? [index] : []))
  if (clauseTopics.size === 0 && acts.length > 0) clauseTopics.add('unnamed')
  const words = items.filter(({ kind, concepts }) => kind === 'known' && isMeaningful(concepts)).map(({ text }) => text)
  if (acts.length === 0) {
    return clauseTopics.size === 0
      ? []
      : [{ acts: new Set(['state']), object: clauseTopics, topics: clauseTopics, words }]
  }
  return acts.map((index) => {
    const item = items[index]
    const own = questions.test(items[0]?.text ?? '') ? askedOf(actsOf(item)) : actsOf(item)
    return { acts: own, object: objectOf(items, roles, index, acts, order), topics: clauseTopics, words }
  })
}

type Role = 'act' | 'modifier' | 'plain'

/** What a word does where it stands: `review` is an act in `review the page` and describes in `the review page`. */
function roleOf(items: readonly Item[], index: number, order: WordOrder): Role {
  const item = items[index]
  if (!item || item.kind === 'name' || item.kind === 'quoted') return 'plain'
  if (item.concepts.has('readonly') || item.concepts.has('same')) return 'plain'
  const isActWord = isAct(item)
  const isNoun = isActWord && isNominal(items, index, order)
  if (isActWord && !isNoun) return 'act'
  if (isDescribing(items, index, order)) return 'modifier'
  if (isActWord && ['judge', 'check', 'measure', 'find'].some((act) => hasConcept(item, act))) return 'act'
  if (isActWord && (order === 'head-first' || order === 'head-last')) return 'act'
  return 'plain'
}

/** Whether a word that can be a verb stands where nouns do. */
function isNominal(items: readonly Item[], index: number, order: WordOrder): boolean {
  const before = items[index - 1]
  const item = items[index]
  if (item?.concepts.has('why')) return false
  if (order === 'verb-last')
    return isDescribing(items, index, order) || /^[がはのにもと은는이가의에]$/u.test(items[index + 1]?.text ?? '')
  if (order === 'chinese') {
    const isOrdered = items.slice(0, index).some(({ concepts }) => concepts.has('create') || concepts.has('change'))
    return isOrdered && isDescribing(items, index, order)
  }
  if (!before || before.kind === 'break') return false
  if (determiners.test(before.text)) return true
  if (order === 'head-first') return before.concepts.has('of')
  if (order === 'head-last') return /^(?:beim|zum|vom|im|am)$/.test(before.text)
  if (item?.concepts.has('restructure')) return false
  if (verbLeads.test(before.text) || before.concepts.has('light')) return false
  if (before.concepts.has('and')) return false
  if (before.kind === 'other' || before.kind === 'name' || before.kind === 'quoted')
    return item?.text.endsWith('s') !== true || before.kind === 'other'
  return (
    before.concepts.has('prep') ||
    before.concepts.has('of') ||
    [...before.concepts].some((concept) => topicNames.has(concept)) ||
    isAct(before)
  )
}

/** Whether the word only describes the noun that it belongs to. */
function isDescribing(items: readonly Item[], index: number, order: WordOrder): boolean {
  const item = items[index]
  if (
    !item ||
    [...item.concepts].every(
      (concept) => describing.has(concept) || !(topicNames.has(concept) || actNames.has(concept)),
    )
  )
    return false
  if (item.concepts.has('thing') || item.concepts.has('code') || item.concepts.has('changes')) return false
  const next = items[index + 1]
  if (order === 'head-first') {
    const before = items[index - 1]
    const noun = before?.concepts.has('of') ? items[index - 2] : before
    const isNounBefore =
      noun !== undefined &&
      (noun.concepts.has('thing') ||
        (before?.concepts.has('of') === true && (noun.kind === 'other' || noun.kind === 'quoted')))
    return isNounBefore && !isAct(noun)
  }
  if (!next || next.kind === 'break' || next.kind === 'name') return false
  const isScript = order === 'verb-last' || order === 'chinese'
  if (isScript && !next.isJoined && !next.concepts.has('thing')) return false
  if (isScript && next.kind === 'other' && !/[\p{Script=Han}\p{Script=Katakana}\p{Script=Hangul}]{2}/u.test(next.text))
    return false
  if (item.concepts.has('attacker') || verbal.test(item.text)) return false
  if (item.concepts.has('flaw')) return next.concepts.has('thing')
  if (next.kind === 'other') return isBeforeNoun(items, item, order)
  if (next.kind === 'quoted') return false
  if (next.concepts.has('stop') || next.concepts.has('prep')) return false
  if (
    isAct(next) &&
    ['judge', 'check', 'measure', 'improve', 'test', 'find', 'restructure'].some((act) => hasConcept(next, act))
  )
    return false
  if (item.concepts.has('performance') || item.concepts.has('memory')) return next.concepts.has('thing')
  return next.concepts.has('thing') || (next.concepts.has('code') && !next.concepts.has('bug'))
}

/** A word that nobody knows is a noun after `test`, or in what is ordered; after `memory` or `tests` it is a verb as well. */
function isBeforeNoun(items: readonly Item[], item: Item, order: WordOrder): boolean {
  if (order === 'verb-last' || order === 'chinese') return true
  if (item.concepts.has('performance') || item.concepts.has('memory') || item.concepts.has('slow')) return false
  if (item.concepts.has('tests') && item.text.endsWith('s')) return false
  if (item.concepts.has('judge') || item.text === 'test') return true
  return items.some(({ concepts }) => concepts.has('create') || concepts.has('change') || concepts.has('run'))
}

/** The head of what an act is done to. */
function objectOf(
  items: readonly Item[],
  roles: readonly Role[],
  index: number,
  acts: readonly number[],
  order: WordOrder,
): ReadonlySet<Topic> {
  const after = phraseAfter(items, index, acts)
  const before = order === 'head-last' ? firstPhrase(items, index, acts) : phraseBefore(items, index, acts)
  const sides = order === 'verb-last' ? [before, after] : order === 'chinese' ? [after, before] : [after, before]
  for (const side of sides) {
    const content = side.filter((at) => isContent(items[at], roles[at]))
    if (content.length === 0) continue
    const isHeadFirst = order === 'head-first'
    const head = isHeadFirst ? content[0] : content.at(-1)
    const item = head === undefined ? undefined : items[head]
    if (!item) continue
    const topics = new Set(topicsOf(item))
    // An adjective after its noun in Romance languages, before it in others, adds what it says: `failing tests`.
    for (const at of content) for (const topic of topicsOf(items[at])) if (describing.has(topic)) topics.add(topic)
    if (isHeadFirst && item.kind === 'other' && content[1] !== undefined && roles[content[1]] !== 'modifier') {
      for (const topic of topicsOf(items[content[1]])) topics.add(topic)
    }
    return topics
  }
  return new Set<Topic>(['unnamed'])
}

function phraseAfter(items: readonly Item[], index: number, acts: readonly number[]): readonly number[] {
  const phrase: number[] = []
  for (let at = index + 1; at < items.length; at += 1) {
    const item = items[at]
    if (!item || acts.includes(at)) break
    const isEnd = item.concepts.has('prep') || item.concepts.has('of') || item.concepts.has('and')
    if (isEnd && phrase.some((each) => isContent(items[each], 'plain'))) break
    phrase.push(at)
  }
  return phrase
}

function phraseBefore(items: readonly Item[], index: number, acts: readonly number[]): readonly number[] {
  const phrase: number[] = []
  for (let at = index - 1; at >= 0; at -= 1) {
    const item = items[at]
    if (!item || acts.includes(at)) break
    const isEnd = item.concepts.has('prep') || item.concepts.has('and')
    if (isEnd && phrase.some((each) => isContent(items[each], 'plain'))) break
    phrase.unshift(at)
  }
  return phrase
}

/** In German the object of a verb at the end comes first: `Tests für die Klasse schreiben`. */
function firstPhrase(items: readonly Item[], index: number, acts: readonly number[]): readonly number[] {
  const from = acts.filter((at) => at < index).at(-1) ?? -1
  return phraseAfter(items.slice(0, index), from, acts)
}

function isContent(item: Item | undefined, role: Role | undefined): boolean {
  if (!item || role === 'modifier') return false
  return topicsOf(item).length > 0
}

function topicsOf(item: Item | undefined): readonly Topic[] {
  if (!item || item.kind === 'break') return []
  if (item.kind === 'name') return ['code']
  if (item.kind === 'other' || item.kind === 'quoted') return ['other']
  return [...item.concepts].filter((concept): concept is Topic => topicNames.has(concept))
}

function isAct(item: Item): boolean {
  return item.concepts.has('define') || [...item.concepts].some((concept) => actNames.has(concept))
}

/** In a question (`is the way we store passwords secure`) nothing is ordered. */
function askedOf(acts: ReadonlySet<Act>): ReadonlySet<Act> {
  const asked = [...acts].filter((act) => !['create', 'change', 'fix', 'run', 'reshape'].includes(act))
  return new Set<Act>(asked.length > 0 ? asked : ['state'])
}

/** A question for a meaning asks to be told. */
function actsOf(item: Item | undefined): ReadonlySet<Act> {
  const acts = new Set([...(item?.concepts ?? [])].filter((concept): concept is Act => actNames.has(concept)))
  if (item?.concepts.has('define')) acts.add('tell')
  return acts
}

function hasConcept(item: Item, concept: string): boolean {
  return [...item.concepts].some((each) => each === concept)
}

function isMeaningful(concepts: ReadonlySet<string>): boolean {
  return [...concepts].some((concept) => topicNames.has(concept) || actNames.has(concept))
}
