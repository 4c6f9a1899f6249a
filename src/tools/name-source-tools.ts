import { createHash } from 'node:crypto'
import type { SourceTool } from '../plugin-api/index.ts'
import { sourcePrefix, spelledName } from '../security/permissions/source-prefix.ts'

/** What the APIs of providers take at most. */
const maxNameLength = 64

/** A tool of a source and the name that models call it by. */
export interface NamedTool<Named> {
  readonly name: string
  readonly tool: Named
}

/**
 * Names what a source brings: `SOURCE__GROUP__NAME`, with every character that a name may not hold replaced by `_`. One
 * that had to be changed and then is the same as another, or is too long, ends with a part of the digest of what it was,
 * so that a name never depends on the order in which tools came. Of two with the same group and name the first stays.
 *
 * @param taken names of other tools
 */
export function nameSourceTools<Named extends Pick<SourceTool, 'name' | 'group'>>(
  source: string,
  tools: readonly Named[],
  taken: ReadonlySet<string>,
): { readonly named: readonly NamedTool<Named>[]; readonly duplicates: readonly Named[] } {
  const originals = new Map<string, Named>()
  const duplicates: Named[] = []
  for (const tool of tools) {
    const original = JSON.stringify([tool.group, tool.name])
    if (originals.has(original)) duplicates.push(tool)
    else originals.set(original, tool)
  }
  const plain = [...originals].map(([original, tool]) => ({ original, tool, ...plainName(source, tool) }))
  const users = new Map<string, number>()
  for (const { name } of plain) users.set(name, (users.get(name) ?? 0) + 1)
  const named = plain.map(({ original, tool, name, isExact }) => {
    const isAlone = users.get(name) === 1
    const exactOnes = plain.filter((other) => other.name === name && other.isExact).length
    const keeps = name.length <= maxNameLength && !taken.has(name) && (isAlone || (isExact && exactOnes === 1))
    return { tool, name: keeps ? name : withDigest(name, original) }
  })
  return { named, duplicates }
}

function plainName(source: string, { group, name }: Pick<SourceTool, 'name' | 'group'>) {
  const isExact = name === spelledName(name) && (group === undefined || group === spelledName(group))
  return {
    name: `${sourcePrefix(source, group)}${spelledName(name)}`,
    isExact: isExact && !`${group ?? ''}`.includes('__'),
  }
}

function withDigest(name: string, original: string): string {
  const digest = createHash('sha256').update(original).digest('hex').slice(0, 8)
  return `${name.slice(0, maxNameLength - digest.length - 1)}_${digest}`
}
