import { Flags } from '../plugin-api/base-command.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { KernelClient, ThreadQuery } from '../plugin-api/index.ts'

/** Which threads a command is about. */
export const queryFlags = {
  all: Flags.boolean({ char: 'a', default: false, description: 'Those of all directories.' }),
  archived: Flags.boolean({ default: false, description: 'Those that were put away too.' }),
  subagents: Flags.boolean({ default: false, description: 'Those that agents delegated too.' }),
  since: Flags.string({ description: 'Those that grew since then: 2026-01-31, or 3d, 12h, 30m ago.' }),
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 }

/** The flags as a query. @throws CodexError `usage.arguments` for a time that is none */
export function threadQuery(
  flags: {
    readonly all: boolean
    readonly archived: boolean
    readonly subagents: boolean
    readonly since?: string | undefined
    readonly limit: number
  },
  { cwd }: Pick<KernelClient, 'cwd'>,
): ThreadQuery {
  return {
    limit: flags.limit,
    subagents: flags.subagents,
    ...(!flags.all && { cwd }),
    ...(flags.archived && { archived: 'also' as const }),
    ...(flags.since !== undefined && { since: timeOf(flags.since) }),
  }
}

function timeOf(text: string): string {
  const [, count, unit = ''] = /^(\d+)([dhm])$/.exec(text) ?? []
  // Date.parse alone takes much for a date: of "5" it makes a day in May.
  const isDate = /^\d{4}-\d{2}/.test(text)
  const time =
    count === undefined ? (isDate ? Date.parse(text) : Number.NaN) : Date.now() - Number(count) * (unitMs[unit] ?? 0)
  if (Number.isFinite(time)) return new Date(time).toISOString()
  throw new CodexError('usage.arguments', `--since ${text} is no time`, {
    hint: 'Write a date such as 2026-01-31, or 3d, 12h, 30m.',
  })
}
