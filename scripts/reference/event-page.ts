import { eventTable, itemTable } from './event-table.ts'

/** Events and items, from the table that the compiler holds equal to `plugin-api/events.ts`. */
export function eventPage(): string {
  const events = Object.entries(eventTable).filter(([, { json }]) => json)
  const hidden = Object.entries(eventTable).filter(([, { json }]) => !json)
  return `# Events

A thread is one ordered stream of events. \`codex exec --json\` and \`codex agent ID "…" --json\` print them, one JSON object a line:

\`\`\`jsonl
{"type":"thread.started","thread_id":"0199…"}
{"type":"turn.started"}
{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"Done."}}
{"type":"turn.completed","usage":{"input_tokens":812,"cached_input_tokens":0,"cache_write_input_tokens":0,"output_tokens":5,"reasoning_output_tokens":0}}
\`\`\`

The vocabulary is that of \`codex exec --json\`; what is marked as ours comes on top, so a reader should pass over types that it does not know.

## Events

${rows(events)}

Inside the program, for the rollout and for live views, there are also:

${rows(hidden)}

## Items

Every item has an \`id\`: \`item_0\`, \`item_1\` and so on, in order of first appearance.

${rows(Object.entries(itemTable).map(([type, entry]) => [type, { ...entry, meaning: `${entry.meaning}${entry.ours ? ' Ours.' : ''}` }]))}
`
}

function rows(entries: readonly (readonly [string, { readonly meaning: string; readonly fields: object }])[]): string {
  const lines = entries.map(([type, { meaning, fields }]) => {
    const list = Object.entries(fields).map(([name, text]) => `\`${name}\`: ${text}`)
    return `| \`${type}\` | ${meaning} | ${list.join('<br>')} |`
  })
  return ['| type | meaning | fields |', '| --- | --- | --- |', ...lines].join('\n')
}
