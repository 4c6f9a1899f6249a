import { BrokenStream, historyItemSchema, type ModelEvent } from 'codex-kernel/plugin-api'

/** An item of a response as the history keeps it; one of a type that is not used is told. @throws BrokenStream for one that cannot be read */
export function checkItem(value: unknown): ModelEvent {
  const item = historyItemSchema.safeParse(value)
  if (item.success) return { type: 'item', item: item.data }
  const type = typeOf(value)
  if (historyItemSchema.options.some((option) => option.shape.type.safeParse(type).success)) {
    throw new BrokenStream(`the provider sent a ${type} item that cannot be read`, {
      code: 'provider.response',
      cause: item.error,
    })
  }
  return { type: 'notice', message: `The provider sent an item of type "${type}", which this program does not use.` }
}

function typeOf(value: unknown): string {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  return typeof type === 'string' && type !== '' ? type : 'unknown'
}
