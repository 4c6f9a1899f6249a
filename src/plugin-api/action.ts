import { z } from 'zod'
import type { Immutable } from './immutable.ts'

const path = z.string().describe('Absolute; the gate takes its real path.')

/** A file or directory with all below it, and what for. */
export const openingSchema = z.strictObject({
  access: z.enum(['read', 'write']).describe('What for; who may write may read.'),
  path: z.string().describe('Absolute; it need not exist.'),
})
/** A file or directory with all below it, and what for. */
export type Opening = Readonly<z.infer<typeof openingSchema>>

/** How a host is spoken to, as `network_rule` of a `.rules` file names it. */
export const networkProtocolSchema = z
  .enum(['http', 'https', 'socks5_tcp', 'socks5_udp'])
  .describe(
    'How: requests that can be read, encrypted ones or a tunnel (CONNECT), or a tunnel of SOCKS. Absent: not known.',
  )
/** How a host is spoken to, as `network_rule` of a `.rules` file names it. */
export type NetworkProtocol = z.infer<typeof networkProtocolSchema>

/** A side effect that someone wants, before the gate has answered. */
export const actionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('read'), path }),
    z
      .strictObject({ kind: z.literal('read_tree'), path })
      .describe('Everything below a directory: one decision, one audit record. The reader leaves denied files out.'),
    z.strictObject({
      kind: z.literal('write'),
      path,
      change: z.enum(['create', 'update', 'delete']).describe('What becomes of the file.'),
    }),
    z.strictObject({
      kind: z.literal('exec'),
      script: z.string().describe('What the shell is given.'),
      shell: z.string().describe('The program that runs it.'),
      cwd: z.string().describe('Where it runs.'),
      opens: z
        .array(openingSchema)
        .optional()
        .describe(
          'What it is to have besides, for itself alone. In a decision: the real paths that were asked for, also those that its text would write.',
        ),
      purpose: z.string().optional().describe('Why it needs that, as the one who asks says it.'),
    }),
    z.strictObject({
      kind: z.literal('network'),
      method: z.string().describe('Such as GET.'),
      host: z.string().describe('Without the port.'),
      port: z.number().describe('Its port.'),
      protocol: networkProtocolSchema.optional(),
    }),
    z.strictObject({
      kind: z.literal('input').describe('Text that is typed to a command which was allowed to start.'),
      session: z.int().describe('Number of the command in the thread.'),
      text: z.string().describe('What is typed.'),
    }),
    z
      .strictObject({
        kind: z.literal('permission'),
        of: z.enum(['read', 'write', 'network']).describe('What it is to be good for.'),
        subject: z.string().describe('An absolute path, and all below it; or `host`, or `host:port`.'),
        purpose: z.string().describe('Why, as the one who asks says it.'),
      })
      .describe('To be allowed something for the turn or longer, before it is done.'),
    z.strictObject({ kind: z.literal('tool'), tool: z.string().describe('Id of the tool.') }),
    z.strictObject({ kind: z.literal('delegate'), agent: z.string().describe('Id of the agent.') }),
  ])
  .describe('What was asked for.')
/** A side effect that someone wants, before the gate has answered. Paths are absolute; the gate takes their real path. */
export type Action = Immutable<z.infer<typeof actionSchema>>

/** What the gate answered, and why: `rule` is the text that decided, `layer` who says it. */
export interface Decision {
  /** What holds. */
  readonly outcome: 'allow' | 'deny'
  /** What was decided about; its path is the real one. */
  readonly action: Action
  /** Who says it: a profile, a policy, an agent, the floor. */
  readonly layer: string
  /** The text that decided. */
  readonly rule: string
  /** For people. */
  readonly reason: string
  /** File of the rule, where there is one. */
  readonly file?: string
  /** Its line. */
  readonly line?: number
  /** What the author of the rule says of it, where a rule of an exec policy decided. */
  readonly justification?: string
  /** What can be done. */
  readonly hint?: string
  /** How an `ask` was settled; absent where nothing had to be asked. */
  readonly approvedBy?: 'person' | 'agent' | 'grant'
  /** Id of the question that was asked. Absent: none was. */
  readonly requestId?: string
  /** Id of the review, where the reviewing agent answered. */
  readonly reviewId?: string
  /** How that ended. */
  readonly reviewStatus?: 'approved' | 'denied' | 'timed_out' | 'aborted'
  /** The risk that it saw, from 0 to 100. */
  readonly risk?: number
  /** Why it answered so. */
  readonly reviewReason?: string
  /** Id of the audit record of the decision; the outcome is recorded under the same. */
  readonly auditId: string
}

/** How an allowed action ended, for the audit log. */
export interface ActionOutcome {
  /** How it ended. */
  readonly status: 'done' | 'failed' | 'interrupted'
  /** Of a command that ended: 128 + N where signal N ended it, as a shell says. */
  readonly exitCode?: number
  /** Short and without content: a number of bytes, an error code. */
  readonly detail?: string
  /** Of a command: what was refused to the commands of its turn while it ran, as `host:port`; fifty at most. Absent: nothing. */
  readonly deniedHosts?: readonly string[]
}
