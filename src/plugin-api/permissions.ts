import { z } from 'zod'
import type { ApprovalPolicy } from './events.ts'

/**
 * Permissions are one value. Each dimension is a conjunction of clauses over strings, so that the intersection of two
 * is again one: the sorted union of their clauses. `security/permissions/` holds the operations.
 *
 * What the strings are, by dimension:
 * - read, write: absolute globs with `/`; a glob covers what it matches and all below that
 * - exec: command prefixes of whole words (`git`, `git diff`); `*` is every command
 * - network: `METHOD host[:port]`; METHOD and host may be `*`, host may start with `*.`
 * - tools: tool ids; delegate: agent ids; `*` matches any run of characters
 */
export const clauseSchema = z.strictObject({
  allow: z.array(z.string()).readonly().describe('A string is in the clause if one of these covers it ...'),
  deny: z.array(z.string()).readonly().describe('... and none of these does.'),
})
export type Clause = Readonly<z.infer<typeof clauseSchema>>

/** In the rule is what every clause holds: no clause is everything; one clause that allows nothing is nothing. */
export const ruleSchema = z.array(clauseSchema).readonly()
/** A conjunction of clauses. */
export type Rule = readonly Clause[]

/**
 * One dimension: in `allow` and in `askable` is allowed; in `askable` alone may be asked for; the rest is denied.
 */
export const dimensionSchema = z.strictObject({ allow: ruleSchema, askable: ruleSchema })
export type Dimension = { readonly [Part in keyof z.infer<typeof dimensionSchema>]: Rule }

/** Upper bounds; absent means that this layer sets none. The intersection takes the smaller. */
export const limitsSchema = z.strictObject({
  command_timeout_ms: z.int().positive().optional().describe('Milliseconds that one command may take.'),
  max_iterations: z.int().positive().optional().describe('Model requests in one turn.'),
  max_processes: z.int().positive().optional().describe('Processes of one command at a time.'),
  max_memory_bytes: z.int().positive().optional().describe('Memory of one command.'),
  max_cpu_seconds: z.int().positive().optional().describe('Processor time of each process of a command, in seconds.'),
  max_file_bytes: z.int().positive().optional().describe('Size of a file that a command writes.'),
  max_output_bytes: z.int().positive().optional().describe('Output kept of one command.'),
})
export type Limits = Readonly<z.infer<typeof limitsSchema>>

/** What permissions are about. */
export const permissionDimensions = ['read', 'write', 'exec', 'network', 'tools', 'delegate'] as const
/** One of these. */
export type PermissionDimension = (typeof permissionDimensions)[number]

/** Permissions as they are checked. */
export const permissionsSchema = z.strictObject({
  read: dimensionSchema,
  write: dimensionSchema,
  exec: dimensionSchema,
  network: dimensionSchema,
  tools: dimensionSchema,
  delegate: dimensionSchema,
  limits: limitsSchema,
})
/** What may be done, in every dimension. */
export interface Permissions extends Readonly<Record<PermissionDimension, Dimension>> {
  /** Upper bounds. */
  readonly limits: Limits
}

/** Permissions with a name for decisions to cite: `profile offline`, `agent rust-expert`. */
export interface PermissionLayer {
  /** What decisions cite. */
  readonly name: string
  /** What the layer allows. */
  readonly permissions: Permissions
  /** The file that says so, and the line where it is known. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** The line of each dimension, where the file says them in tables of their own; before `line`. */
  readonly lines?: Readonly<Partial<Record<PermissionDimension, number>>>
  /** Whose file it is, where that is the repository. */
  readonly from?: 'repository'
}

/** All that bounds a thread: the threads that it hands work to may only narrow it, and such a thread keeps it in its record. */
export interface ThreadCeiling {
  /** Of profile, repository, command and agent, its own and those of the threads that handed work to it. */
  readonly layers: readonly PermissionLayer[]
  /** The temp directory of commands. */
  readonly temp: 'private' | 'host'
  /** Whether secrets and the program's own files are protected. */
  readonly protection: 'on' | 'lifted'
  /** Whether commands need a sandbox. */
  readonly sandbox: 'required' | 'none'
  /** Each of them holds. */
  readonly approval_policies: readonly ApprovalPolicy[]
}
