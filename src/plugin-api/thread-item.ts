import { z } from 'zod'
import { actionSchema } from './action.ts'
import { teamMessageKinds } from './agent-team.ts'
import { findingSchema } from './finding.ts'
import type { Immutable } from './immutable.ts'
import { taskStates } from './task-states.ts'

const id = z.string().describe('`item_0`, `item_1` and so on, in order of first appearance in the process.')
const status = z.enum(['in_progress', 'completed', 'failed']).describe('How it is.')
const modelName = z.strictObject({
  provider: z.string().describe('Id of the provider.'),
  model: z.string().describe('As the provider names it.'),
})
/** A model and who has it. */
export type ModelName = Immutable<z.infer<typeof modelName>>

const message = z.string().describe('For people.')

const agentState = z.enum(['pending_init', 'running', 'completed', 'errored', 'interrupted', 'shutdown'])
const agentNow = z.strictObject({
  status: agentState.describe('What it is about, or how its last turn went.'),
  message: z.string().nullable().describe('Its last words, or why it failed; null where there are none.'),
})

/** How a review stands: it says yes or no, took too long, or ended before it said anything. */
export const reviewStatus = z
  .enum(['in_progress', 'approved', 'denied', 'timed_out', 'aborted'])
  .describe('`aborted`: a person answered first, or the turn was stopped.')
/** How a review stands: it says yes or no, took too long, or ended before it said anything. */
export type ReviewStatus = z.infer<typeof reviewStatus>

const approvalDecision = z.enum(['once', 'turn', 'session', 'always', 'deny'])

const approvalForm = z
  .enum(['exact', 'prefix', 'family'])
  .describe('`exact`: this action alone; `prefix`: what begins as it does; `family`: all of its kind.')

const approvalProposal = z
  .strictObject({
    form: approvalForm,
    decisions: z.array(approvalDecision.exclude(['once', 'deny'])).describe('The answers that may be said of it.'),
    rules: z
      .array(
        z.strictObject({
          command: z.string().exactOptional().describe('Id of the command that it is for. Absent: the action.'),
          rule: z.string().describe('As it would be written down.'),
          matches: z.array(z.string()).describe('What it would allow, this action first; `…`: any further words.'),
        }),
      )
      .describe('One for each command that is asked about, or one for the action.'),
  })
  .describe('A rule, or several, that would save the question the next time.')

/** What a question and its review are about. */
const question = {
  request_id: z.string().describe('Id of the question.'),
  thread_id: z.string().describe('The thread that wants to act.'),
  agent_path: z
    .array(z.string())
    .describe('Ids of the agents from the one that a person started to the one that wants to act.'),
  action: actionSchema,
} as const

/**
 * One item of a thread; its `type` says which. The first ones are those of Codex, field for field; what is ours comes
 * behind them (docs/reference/events.md).
 */
export const threadItemSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      id,
      type: z.literal('agent_message'),
      text: z.string().describe('Markdown; with `--output-schema` JSON.'),
    })
    .describe('What the model, or the report of a playbook, says.'),
  z
    .strictObject({ id, type: z.literal('reasoning'), text: z.string().describe('Markdown.') })
    .describe('A summary of what the model thought.'),
  z
    .strictObject({
      id,
      type: z.literal('command_execution'),
      command: z.string().describe('The command line, quoted for a shell.'),
      aggregated_output: z.string().describe('stdout and stderr in order of arrival.'),
      exit_code: z.int().nullable().describe('null while it runs, and where it was interrupted.'),
      status,
    })
    .describe('A command that ran.'),
  z
    .strictObject({
      id,
      type: z.literal('file_change'),
      changes: z
        .array(
          z.strictObject({
            path: z.string().describe('Absolute.'),
            kind: z.enum(['add', 'delete', 'update']).describe('A move is `update` at the old path.'),
          }),
        )
        .describe('Sorted by path.'),
      status,
    })
    .describe('A change of files, all or none.'),
  z
    .strictObject({
      id,
      type: z.literal('mcp_tool_call'),
      server: z.string().describe('Name of the server.'),
      tool: z.string().describe('Name of the tool.'),
      arguments: z.unknown().describe('As sent.'),
      result: z
        .strictObject({
          content: z.array(z.unknown()).describe('Blocks of content, as received.'),
          structured_content: z.unknown().describe('As received, or null.'),
          _meta: z.unknown().exactOptional().describe('As received.'),
        })
        .nullable()
        .describe('null until it is there.'),
      error: z.strictObject({ message }).nullable().describe('Why the call failed, or null.'),
      status,
    })
    .describe('A call of an MCP tool.'),
  z
    .strictObject({
      id,
      type: z.literal('todo_list'),
      items: z
        .array(
          z.strictObject({
            text: z.string().describe('What is to be done.'),
            completed: z.boolean().describe('Whether it is.'),
          }),
        )
        .describe('In order.'),
    })
    .describe('The steps of the task.'),
  z
    .strictObject({
      id,
      type: z.literal('web_search'),
      query: z.string().describe('What was searched for, or the page that was opened.'),
      action: z
        .looseObject({ type: z.string().describe('`search`, `open_page` or another word of the provider.') })
        .exactOptional()
        .describe('As the provider says it.'),
    })
    .describe('A search that the provider made.'),
  z
    .strictObject({
      id,
      type: z.literal('collab_tool_call'),
      tool: z.enum(['spawn_agent', 'send_input', 'wait', 'close_agent']).describe('What was done with other agents.'),
      sender_thread_id: z.string().describe('The thread that calls.'),
      receiver_thread_ids: z.array(z.string()).describe('The threads of the agents that it is about.'),
      prompt: z.string().nullable().describe('What an agent was told; null where it was told nothing.'),
      agents_states: z
        .record(z.string(), agentNow)
        .describe('What they are about since then, by the ids of their threads.'),
      status,
    })
    .describe('A call that begins agents beside the thread, or has to do with them.'),
  z.strictObject({ id, type: z.literal('error'), message }).describe('A warning; the turn goes on.'),
  z
    .strictObject({
      id,
      type: z.literal('tool_call'),
      tool: z.string().describe('Id of the tool.'),
      arguments: z.unknown().describe('As the model sent them.'),
      summary: z.string().describe('One line for people, such as `14 files`.'),
      status,
    })
    .describe('A call of a tool that has no item of its own. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('denial'),
      action: actionSchema,
      reason: message,
      layer: z.string().describe('Who refused: a profile, a policy, an agent, the floor.'),
      rule: z.string().describe('The text that decided.'),
      file: z.string().exactOptional().describe('File of the rule, where there is one.'),
      line: z.int().exactOptional().describe('Its line.'),
      justification: z.string().exactOptional().describe('What the author of the rule says of it.'),
      hint: z.string().exactOptional().describe('What can be done.'),
      agent_path: z
        .array(z.string())
        .exactOptional()
        .describe(
          'Ids of the agents from the one that a person started to the one that was refused. Absent: this thread.',
        ),
    })
    .describe('The gate refused an action, also of an agent that this one handed work to. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('approval'),
      ...question,
      reason: message,
      layer: z.string().describe('Who wants it asked: a profile, a policy, a tool.'),
      rule: z.string().describe('The text that decided that it is asked.'),
      file: z.string().exactOptional().describe('File of the rule, where there is one.'),
      line: z.int().exactOptional().describe('Its line.'),
      commands: z
        .array(
          z.strictObject({
            id: z.string().describe('That of the question, a dot, its place in the script from 1.'),
            words: z.array(z.string()).describe('As far as they are known before it runs; `…` stands for the rest.'),
            asked: z.boolean().describe('Whether it is one that has to be asked about.'),
            reason: z.string().describe('Why it is asked about, or why it is not.'),
            rule: z.string().exactOptional().describe('The text that decided about it.'),
            file: z.string().exactOptional().describe('File of that rule, where there is one.'),
            line: z.int().exactOptional().describe('Its line.'),
          }),
        )
        .exactOptional()
        .describe('Of a script: the commands that it may run.'),
      decisions: z.array(approvalDecision).describe('The answers that are possible.'),
      proposals: z
        .array(approvalProposal)
        .exactOptional()
        .describe('What a longer yes may cover besides the action, the narrowest first. Absent: nothing.'),
      status: z.enum(['requested', 'resolved']).describe('`requested` until somebody has answered, or nobody will.'),
      decision: approvalDecision.exactOptional().describe('The answer. Absent: there is none, which denies.'),
      proposal: approvalForm.exactOptional().describe('Which proposal it was said of. Absent: the action alone.'),
      by: z.enum(['person', 'agent', 'hook']).exactOptional().describe('Who gave it.'),
      review_id: z.string().exactOptional().describe('Id of the review, where the reviewing agent gave it.'),
    })
    .describe('A question about an action, also of an agent that this one handed work to, and its answer. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('review'),
      review_id: z.string().describe('Its own; the audit log names it too.'),
      ...question,
      status: reviewStatus,
      risk: z.int().min(0).max(100).exactOptional().describe('From 0 to 100, as the reviewing agent judges it.'),
      risk_line: z.int().describe('The risk up to which a yes counts.'),
      reason: z.string().exactOptional().describe('Why. Absent while it is in progress.'),
    })
    .describe('The reviewing agent judges an action in place of a person. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('finding'),
      finding: findingSchema.describe('The flaw, and where it is.'),
      authors: z
        .array(z.string())
        .exactOptional()
        .describe('Ids of the agents that found it. Absent: that of the thread.'),
    })
    .describe('One finding. One that agents publish comes again as `item.updated`, with one more author. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('agent_activity'),
      kind: z
        .enum(['started', 'interacted', 'interrupted'])
        .describe('It was begun; something was said to it; its turn was ended.'),
      path: z.string().describe('Where it stands among the agents of the run, such as `/root/worker`.'),
      thread_id: z.string().describe('The thread that it works in.'),
      agent: z.string().describe('Id of the agent.'),
      state: agentState.describe('What it is about since then.'),
    })
    .describe('Something was done with an agent that runs beside this one. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('team_message'),
      message_id: z.string().describe('Its id in the run, such as `m3`.'),
      kind: z.enum(teamMessageKinds).describe('What it is.'),
      author: z.string().describe('Who says it, by its place among the agents of the run, such as `/root/worker`.'),
      recipients: z.array(z.string()).describe('Who reads it, by path.'),
      text: z.string().describe('What is said.'),
      in_reply_to: z.string().exactOptional().describe('Of an answer: id of the question.'),
    })
    .describe('What one agent of the run said to others. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('activation'),
      agent: z.string().describe('Id of the agent.'),
      score: z.number().exactOptional().describe('0 to 1; absent for an agent that was named.'),
      reasons: z.array(z.string()).describe('For people.'),
      suggestions: z
        .array(
          z.strictObject({ agent: z.string().describe('Id of the agent.'), score: z.number().describe('0 to 1.') }),
        )
        .describe('Agents below the threshold.'),
    })
    .describe('Which agent took the turn, and why. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('context_compaction'),
      replaced_items: z.int().describe('How many items of the history the summary stands for.'),
      summary: z.string().describe('What the model is told in their place.'),
      focus: z.string().exactOptional().describe('What the person who asked for it said that matters.'),
      tokens_before: z.int().exactOptional().describe('Size of the history before, an estimate.'),
      tokens_after: z.int().exactOptional().describe('Its size from here on, an estimate.'),
    })
    .describe(
      'The older part of the history gave way to a summary: it nearly filled the window of the model, or a person asked for it. Ours.',
    ),
  z
    .strictObject({
      id,
      type: z.literal('model_switch'),
      from: modelName.describe('Who gave up.'),
      to: modelName.describe('Who goes on.'),
      reason: z.string().describe('What the first one said.'),
    })
    .describe('A provider gave up, and the next model of `fallback` goes on. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('budget_warning'),
      scope: z.string().describe('What the budget is for: `run`, `agent ID` or `day`.'),
      measure: z.enum(['tokens', 'cost']).describe('What is counted.'),
      used: z.number().describe('Tokens, or US dollars.'),
      limit: z.number().describe('What may be used.'),
    })
    .describe('Four fifths of a budget are used. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('user_message'),
      text: z.string().describe('As it was typed.'),
      way: z
        .enum(['steer', 'queue', 'command'])
        .describe(
          '`steer`: added to the turn while it ran; `queue`: kept until then, the prompt of this turn; `command`: what the program carries out itself, such as `/compact`: no part of the history.',
        ),
    })
    .describe('A message that a person wrote while a turn ran, as it is sent, or a command to the program. Ours.'),
  z
    .strictObject({
      id,
      type: z.literal('task'),
      task_id: z.string().describe('Its id in the plan.'),
      title: z.string().describe('Its title.'),
      agent: z.string().nullable().describe('Id of the agent that has it; null while nobody has.'),
      state: z.enum(taskStates).describe('How it stands.'),
      attempt: z.int().nonnegative().describe('From 1; 0 before it was begun.'),
      thread_id: z.string().exactOptional().describe('Thread of the attempt.'),
      reason: z.string().exactOptional().describe('Why it is where it is.'),
    })
    .describe('A task of a run with several agents. Ours.'),
  z.strictObject({ id, type: z.literal('notice'), message }).describe('A fact about the run that is no fault. Ours.'),
])
/** An item with its id. */
export type ThreadItem = Immutable<z.infer<typeof threadItemSchema>>

/** What an item is, without its id. */
export type ThreadItemBody = WithoutId<ThreadItem>

type WithoutId<Item> = Item extends unknown ? Omit<Item, 'id'> : never
