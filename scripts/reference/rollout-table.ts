/** Lines of a rollout, by `type` and, for `event_msg`, the payload's type. A test holds them equal to what is written. */
export const rolloutTable: Readonly<Record<string, { readonly meaning: string; readonly fields: readonly string[] }>> =
  {
    session_meta: {
      meaning: 'First line: whose thread it is, and where it began.',
      fields: [
        'id',
        'session_id',
        'timestamp',
        'cwd',
        'originator',
        'cli_version',
        'source',
        'model_provider',
        'agent',
        'thread_source',
        'forked_from_id',
        'multi_agent_version',
      ],
    },
    'event_msg task_started': { meaning: 'A turn begins.', fields: ['type', 'turn_id'] },
    turn_context: {
      meaning: 'The settings of the turn.',
      fields: [
        'turn_id',
        'cwd',
        'model',
        'model_provider',
        'approval_policy',
        'security_profile',
        'agent',
        'trace_id',
        'span_id',
        'parent_span_id',
        'trace_sampled',
      ],
    },
    response_item: {
      meaning: 'An item of the history: a message, reasoning, a tool call or its output. Resuming reads these.',
      fields: ['type', 'and those of the item, as the Responses API has them'],
    },
    compacted: {
      meaning: 'The history did not fit: from here on it is `replacement_history`, with the summary `message` in it.',
      fields: ['message', 'replacement_history'],
    },
    'event_msg item_completed': {
      meaning: 'An item as people saw it; its type in PascalCase, such as `CommandExecution`.',
      fields: ['type', 'turn_id', 'item'],
    },
    'event_msg call_failed': {
      meaning: 'A call that did nothing: there is no such tool, its arguments do not fit, its patch does not apply.',
      fields: ['type', 'turn_id', 'tool', 'message'],
    },
    'event_msg error': { meaning: 'Something went wrong.', fields: ['type', 'message'] },
    'event_msg token_count': {
      meaning:
        'A request to a model is over: tokens of the thread so far in `total_token_usage`, its own in `last_token_usage`.',
      fields: ['type', 'info'],
    },
    'event_msg grant': {
      meaning:
        'A person granted something for the session: `grant` is an action, or what commands begin with. A thread that goes on has it again, as far as what holds then lets it; a fork does not.',
      fields: ['type', 'turn_id', 'grant'],
    },
    'event_msg span': {
      meaning:
        'A piece of work is over: when it `started`, how long it took, and what it was (`work`): a request, a tool call, a question to the person, a compaction. `error` where it did not do what was asked.',
      fields: ['type', 'turn_id', 'span_id', 'parent_span_id', 'started', 'duration_ms', 'work', 'error'],
    },
    'event_msg task_complete': {
      meaning:
        'The turn is over; with `error` where it failed. `started_at` and `completed_at` are seconds since 1970.',
      fields: ['type', 'turn_id', 'last_agent_message', 'error', 'started_at', 'completed_at', 'duration_ms'],
    },
    'event_msg turn_aborted': {
      meaning: 'The turn was stopped.',
      fields: ['type', 'turn_id', 'reason', 'started_at', 'completed_at', 'duration_ms'],
    },
  }
