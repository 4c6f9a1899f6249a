import { rolloutTable } from './rollout-table.ts'

/** The lines of a rollout file. */
export function rolloutPage(): string {
  const lines = Object.entries(rolloutTable).map(
    ([line, { meaning, fields }]) =>
      `| \`${line}\` | ${meaning} | ${fields.map((field) => (field.includes(' ') ? field : `\`${field}\``)).join(', ')} |`,
  )
  return `# Rollouts

The record of one thread: \`$CODEX_HOME/sessions/YYYY/MM/DD/rollout-TIME-ID.jsonl\`, readable by its owner alone. One JSON object a line:

\`\`\`json
{ "timestamp": "2026-01-31T12:00:00.000Z", "ordinal": 3, "type": "event_msg", "payload": { "type": "error", "message": "…" } }
\`\`\`

\`timestamp\` is when the line was written, in UTC; \`ordinal\` counts from 0. A line is with the operating system before the event is shown, so it survives the
end of the program; it is handed to the disk at the end of a turn. A last line that a crash tore is cut off when the thread is resumed; lines that are no JSON,
and types that are not known, are passed over, stay in the file, and are told once. What cannot be written whole, as on a full disk, is not written at all, and the turn stops
with \`rollout.unwritable\`. Times are those of the clock; the order of a thread is that of its lines.

A fork begins with the turns of its parent: lines that keep the time at which they were written there, which is before \`timestamp\` of its \`session_meta\`.
A thread that another one handed its work to says whose it is (\`parent_thread_id\`, \`session_id\` of the thread that a person began), where it stands (\`agent_path\`, \`agent_nickname\`) and what it may do at most (\`ceiling\`: layers of permissions and settings); a fork of it has the same \`ceiling\`, null where that is not known.
Records of the real Codex are gone on with, a fork of it from the records of its parents (\`history_base\`); what it writes beside these lines (\`world_state\`,
\`token_usage_record\` and further events) is passed over in silence. An archived record is the same file compressed with zstd, in \`archived_sessions\`. While a turn runs its process holds \`thread-locks/ID\`.

| line | meaning | payload |
| --- | --- | --- |
${lines.join('\n')}

A tool call that was interrupted has an output that says so, and a user message in \`<turn_aborted>\` tells the model that the turn was stopped. One whose program was killed gets that output when the thread
is resumed.
`
}
