import type { z } from 'zod'

/** A check of one rule, for `superRefine` of a string: no schema is made before somebody reads rules. */
type RuleCheck = (rule: string, context: z.core.$RefinementCtx<string>) => void

/** A glob of a rule about files, as profiles, agents and servers have them. */
export const pathRule: RuleCheck = checked(pathProblem)
/** A host of a rule: `host`, `*.host`, with `:port` or without, or `*`. */
export const hostRule: RuleCheck = checked(hostProblem)
/** The leading words of a command, or `*` for every one. */
export const commandRule: RuleCheck = checked(commandProblem)

function checked(problemOf: (rule: string) => string | undefined): RuleCheck {
  return (rule, context) => {
    const problem = rule.trim() === '' ? 'A rule is empty, and would mean nothing' : problemOf(rule)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  }
}

const ownPlaces = [':workspace', ':tmp', ':caches', ':codex_home'] as const

function pathProblem(rule: string): string | undefined {
  const [first = '', ...others] = rule.split('/')
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

function hostProblem(rule: string): string | undefined {
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
  return name.includes('*') ? is('has a * inside a name') : undefined
}

function commandProblem(rule: string): string | undefined {
  if (rule === '*' || !rule.includes('*')) return undefined
  const words = rule.slice(0, rule.indexOf('*')).trim()
  return `"${rule}" has a *, which stands for nothing in a command: ${words === '' ? 'write leading words' : `write "${words}", which means every command that begins so`}, or "*" alone for all`
}
