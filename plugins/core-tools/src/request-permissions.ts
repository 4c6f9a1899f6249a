import { defineTool, type ToolOutput, z } from 'codex-kernel/plugin-api'

const paths = z.array(z.string().min(1)).max(20).default([])

/** Asks the person for permissions ahead of work that needs them. */
export const tool = defineTool({
  name: 'request_permissions',
  description:
    'Asks the person to allow paths to be read or written, or hosts to be reached, for the rest of this turn or longer. Ask once, for the least that the task needs, before you do work that would otherwise be asked for step by step. What the profile denies cannot be granted; each answer says what holds and why.',
  input: z
    .strictObject({
      reason: z.string().min(1).describe('What you need it for, in one sentence that the person reads.'),
      read: paths.describe('Files or directories to read, with all below them.'),
      write: paths.describe('Files or directories to write and read, with all below them.'),
      hosts: z
        .array(z.string().regex(/^(?!\*(?::|$))[^\s/]+$/, 'a host, host:port, or *.host'))
        .max(20)
        .default([])
        .describe('Hosts to reach, such as example.com, example.com:8443 or *.example.com.'),
    })
    .refine(
      ({ read, write, hosts }) => read.length + write.length + hosts.length > 0,
      'name at least one path or host',
    ),
  outputSchema: z.strictObject({
    answers: z
      .array(
        z.strictObject({
          kind: z.enum(['read', 'write', 'network']),
          subject: z.string().describe('The path or host.'),
          granted: z.boolean().describe('Whether it is allowed now.'),
          reason: z.string().describe('Why.'),
        }),
      )
      .describe(
        'In the order read, write, hosts: one for each path and host, or for each part of it that may be granted.',
      ),
  }),
  effects: [],
  parallel: false,
  async run(request, ctx): Promise<ToolOutput> {
    const answers = await ctx.requestPermissions(request)
    const granted = answers.filter((answer) => answer.granted)
    return {
      text: answers
        .map(
          ({ kind, subject, granted: isGranted, reason }) =>
            `${isGranted ? 'granted' : 'denied'}: ${kind} ${subject}${isGranted ? '' : `. ${reason}`}`,
        )
        .join('\n'),
      summary: `${granted.length} of ${answers.length} granted`,
      structured: { answers },
      failed: granted.length === 0,
    }
  },
})
