import { z } from 'zod'
import { editFile } from '../config/edit-file.ts'
import { CodexError, isCodexError } from '../plugin-api/index.ts'
import type { Spent } from './budget.ts'

/** What all runs of a day have used, of all processes. */
export interface DayRecord {
  read(): Promise<Spent>
  /** Adds what a request used. What the day has used then. @throws CodexError `budget.record`, `home.unwritable` */
  add(spent: Spent): Promise<Spent>
}

const recordSchema = z.object({
  day: z.iso.date(),
  tokens: z.number().nonnegative(),
  cost_usd: z.number().nonnegative(),
})

/**
 * The record of the day in a file, which appears whole or not at all; processes that add to it wait for each other. A day
 * is one of the local calendar; the record of an earlier one gives way. Of a day to come, as another time zone has it, it goes on.
 */
export function openDayRecord(file: string, deps: { now(): Date }): DayRecord {
  const today = (text: string) => {
    const day = localDay(deps.now())
    const kept = text === '' ? undefined : parse(text, file)
    return kept && kept.day >= day ? kept : { day, tokens: 0, cost_usd: 0 }
  }
  const change = async (spent: Spent): Promise<Spent> => {
    const { after } = await editFile(file, (text) => {
      const { day, tokens, cost_usd } = today(text)
      if (spent.tokens === 0 && spent.cost === 0) return text
      return `${JSON.stringify({ day, tokens: tokens + spent.tokens, cost_usd: cost_usd + spent.cost })}\n`
    }).catch((error: unknown) => {
      if (!isCodexError(error) || error.code !== 'config.unreadable') throw error
      throw unreadable(file, error)
    })
    const { tokens, cost_usd } = today(after)
    return { tokens, cost: cost_usd }
  }
  return { read: () => change({ tokens: 0, cost: 0 }), add: change }
}

function parse(text: string, file: string): z.infer<typeof recordSchema> {
  try {
    return recordSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new CodexError('budget.record', `${file} is not the record of what a day has used`, {
      hint: 'Remove the file: the day then counts from nothing.',
      location: { file },
      cause,
    })
  }
}

/** A turn that fails keeps the message alone, so it names the file. */
function unreadable(file: string, cause: CodexError): CodexError {
  return new CodexError('budget.record', `${file} cannot be read: ${cause.message}`, {
    hint: 'Remove what is there, or make it a readable file: without one the day counts from nothing.',
    location: { file },
    cause,
  })
}

function localDay(now: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
}
