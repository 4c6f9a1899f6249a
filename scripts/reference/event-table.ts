import type { ThreadEvent, ThreadItemBody } from '../../src/plugin-api/index.ts'

/** The member of a union whose `type` may be this. */
type Member<Union extends { readonly type: string }, Type> = Union extends unknown
  ? Type extends Union['type']
    ? Union
    : never
  : never

/** Meaning of each field but `type`; the compiler finds one that is missing or gone. */
type Fields<Value> = { readonly [Name in Exclude<keyof Value, 'type'>]-?: string }

export const eventTable = {
  'thread.started': {
    meaning: 'First event.',
    json: true,
    fields: { thread_id: 'Id to resume by.', meta: 'Absent in `--json`: see [rollout.md](rollout.md).' },
  },
  'turn.started': { meaning: 'The turn begins.', json: true, fields: { turn_id: 'Absent in `--json`.' } },
  'turn.context': {
    meaning: 'The settings of the turn.',
    json: false,
    fields: { context: 'See [rollout.md](rollout.md).' },
  },
  'item.started': { meaning: 'An item begins.', json: true, fields: { item: 'See below.' } },
  'item.updated': { meaning: 'An item has changed.', json: true, fields: { item: 'The whole item, as it is now.' } },
  'item.completed': { meaning: 'An item is done.', json: true, fields: { item: 'The whole item.' } },
  'item.delta': {
    meaning: 'Text of an item that is still coming, for live views.',
    json: false,
    fields: { item_id: 'Id of the item.', delta: 'Text to append.' },
  },
  response_item: {
    meaning: 'What went into the history of the model.',
    json: false,
    fields: { item: 'An item of the Responses API.' },
  },
  'history.compacted': {
    meaning: 'The older part of the history gave way to a summary.',
    json: false,
    fields: { message: 'The summary.', history: 'All that the model is sent from here on.' },
  },
  usage: {
    meaning: 'A request to a model is over.',
    json: false,
    fields: { total: 'Tokens of the whole thread so far.', last: 'Tokens of this request.' },
  },
  error: {
    meaning: 'Something went wrong; the turn goes on unless `turn.failed` follows.',
    json: true,
    fields: { message: 'For people.' },
  },
  'turn.completed': {
    meaning: 'Last event of a turn that was carried out.',
    json: true,
    fields: {
      usage:
        'Tokens of the whole thread so far: `input_tokens`, `cached_input_tokens`, `cache_write_input_tokens`, `output_tokens`, `reasoning_output_tokens`.',
      last_agent_message: 'Absent in `--json`: it is the last `agent_message`.',
    },
  },
  'turn.failed': {
    meaning: 'Last event of a turn that was not.',
    json: true,
    fields: { error: '`message`, and where known `code` ([errors.md](errors.md)) and `hint`.' },
  },
  'turn.interrupted': {
    meaning: 'Last event of a turn that a person or a signal stopped. Ours.',
    json: true,
    fields: { reason: 'For people.' },
  },
} as const satisfies {
  [Type in ThreadEvent['type']]: { meaning: string; json: boolean; fields: Fields<Member<ThreadEvent, Type>> }
}

const status = '`in_progress`, `completed` or `failed`.'

export const itemTable = {
  agent_message: {
    meaning: 'What the model, or the report of a playbook, says.',
    ours: false,
    fields: { text: 'Markdown.' },
  },
  reasoning: { meaning: 'A summary of what the model thought.', ours: false, fields: { text: 'Markdown.' } },
  command_execution: {
    meaning: 'A command that ran.',
    ours: false,
    fields: {
      command: 'The command line, quoted for a shell.',
      aggregated_output: 'stdout and stderr in order of arrival.',
      exit_code: 'null while it runs.',
      status,
    },
  },
  file_change: {
    meaning: 'A change of files, all or none.',
    ours: false,
    fields: { changes: 'Each with `path` (absolute) and `kind`: `add`, `delete` or `update`.', status },
  },
  mcp_tool_call: {
    meaning: 'A call of an MCP tool. No part of this version emits it.',
    ours: false,
    fields: {
      server: 'Its name.',
      tool: 'Its name.',
      arguments: 'As sent.',
      result: 'As received, or null.',
      error: '`message`, or null.',
      status,
    },
  },
  todo_list: {
    meaning: 'The steps of the task.',
    ours: false,
    fields: { items: 'Each with `text` and `completed`.' },
  },
  web_search: {
    meaning: 'A search of the provider. No part of this version emits it.',
    ours: false,
    fields: { query: 'What was searched for.', action: 'As the provider says it.' },
  },
  error: { meaning: 'A warning; the turn goes on.', ours: false, fields: { message: 'For people.' } },
  tool_call: {
    meaning: 'A call of a tool that has no item of its own.',
    ours: true,
    fields: { tool: 'Id.', arguments: 'As the model sent them.', summary: 'One line for people.', status },
  },
  denial: {
    meaning: 'The gate refused an action.',
    ours: true,
    fields: {
      action: 'What was asked for: `kind` and what it is about.',
      reason: 'For people.',
      layer: 'Who refused: a profile, a policy, an agent, the floor.',
      rule: 'The text that decided.',
      file: 'File of the rule, where there is one.',
      line: 'Its line.',
      hint: 'What can be done.',
    },
  },
  finding: {
    meaning: 'One finding.',
    ours: true,
    fields: {
      finding:
        '`rule`, `severity`, `confidence`, `message`, `cwe`, `owasp`, `file`, `range`, `flow`, `references`, `fingerprint`, and where known `why`, `snippet`, `fix`.',
    },
  },
  activation: {
    meaning: 'Which agent took the turn, and why.',
    ours: true,
    fields: {
      agent: 'Id.',
      score: '0 to 1; absent for an agent that was named.',
      reasons: 'For people.',
      suggestions: 'Agents below the threshold, each with `agent` and `score`.',
    },
  },
  context_compaction: {
    meaning: 'The history did not fit the window of the model, so its older part gave way to a summary.',
    ours: true,
    fields: {
      replaced_items: 'How many items the summary stands for.',
      summary: 'What the model is told in their place.',
    },
  },
  model_switch: {
    meaning: 'A provider gave up, and the next model of `fallback` goes on.',
    ours: true,
    fields: { from: '`provider` and `model`.', to: '`provider` and `model`.', reason: 'What the first one said.' },
  },
  budget_warning: {
    meaning: 'Four fifths of a budget are used.',
    ours: true,
    fields: {
      scope: '`run`, `agent ID` or `day`.',
      measure: '`tokens` or `cost`.',
      used: 'Tokens, or US dollars.',
      limit: 'What may be used.',
    },
  },
  notice: { meaning: 'A fact about the run that is no fault.', ours: true, fields: { message: 'For people.' } },
} as const satisfies {
  [Type in ThreadItemBody['type']]: { meaning: string; ours: boolean; fields: Fields<Member<ThreadItemBody, Type>> }
}
