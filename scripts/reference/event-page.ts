import type { ThreadEvent } from '../../src/plugin-api/index.ts'
import { fieldsOf, type JsonSchema } from './schema-page.ts'

/** What a thread says and `--json` does not print. */
export const hiddenEvents = {
  'turn.context': 'The settings of the turn: `context`, as in [rollout.md](rollout.md).',
  'item.delta': 'Text of an item that is still coming, for live views: `item_id`, and `delta` to append.',
  'call.failed': 'A call did nothing and no item stands for it, for live views: `tool`, and why, `message`.',
  'history.compacted':
    'The older part of the history gave way to a summary: `message`, and `history`, which is all that the model is sent from here on.',
  usage:
    'A request to a model is over: `total`, the tokens of the whole thread so far, and `last`, those of this request.',
  grant: 'A person granted something for the session: `grant`, as in [rollout.md](rollout.md).',
  span: 'A request, a tool call, a question to the person or a compaction is over: `span`, as in [rollout.md](rollout.md).',
  response_item: 'What went into the history of the model: `item`, as the Responses API has it.',
} as const satisfies Partial<Record<ThreadEvent['type'], string>>

/** Events and items, from the JSON Schema of a line of `--json`. */
export function eventPage(schema: JsonSchema): string {
  const events = schema.oneOf ?? []
  const items = events.flatMap(({ properties }) => properties?.item?.oneOf ?? [])
  return `# Events

A thread is one ordered stream of events. \`codex exec --json\` and \`codex agent ID "…" --json\` print them, one JSON object a line:

\`\`\`jsonl
{"type":"thread.started","thread_id":"0199…"}
{"type":"turn.started"}
{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"Done."}}
{"type":"turn.completed","usage":{"input_tokens":812,"cached_input_tokens":0,"cache_write_input_tokens":0,"output_tokens":5,"reasoning_output_tokens":0}}
\`\`\`

The vocabulary is that of \`codex exec --json\`; what is marked as ours comes on top, so a reader should pass over types that it does not know.
Schema: [events.schema.json](events.schema.json). [Use it from scripts](../use-from-scripts.md) has examples.

## Events

${rows(events)}

Inside the program, for the rollout and for live views, there are also:

${Object.entries(hiddenEvents)
  .map(([type, meaning]) => `- \`${type}\`: ${meaning}`)
  .join('\n')}

There \`thread.started\` of a new thread has its \`meta\`, \`turn.started\` its \`turn_id\`, and \`turn.completed\` the \`last_agent_message\`.

## Items

Every item has an \`id\`: \`item_0\`, \`item_1\` and so on, in order of first appearance.

${rows(items)}
`
}

function rows(members: readonly JsonSchema[]): string {
  const lines = members.map((member) => {
    const { type, ...fields } = member.properties ?? {}
    const types = [...(type?.const === undefined ? [] : [type.const]), ...(type?.enum ?? [])]
    const named = fieldsOf({ ...member, properties: fields }).filter(({ path }) => path !== 'id' && !isDeep(path))
    const list = named.map((field) => `\`${field.path}\` (${field.type}${mayMiss(field.fallback)}): ${field.meaning}`)
    const cells = [types.map((each) => `\`${String(each)}\``).join(', '), member.description ?? '', list.join('<br>')]
    return `| ${cells.join(' | ')} |`
  })
  return ['| type | meaning | fields |', '| --- | --- | --- |', ...lines].join('\n')
}

/** The schema has these; a table of them would not be read. */
function isDeep(path: string): boolean {
  return path.includes('(') || /^finding\..*[.[]/.test(path)
}

function mayMiss(fallback: string): string {
  return fallback === '' ? ', may be absent' : ''
}
