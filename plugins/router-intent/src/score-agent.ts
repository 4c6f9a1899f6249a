import { posix } from 'node:path'
import type { AgentCandidate, AgentDefinition, AgentIntent, RouterContext } from 'codex-kernel/plugin-api'
import type { Act, Topic } from './concepts.ts'
import { findKeyword } from './find-keyword.ts'
import { likeness } from './likeness.ts'
import type { Reading, Request } from './read-requests.ts'
import type { RequestChance, RequestClass, RequestKind } from './request-model.ts'
import type { Token } from './tokenise.ts'

/**
 * What one piece of evidence is worth, 0 to 1. Evidence adds up as independent chances do (1 - product of the rest), so
 * two words pass the default threshold of 0.6 and one alone does not.
 */
const weights = {
  name: 0.7,
  phrase: 0.6,
  word: 0.45,
  path: 0.5,
  changedFile: 0.2,
  fileOfRequest: 0.1,
  language: 0.15,
  description: 0.1,
  typo: 0.8,
}
/** Acts that alter or run something, or ask for words: what they are done to says whose they are. */
const directives: ReadonlySet<Act> = new Set(['create', 'change', 'fix', 'run', 'tell'])

/** Chances below are what is left over where something else is asked for. */
const leastChance = 0.3
/** No kind of request is ever certain. */
const mostChance = 0.97
const requestNames: Readonly<Record<RequestKind, string>> = {
  review: 'asks for a judgement',
  security: 'asks about security',
  refactoring: 'asks for another structure',
  tests: 'asks about tests',
  performance: 'asks about time, memory or size',
}

export interface Prompt {
  /** As `wordsOf` gives them. */
  readonly tokens: readonly Token[]
  readonly reading: Reading
  /** What the prompt as a whole asks for. */
  readonly requests: ReadonlyMap<RequestClass, RequestChance>
  readonly context: RouterContext
}

interface Evidence {
  readonly weight: number
  readonly reason: string
}

export interface ScoredAgent extends AgentCandidate {
  /** Whether the prompt holds a keyword of the agent. */
  readonly hasOwnWord: boolean
}

/** How surely a prompt is for an agent, and why. */
export function scoreAgent(prompt: Prompt, definition: AgentDefinition): ScoredAgent {
  const { agent, activation } = definition
  const evidence: Evidence[] = []
  const named = [agent.id, agent.name, ...agent.aliases].find((name) => findKeyword(name, prompt.tokens) === 1)
  if (named && !isNegated(named, prompt.reading)) evidence.push(...nameEvidence(named, namesRequests(activation)))
  const words = activation ? keywordEvidence(activation, prompt) : []
  evidence.push(...words)
  const intent = bestIntent(activation?.intents ?? [], prompt.reading, words.length > 0)
  if (intent) evidence.push(intent)
  evidence.push(...requestEvidence(activation?.requests ?? [], prompt))
  const like = activation?.examples.length ? likeness(prompt.tokens, activation.examples) : 0
  if (like > 0.6) evidence.push({ weight: like * 0.9, reason: 'is like one of its examples' })
  evidence.push(
    ...fileEvidence(activation?.file_patterns ?? [], prompt.context, evidence.length > 0, namesRequests(activation)),
  )
  const language = activation?.languages.find((each) => prompt.context.languages?.includes(each.toLowerCase()))
  if (language && evidence.length > 0)
    evidence.push({ weight: weights.language, reason: `the repository holds ${language}` })

  if (evidence.length > 0 && !namesRequests(activation))
    evidence.push(...descriptionEvidence(agent.description, prompt))

  const against = (activation?.negative_keywords ?? []).filter((keyword) => findKeyword(keyword, prompt.tokens) > 0)
  const doubt = evidence.reduce((rest, { weight }) => rest * (1 - weight), 1)
  const score = (1 - doubt) * 0.5 ** against.length
  const reasons = [
    ...evidence.map(({ reason }) => reason),
    ...against.map((keyword) => `"${keyword}" speaks against it`),
  ]
  return { agent: agent.id, score: Math.round(score * 100) / 100, reasons, hasOwnWord: words.length > 0 }
}

/** Whether the agent says which requests it takes. */
function namesRequests(activation: AgentDefinition['activation']): boolean {
  return activation !== undefined && activation.intents.length + activation.requests.length > 0
}

/** A name of one word is a word like others, and says little of an agent that names its requests: `security` is a topic. */
function nameEvidence(name: string, hasIntents: boolean): readonly Evidence[] {
  const weight = /[\s_-]/.test(name) ? weights.name : hasIntents ? 0 : weights.word
  return weight > 0 ? [{ weight, reason: `names "${name}"` }] : []
}

/** Of what an agent is good at, three words at most, and only beside other evidence: descriptions hold many plain words. */
function descriptionEvidence(description: string, { tokens, reading }: Prompt): readonly Evidence[] {
  const words = [...new Set(description.toLowerCase().match(/[\p{L}\p{N}]{5,}/gu))]
  const found = words.filter((word) => findKeyword(word, tokens) === 1 && !isNegated(word, reading)).slice(0, 3)
  return found.map((word) => ({ weight: weights.description, reason: `description "${word}"` }))
}

type Activation = NonNullable<AgentDefinition['activation']>

function keywordEvidence(activation: Activation, { tokens, reading }: Prompt): readonly Evidence[] {
  const bare = activation.keywords.map((text) => ({
    text,
    weight: text.trim().includes(' ') ? weights.phrase : weights.word,
  }))
  return [...bare, ...activation.weighted_keywords].flatMap(({ text, weight }) => {
    const found = findKeyword(text, tokens)
    if (found === 0 || isNegated(text, reading)) return []
    return [{ weight: found === 1 ? weight : weight * weights.typo, reason: `keyword "${text}"` }]
  })
}

function isNegated(keyword: string, { negated }: Reading): boolean {
  return negated.has(keyword.toLowerCase())
}

function fileEvidence(
  patterns: readonly string[],
  context: RouterContext,
  hasMore: boolean,
  hasIntents: boolean,
): readonly Evidence[] {
  const isOurs = (path: string) => patterns.some((pattern) => posix.matchesGlob(path, pattern))
  const path = context.paths.find(isOurs)
  const changed = context.changedFiles.find(isOurs)
  // An agent that says which requests it takes is not called by a file alone.
  const isCalled = hasIntents ? hasMore : hasMore || path !== undefined
  if (!isCalled) return []
  return [
    ...(path ? [{ weight: hasIntents ? weights.fileOfRequest : weights.path, reason: `names ${path}` }] : []),
    ...(changed
      ? [{ weight: hasIntents ? weights.fileOfRequest : weights.changedFile, reason: `${changed} has changed` }]
      : []),
  ]
}

/** The likeliest of what the agent is asked for; below `leastChance` it is no reason. */
function requestEvidence(kinds: readonly RequestKind[], { requests }: Prompt): readonly Evidence[] {
  const [best] = kinds
    .flatMap((kind) => {
      const found = requests.get(kind)
      return found ? [{ kind, ...found }] : []
    })
    .toSorted((a, b) => b.chance - a.chance)
  if (!best || best.chance < leastChance) return []
  const words = best.because.map((word) => `"${word}"`).join(', ')
  return [
    {
      weight: Math.min(best.chance, mostChance),
      reason: `${requestNames[best.kind]}${words === '' ? '' : `: ${words}`}`,
    },
  ]
}

/** The kind of request of the agent that fits best; what else the prompt asks for takes from it. */
function bestIntent(intents: readonly AgentIntent[], reading: Reading, hasKeyword: boolean): Evidence | undefined {
  let best: Evidence | undefined
  reading.requests.forEach((request, index) => {
    for (const intent of intents) {
      if (!fits(intent, request, reading, hasKeyword)) continue
      const weight = intent.score * shareOf(reading.requests, index, intents, reading, hasKeyword)
      const words = request.words.slice(0, 6).join(' ')
      if (weight > (best?.weight ?? 0)) best = { weight, reason: words === '' ? 'what is asked for' : `asks: ${words}` }
    }
  })
  return best
}

function fits(intent: AgentIntent, request: Request, reading: Reading, hasKeyword: boolean): boolean {
  const act = intent.acts.find((each) => request.acts.has(each))
  if (!act) return false
  const about = directives.has(act) ? request.object : request.topics
  const isAbout = (topic: Topic) => (topic === 'keywords' ? hasKeyword : about.has(topic))
  if (!intent.about.some(isAbout)) return false
  if (intent.with.length > 0 && !intent.with.some((topic) => reading.topics.has(topic))) return false
  return !intent.unless.some((topic) => about.has(topic))
}

/** What a request counts beside the others of its prompt: less after another order that is not this agent's. */
function shareOf(
  requests: readonly Request[],
  index: number,
  intents: readonly AgentIntent[],
  reading: Reading,
  hasKeyword: boolean,
): number {
  const own = requests[index]
  let share = 1
  requests.forEach((other, at) => {
    const acts = [...other.acts]
    if (at === index || !own || !acts.some((act) => directives.has(act))) return
    if (isEmpty(other.object) && !other.acts.has('run') && !other.acts.has('tell')) return
    if (intents.some((intent) => fits(intent, other, reading, hasKeyword))) return
    const isSameClause = other.topics === own.topics
    // To explain why something is so is to look for the reason.
    if (acts.every((act) => act === 'tell'))
      share *= own.acts.has('why') ? 1 : at > index ? 0.95 : isSameClause ? 0.6 : 0.8
    else share *= at < index || own.acts.has('state') ? 0.5 : isSameClause ? 0.95 : 0.8
  })
  return share
}

function isEmpty(object: ReadonlySet<Topic>): boolean {
  return object.size === 1 && object.has('unnamed')
}
