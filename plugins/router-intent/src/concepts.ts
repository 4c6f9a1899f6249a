import type { promptActs, promptTopics } from 'codex-kernel/plugin-api'

/** What a person asks for. `docs/routing.md` says what each means. */
export type Act = (typeof promptActs)[number]
/** What a request is about. */
export type Topic = (typeof promptTopics)[number]

/**
 * What holds a sentence together: negation, verbs that mean little alone (`do`, `perform`), what was done already,
 * words that join clauses, `of`, other prepositions, words to skip, and questions for a meaning (`what is a`).
 */
export type Grammar = 'not' | 'light' | 'past' | 'and' | 'of' | 'prep' | 'stop' | 'define'

export type Concept = Act | Topic | Grammar

/** The words of a language by what they mean, separated by commas; a word may stand in several lines. */
export type Words = { readonly [concept in Concept]?: string }
