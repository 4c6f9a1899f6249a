import type { HistoryItem } from 'codex-kernel/plugin-api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { modelRequest } from '../../../test/support/provider-context.ts'
import { responsesBody } from './responses-body.ts'

test('the parts of a message are sent back as they came, annotations and other fields included', () => {
  const name = fc.stringMatching(/^[a-z_]{1,12}$/).filter((each) => !['type', 'text', 'internal_'].includes(each))
  const part = fc
    .tuple(fc.dictionary(name, fc.jsonValue()), fc.constantFrom('input_text', 'output_text'), fc.string())
    .map(([more, type, text]) => ({ ...more, type, text }))
  const messages = fc.array(part, { minLength: 1, maxLength: 4 }).map(
    (content) => ({ type: 'message', role: 'assistant', content }) as HistoryItem, // made up here in the shape of one
  )
  fc.assert(
    fc.property(fc.array(messages, { maxLength: 4 }), (input) => {
      expect(responsesBody(modelRequest({ input })).input).toEqual(input)
    }),
  )
})
