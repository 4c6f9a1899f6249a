import { z } from 'zod'

const anyTable = () => z.record(z.string(), z.unknown())
const dollars = () => z.number().positive().optional()
const tokens = () => z.int().positive().optional()

/** Instructions, bounds, history, notices and interfaces. */
export const sessionFields = {
  budget: () =>
    z
      .strictObject({
        max_cost: dollars().describe('US dollars that one run may cost, with all that it hands on.'),
        max_tokens: tokens().describe('Tokens, sent and received, that one run may use, with all that it hands on.'),
        day_max_cost: dollars().describe('US dollars that all runs of a day may cost.'),
        day_max_tokens: tokens().describe('Tokens that all runs of a day may use.'),
      })
      .describe('What may be used of models. Absent: no bound. Never read from a repository.'),
  loop_detection: () =>
    z
      .strictObject({
        enabled: z.boolean().optional().describe('false: a turn may repeat itself for ever. Absent: true.'),
        hint_after: z.int().min(2).optional().describe('Equal rounds after which the model is told. Absent: 3.'),
        stop_after: z.int().min(2).optional().describe('Equal rounds after which the turn stops. Absent: 6.'),
        polling_stop_after: z.int().min(2).optional().describe('The same for calls that wait. Absent: 60.'),
      })
      .describe('Turns that make the same calls with the same results again and again.'),
  undo: () =>
    z
      .strictObject({ enabled: z.boolean().optional().describe('false: nothing is recorded. Absent: true.') })
      .describe('Recording files before a turn writes, for codex undo.'),
  output: () =>
    z
      .strictObject({
        plain: z.boolean().optional().describe('true: output is for screen readers, as with --plain. Absent: false.'),
      })
      .describe('How threads and reports are shown to a person.'),
  notify: () =>
    z
      .array(z.string())
      .min(1)
      .describe('Program run after each turn, with one more argument: JSON about it. Never read from a repository.'),
  project_doc_max_bytes: () => z.int().min(0).describe('Bytes of AGENTS.md files that are read.'),
  project_doc_fallback_filenames: () =>
    z
      .array(
        z
          .string()
          .min(1)
          .refine(
            staysBelow,
            'expected a file of the directory or below it, such as "CLAUDE.md"; no absolute path, no ".."',
          ),
      )
      .describe('Names to look for where AGENTS.md is not: files of the directory, or below it.'),
  history: () =>
    z
      .strictObject({
        persistence: z.enum(['save-all', 'none']).optional().describe('Whether prompts are kept. Absent: save-all.'),
        max_bytes: z.int().positive().optional().describe('Size that the file is cut to. Absent: no bound.'),
      })
      .describe('The history of prompts in the terminal interface.'),
  profile: () => z.string().describe('No longer supported: see --profile.'),
  profiles: () => anyTable().describe('Older profile tables, read by no one; use $CODEX_HOME/NAME.config.toml.'),
  tui: () => anyTable().describe('The terminal interface.'),
  desktop: () => anyTable().describe('Settings of another program that shares the file.'),
  marketplaces: () => anyTable().describe('Settings of another program that shares the file.'),
  analytics: () =>
    z
      .strictObject({ enabled: z.boolean().optional().describe('Accepted and not used: nothing is sent.') })
      .describe('Analytics.'),
  feedback: () =>
    z
      .strictObject({ enabled: z.boolean().optional().describe('Accepted and not used: nothing is sent.') })
      .describe('Feedback.'),
  otel: () =>
    z
      .strictObject({
        trace_exporter: exporter().optional().describe('Where the spans of turns go. Absent: as exporter.'),
        exporter: exporter().optional().describe('The same, where trace_exporter is absent. Absent: nowhere.'),
        environment: z.string().optional().describe('Name of the environment, on every span. Absent: none.'),
        log_user_prompt: z
          .boolean()
          .optional()
          .describe('true: the prompt of a turn goes with its span. Absent: no text does.'),
        metrics_exporter: exporter().optional().describe('Accepted and not used: no metrics are sent.'),
        span_attributes: anyTable().optional().describe('Accepted and not used.'),
        tracestate: anyTable().optional().describe('Accepted and not used.'),
      })
      .describe('Where traces are sent. Absent: nowhere. Never read from a repository.'),
  check_for_update_on_startup: () =>
    z.boolean().describe('Accepted and not used: the program does not look for updates.'),
  file_opener: () => z.string().describe('Editor that links to files open.'),
  cli_auth_credentials_store: () =>
    z
      .enum(['file', 'keyring', 'auto', 'ephemeral'])
      .describe('Where login keeps the key. Absent: file. Never read from a repository.'),
  log_dir: () => z.string().min(1).describe('Directory of logs. Absent: $CODEX_HOME/log.'),
}

/** In Codex' words; `otlp-http` alone, without a table, takes the variables of OpenTelemetry. */
function exporter() {
  const endpoint = z
    .strictObject({
      endpoint: z.string().min(1).optional().describe('Address. Absent: the variables OTEL_EXPORTER_OTLP_… say.'),
      protocol: z.enum(['binary', 'json']).optional().describe('Form of the body. Absent: binary.'),
      headers: z.record(z.string(), z.string()).optional().describe('Headers of every request; never shown.'),
      tls: z
        .strictObject({
          'ca-certificate': z
            .string()
            .min(1)
            .optional()
            .describe('File with who is believed. Absent: the system says.'),
          'client-certificate': z
            .string()
            .min(1)
            .optional()
            .describe('File with the certificate to show. Absent: none.'),
          'client-private-key': z.string().min(1).optional().describe('File with its key. Absent: none.'),
        })
        .optional()
        .describe('Certificates. Absent: those of the system.'),
    })
    .describe('OTLP over HTTP.')
  return z.union(
    [
      z.enum(['none', 'otlp-http', 'statsig']),
      z.strictObject({
        'otlp-http': endpoint.optional(),
        'otlp-grpc': anyTable().optional().describe('Accepted and not used: spans are sent over HTTP alone.'),
      }),
    ],
    { error: 'expected "none", "otlp-http" or a table otlp-http' },
  )
}

/** False for what leads out of the directory that it is looked for in, on any platform. */
function staysBelow(name: string): boolean {
  return !/^(?:[/\\]|[a-z]:)/i.test(name) && !name.split(/[/\\]/).includes('..')
}
