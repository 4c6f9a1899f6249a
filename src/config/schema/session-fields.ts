import { z } from 'zod'

const anyTable = () => z.record(z.string(), z.unknown())

/** Instructions, history, notices and interfaces. */
export const sessionFields = {
  notify: () =>
    z
      .array(z.string())
      .min(1)
      .describe('Program run after each turn, with one more argument: JSON about it. Never read from a repository.'),
  project_doc_max_bytes: () => z.int().min(0).describe('Bytes of AGENTS.md files that are read.'),
  project_doc_fallback_filenames: () =>
    z.array(z.string().min(1)).describe('Names to look for where AGENTS.md is not.'),
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
  otel: () => anyTable().describe('Telemetry. Never read from a repository.'),
  check_for_update_on_startup: () =>
    z.boolean().describe('Accepted and not used: the program does not look for updates.'),
  file_opener: () => z.string().describe('Editor that links to files open.'),
  cli_auth_credentials_store: () =>
    z
      .enum(['file', 'keyring', 'auto', 'ephemeral'])
      .describe('Where login keeps the key. Absent: file. Never read from a repository.'),
  log_dir: () => z.string().min(1).describe('Directory of logs. Absent: $CODEX_HOME/log.'),
}
