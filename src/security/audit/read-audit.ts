import { z } from 'zod'
import { readAuditLine } from './audit-line.ts'
import { monthLines, monthPaths } from './read-month.ts'

const recordSchema = z.looseObject({
  chain: z.string(),
  seq: z.number(),
  time: z.string(),
  thread: z.string(),
  turn: z.string().optional(),
  agentPath: z.array(z.string()).optional(),
  profile: z.string().optional(),
  type: z.enum(['decision', 'outcome']),
  outcome: z.enum(['allow', 'deny']).optional(),
  action: z.looseObject({ kind: z.string() }).optional(),
  argv: z.array(z.array(z.string())).optional(),
  layer: z.string().optional(),
  rule: z.string().optional(),
  reason: z.string().optional(),
  file: z.string().optional(),
  line: z.number().optional(),
  approvedBy: z.string().optional(),
  requestId: z.string().optional(),
  reviewId: z.string().optional(),
  reviewStatus: z.string().optional(),
  risk: z.number().optional(),
  reviewReason: z.string().optional(),
  backend: z.string().optional(),
  of: z.string().optional(),
  status: z.string().optional(),
  detail: z.string().optional(),
  exitCode: z.number().optional(),
  deniedHosts: z.array(z.string()).optional(),
  deniedPaths: z.array(z.string()).optional(),
})

/** A line of the audit log, read back. */
export interface AuditEntry {
  /** As outcomes name their decision. */
  readonly id: string
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Whether the line is as it was written; whether all lines are there is what `verifyAudit` says. */
  readonly isWhole: boolean
  readonly record: Readonly<z.infer<typeof recordSchema>>
}

/** All records of a log, oldest file first, as they stand. What is no record at all is passed over: `verifyAudit` finds it. @throws CodexError `audit.unreadable` */
export async function* readAudit(directory: string): AsyncGenerator<AuditEntry> {
  for (const file of monthPaths(directory)) {
    let number = 0
    for await (const line of monthLines(file)) {
      number += 1
      const record = parseRecord(line)
      if (record === undefined) continue
      const id = `${record.chain}-${record.seq}`
      yield { id, file, line: number, isWhole: readAuditLine(line) !== undefined, record }
    }
  }
}

function parseRecord(line: string): AuditEntry['record'] | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
