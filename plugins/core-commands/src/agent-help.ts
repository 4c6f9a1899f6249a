import type { AgentDefinition, Definition, HandlerResult } from 'codex-kernel/plugin-api'
import { originText } from './origin-text.ts'

/** What `/help` says of one agent: how to call it, when it takes a prompt, what it may do. */
export function agentHelp({ id, value, origin, shadows }: Definition<AgentDefinition>): HandlerResult {
  const { agent, activation } = value
  const usage = `codex agent ${id} "what to do" [PATHS]`
  const facts = [
    agent.aliases.length > 0 && `also called: ${agent.aliases.join(', ')}`,
    activation && activation.keywords.length > 0 && `takes prompts with: ${activation.keywords.join(', ')}`,
    activation && activation.file_patterns.length > 0 && `looks after: ${activation.file_patterns.join(', ')}`,
    value.playbook ? 'works without a model: its file has a playbook' : 'needs a model',
    `from: ${originText(origin)} ${origin.file}`,
    shadows.length > 0 && `hides: ${shadows.map((hidden) => hidden.file).join(', ')}`,
    `all of it: codex agents show ${id}`,
  ]
  const text = [usage, `${agent.name}. ${agent.description}`, facts.filter(Boolean).join('\n')].join('\n\n')
  return {
    type: 'output',
    text,
    data: { ...agent, id, usage, playbook: value.playbook !== undefined, origin, shadows },
  }
}
