import type { SpanWork, Usage } from 'codex-kernel/plugin-api'
import type { AttributeValue, FinishedSpan } from './finished-span.ts'

type Attributes = Readonly<Record<string, AttributeValue | undefined>>

/** Well-known values of `gen_ai.provider.name` (semantic conventions for generative AI), by the id of our provider. */
const providerNames: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  bedrock: 'aws.bedrock',
  azure: 'azure.ai.openai',
}

/** Name and attributes of a piece of work, after the semantic conventions for generative AI; what they have no name for begins with `codex.` */
export function workOf(work: SpanWork): Pick<FinishedSpan, 'name' | 'kind' | 'attributes'> {
  switch (work.kind) {
    case 'request':
      return {
        name: `chat ${work.model}`,
        kind: 'client',
        attributes: {
          'gen_ai.operation.name': 'chat',
          ...requestAttributes(work.provider, work.model),
          ...(work.usage && usageAttributes(work.usage)),
          'codex.time_to_first_output_ms': work.first_output_ms,
          'codex.retries': work.retries,
          'codex.compaction': work.compaction,
        },
      }
    case 'tool_call':
      return {
        name: `execute_tool ${work.tool}`,
        kind: 'internal',
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': work.tool,
          'gen_ai.tool.call.id': work.call_id,
          'gen_ai.tool.type': 'function',
        },
      }
    case 'approval':
      return {
        name: `approval ${work.action}`,
        kind: 'internal',
        attributes: { 'codex.approval.action': work.action, 'codex.approval.answer': work.answer },
      }
    case 'compaction':
      return { name: 'compaction', kind: 'internal', attributes: { 'codex.replaced_items': work.replaced_items } }
  }
}

/** Who was asked for what. */
export function requestAttributes(provider: string, model: string): Attributes {
  return { 'gen_ai.provider.name': providerNames[provider] ?? provider, 'gen_ai.request.model': model }
}

/** What it took. */
export function usageAttributes(usage: Usage): Attributes {
  return {
    'gen_ai.usage.input_tokens': usage.input_tokens,
    'gen_ai.usage.output_tokens': usage.output_tokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cached_input_tokens,
    'gen_ai.usage.cache_creation.input_tokens': usage.cache_write_input_tokens,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoning_output_tokens,
  }
}
