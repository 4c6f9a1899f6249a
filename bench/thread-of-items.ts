const threadId = '01970000-0000-7000-8000-000000000001'

/** A kept thread with so many items of history, a fifth of each kind that a coding turn leaves: its id, and its file in CODEX_HOME. */
export function threadOfItems(count: number): {
  readonly id: string
  readonly files: Readonly<Record<string, string>>
} {
  const line = (type: string, payload: object, ordinal: number) =>
    `${JSON.stringify({ timestamp: '2026-01-02T03:04:05.000Z', ordinal, type, payload })}\n`
  const about = { originator: 'codex_exec', cli_version: '0', source: 'exec', model_provider: 'scripted' }
  const meta = { id: threadId, timestamp: '2026-01-02T03:04:05.000Z', cwd: '/', ...about }
  const items = Array.from({ length: count }, (_, index) => line('response_item', itemOf(index), index + 1))
  const text = line('session_meta', meta, 0) + items.join('')
  return { id: threadId, files: { [`sessions/2026/01/02/rollout-2026-01-02T03-04-05-${threadId}.jsonl`]: text } }
}

function itemOf(index: number): object {
  const call_id = `call_${Math.floor(index / 5)}`
  switch (index % 5) {
    case 0:
      return { type: 'message', role: 'user', content: [{ type: 'input_text', text: `Question ${index}` }] }
    case 1:
      return { type: 'reasoning', summary: [{ type: 'summary_text', text: 'A thought' }], encrypted_content: 'sealed' }
    case 2:
      return { type: 'function_call', name: 'exec_command', arguments: '{"cmd":"ls"}', call_id }
    case 3:
      return { type: 'function_call_output', call_id, output: 'a.txt\nb.txt\n' }
    default:
      return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `Answer ${index}` }] }
  }
}
