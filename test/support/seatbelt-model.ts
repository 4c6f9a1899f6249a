import { listOf, type ReadForm, readSeatbeltProfile } from './seatbelt-profile-reader.ts'

/** One thing that a program asks the kernel for. */
export interface SeatbeltRequest {
  readonly operation: string
  /** Of a file. */
  readonly path?: string
  /** Of a socket's other or own end, `localhost:80`. */
  readonly address?: string
  readonly isDirectory?: boolean
  readonly service?: string
}

/**
 * Which rule counts where several hold: it is written nowhere, and reported in both ways.
 * `last`: the last of all; `named`: the last of those that name the operation itself, else the last of those that name its group.
 */
export type RuleOrder = 'last' | 'named'

/** A model of how the kernel reads a profile: enough to ask what the profiles made here allow. It is no proof of what a Mac does. */
export function seatbeltModel(
  profile: { readonly text: string; readonly definitions: readonly string[] },
  order: RuleOrder,
) {
  const paths = new Map(profile.definitions.map((definition) => split(definition)))
  const rules = readSeatbeltProfile(profile.text).flatMap(rulesOf)
  return {
    allows(request: SeatbeltRequest): boolean {
      const holding = rules.filter(({ operations, filters }) => {
        return (
          operations.some((each) => names(each, request.operation)) &&
          (filters.length === 0 || filters.some((each) => holds(each, request)))
        )
      })
      const named = holding.filter(({ operations }) => operations.includes(request.operation))
      const counts = order === 'named' && named.length > 0 ? named : holding
      return counts.at(-1)?.verb === 'allow'
    },
  }

  function holds(filter: ReadForm, request: SeatbeltRequest): boolean {
    const { head, rest } = listOf(filter)
    const [first] = rest
    switch (head) {
      case 'require-all':
        return rest.every((each) => holds(each, request))
      case 'require-any':
        return rest.some((each) => holds(each, request))
      case 'require-not':
        return !rest.some((each) => holds(each, request))
      case 'literal':
        return request.path === textOf(first)
      case 'subpath': {
        const tree = textOf(first)
        return (
          request.path !== undefined &&
          (request.path === tree || request.path.startsWith(tree === '/' ? '/' : `${tree}/`))
        )
      }
      case 'regex':
        return (
          request.path !== undefined &&
          first !== undefined &&
          'regex' in first &&
          new RegExp(first.regex, 's').test(request.path)
        )
      case 'vnode-type':
        return request.isDirectory === true
      case 'global-name':
        return request.service === textOf(first)
      case 'local':
      case 'remote':
        return isAt(rest, request)
      default:
        return false
    }
  }

  function isAt([kind, place]: readonly ReadForm[], request: SeatbeltRequest): boolean {
    if (kind === undefined || !('symbol' in kind) || place === undefined) return false
    if (kind.symbol === 'unix-socket') return request.path !== undefined && holds(place, request)
    const [host, port] = textOf(place).split(':')
    const [askedHost, askedPort] = request.address?.split(':') ?? []
    return request.address !== undefined && (host === '*' || host === askedHost) && (port === '*' || port === askedPort)
  }

  function textOf(form: ReadForm | undefined): string {
    if (form !== undefined && 'text' in form) return form.text
    if (form === undefined) throw new Error('a filter without a value')
    const [name] = listOf(form).rest
    const value = name !== undefined && 'text' in name ? paths.get(name.text) : undefined
    if (value === undefined) throw new Error('a parameter without a value')
    return value
  }
}

interface Rule {
  readonly verb: string
  readonly operations: readonly string[]
  readonly filters: readonly ReadForm[]
}

function rulesOf(form: ReadForm): readonly Rule[] {
  const { head, rest } = listOf(form)
  if (head === 'version') return []
  if (head === 'if') return rest.slice(1).flatMap(rulesOf)
  const operations = rest.flatMap((each) => ('symbol' in each ? each.symbol : []))
  return [{ verb: head, operations, filters: rest.filter((each) => Array.isArray(each)) }]
}

function names(named: string, operation: string): boolean {
  if (named === 'default' || named === operation) return true
  return named.endsWith('*') && operation.startsWith(named.slice(0, -1))
}

function split(definition: string): [string, string] {
  const at = definition.indexOf('=')
  return [definition.slice(0, at), definition.slice(at + 1)]
}
