import { z } from 'zod'
import type { ThreadCeiling, ThreadMeta } from '../plugin-api/index.ts'
import { permissionDimensions, permissionsSchema } from '../plugin-api/permissions.ts'
import { readingLayer } from '../security/permissions/reading-layer.ts'
import type { ToolFacts } from '../security/permissions/tool-facts.ts'
import { isBounded } from '../thread/parent-thread-id.ts'

const layerSchema = z.strictObject({
  name: z.string(),
  permissions: permissionsSchema,
  file: z.string().optional(),
  line: z.int().optional(),
  lines: z.partialRecord(z.enum(permissionDimensions), z.int()).optional(),
  from: z.literal('repository').optional(),
})

const ceilingSchema = z.strictObject({
  layers: z.array(layerSchema).min(1),
  temp: z.enum(['private', 'host']),
  protection: z.enum(['on', 'lifted']),
  sandbox: z.enum(['required', 'none']),
  approval_policies: z.array(z.enum(['untrusted', 'on-request', 'never'])),
})

/** What a thread that goes on may do at most. */
export interface KeptCeiling {
  /** Absent: a person began it, and nothing but what holds now bounds it. */
  readonly ceiling?: ThreadCeiling
  /** What is to be told of it. */
  readonly problem?: string
}

/**
 * What the record of a thread says that it may do at most. A thread that another one handed its work to, and a fork of such a one, keeps
 * the ceiling that it had; where its record does not tell it, such a thread reads and does nothing else.
 */
export function keptCeiling(meta: ThreadMeta, tools: readonly ToolFacts[]): KeptCeiling {
  if (!isBounded({ ...meta })) return {}
  const kept = ceilingSchema.safeParse(meta.ceiling)
  if (kept.success) return { ceiling: kept.data as ThreadCeiling } // absent fields of JSON are absent
  return {
    ceiling: {
      layers: [readingLayer(`the record of thread ${meta.id}`, tools)],
      ...{ temp: 'private', protection: 'on', sandbox: 'required', approval_policies: ['never'] },
    },
    problem: `Another thread handed its work to thread ${meta.id}, and what that one might do is not in its record: it reads, and does not write, run commands or reach the network. Begin a new thread for more`,
  }
}

/** The part of a record's first line that a fork keeps of it; a ceiling that is not known stays one. */
export function ceilingOfFork(meta: ThreadMeta): Pick<ThreadMeta, 'ceiling'> {
  return isBounded({ ...meta }) ? { ceiling: meta.ceiling ?? null } : {}
}
