import type { z } from 'zod'

/** A check of one rule, for `superRefine` of a string: no schema is made before somebody reads rules. */
type RuleCheck = (rule: string, context: z.core.$RefinementCtx<string>) => void

/** A glob of a rule about files, as profiles, agents and servers have them. */
export const pathRule: RuleCheck = checked(pathProblem)
/** A host of a rule: `host`, `*.host`, with `:port` or without, or `*`. */
export const hostRule: RuleCheck = checked(hostProblem)
/** The leading words of a command, or `*` for every one. */
export const commandRule: RuleCheck = checked(commandProblem)
/** A tool or an agent by its id; `*` stands for any part of it. */
export const nameRule: RuleCheck = checked(nameProblem)
/** What an agent may call by name: a tool, or a program with first words. */
export const toolRule: RuleCheck = checked((rule) => (/\s/.test(rule) ? commandProblem(rule) : nameProblem(rule)))

/** Where in the pattern of an exec policy's rule something stands that would match no command, and why. */
export interface PatternProblem {
  /** Index of the word, then of the alternative. */
  readonly path: readonly number[]
  readonly message: string
}

/**
 * What in a pattern would match no command. Only the word that a command begins with can be told so: behind it every
 * text may be an argument.
 */
export function patternProblems(pattern: readonly (string | readonly string[])[]): readonly PatternProblem[] {
  const [first = []] = pattern
  const words =
    typeof first === 'string' ? [{ word: first, path: [0] }] : first.map((word, at) => ({ word, path: [0, at] }))
  return words.flatMap(({ word, path }): PatternProblem[] => {
    const message = programProblem(word)
    return message === undefined ? [] : [{ path, message }]
  })
}

function checked(problemOf: (rule: string) => string | undefined): RuleCheck {
  return (rule, context) => {
    const problem = rule.trim() === '' ? 'A rule is empty, and would mean nothing' : problemOf(rule)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  }
}

const ownPlaces = [':workspace', ':tmp', ':caches', ':codex_home'] as const

function pathProblem(rule: string): string | undefined {
  if (rule.includes('\0')) return `${JSON.stringify(rule)} holds a NUL, which no path does`
  if (rule !== rule.trim())
    return `"${rule}" begins or ends with a blank, and would match no other path: write "${rule.trim()}"`
  if (rule.startsWith('!')) return `"${rule}" takes nothing back: write "${rule.slice(1)}" under deny`
  const [first = '', ...others] = rule.split('/')
  const open = [first, ...others].find((part) => /(?<!\\)\[(?!\]?[^\]]*\])/.test(part))
  if (open !== undefined) return `"${open}" has a [ that nothing closes: write \\[ where the sign itself is meant`
  if (others.includes('.')) return `"${rule}" holds "." as a part: leave it out`
  if (first.startsWith(':') && !ownPlaces.some((place) => place === first)) {
    return `"${first}" is no place: there are ${ownPlaces.join(', ')} and ~`
  }
  if (/^~./.test(first)) return `"${first}" is not looked up: write the directory itself, or ~ for your own`
  const variable = [first, ...others].find((part) => /^\$(?:[A-Za-z_]\w*|\{\w+\})$/.test(part))
  if (variable !== undefined) return `"${variable}" is not replaced: write the directory itself`
  if ([first, ...others].includes('..'))
    return `"${rule}" holds "..": write an absolute path, or one from ~ or :workspace`
  return undefined
}

/** Why a rule about hosts would match none. */
export function hostProblem(rule: string): string | undefined {
  const wanted = `write "example.com", "*.example.com", "example.com:8443", "[::1]:8080" or "*"`
  const is = (what: string) => `"${rule}" ${what}, and would match no host: ${wanted}`
  if (rule.includes('://')) return is('has a scheme')
  if (/^[\d.:a-f[\]]+\/\d+$/i.test(rule)) return is('is a range of addresses')
  if (rule.includes('/')) return is('has a path')
  if (rule.includes('@')) return is('has a user')
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^\s:[\]]+)(?::(\d+|\*))?$/i.exec(rule) ?? []
  if (host === undefined) return is('is no host')
  if (port !== undefined && port !== '*' && !(Number(port) > 0 && Number(port) < 65536))
    return is('has no port of 1 to 65535')
  const name = host === '*' ? '' : host.replace(/^\*\./, '')
  if (name.includes('*')) return is('has a * inside a name')
  // The last part of a name is never a number (RFC 3696, 2): such a text is an address, or nothing.
  if (/(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(name) && !ipv4.test(name)) return is('is no address')
  return /^\[|^[\p{L}\p{M}\p{N}._-]*$/u.test(name) ? undefined : is('is no host')
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

function commandProblem(rule: string): string | undefined {
  if (rule === '*' || !rule.includes('*')) return undefined
  const words = rule.slice(0, rule.indexOf('*')).trim()
  return `"${rule}" has a *, which stands for nothing in a command: ${words === '' ? 'write leading words' : `write "${words}", which means every command that begins so`}, or "*" alone for all`
}

function nameProblem(rule: string): string | undefined {
  const name = /^[^\s(]+/.exec(rule)?.[0] ?? ''
  if (/[\s()]/.test(rule)) return `"${rule}" would match no name: write "${name}" alone`
  return /[?[\]{},!]/.test(rule)
    ? `"${rule}" would match no name: a * stands for any part of one, and every other sign for itself`
    : undefined
}

function programProblem(word: string): string | undefined {
  const is = (what: string) => `"${word}" ${what}, and would match no command`
  if (word.trim() === '') return is('is no program')
  if (/^[-+]/.test(word)) return `${is('is an option')}: start with the program that takes it`
  if (/^[A-Za-z_]\w*=/.test(word)) return `${is('sets a variable')}: start with the program behind it`
  if (word.includes('*')) return `${is('has a *, which stands for nothing')}: write the programs as a list`
  // A path may have blanks in it.
  if (!word.includes('/') && /[ \t]/.test(word)) {
    const words = word.trim().split(/[ \t]+/)
    return `${is('is one word')}: write ${words.map((each) => JSON.stringify(each)).join(', ')}`
  }
  return undefined
}
