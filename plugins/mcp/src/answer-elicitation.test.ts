import type { QuestionAnswer, QuestionRequest } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { answerElicitation } from './answer-elicitation.ts'

const signal = new AbortController().signal
type Params = Parameters<typeof answerElicitation>[1]

const params: Params = {
  mode: 'form',
  message: 'What would you like?',
  requestedSchema: {
    type: 'object',
    properties: {
      colour: { type: 'string', title: 'Colour', enum: ['r', 'b'], enumNames: ['red', 'blue'] },
      count: { type: 'integer', description: 'How many' },
      wrapped: { type: 'boolean' },
      extras: { type: 'array', items: { type: 'string', enum: ['bow', 'card'] } },
      name: { type: 'string' },
    },
    required: ['colour', 'count'],
  },
}

async function asked(answer: QuestionAnswer) {
  const requests: QuestionRequest[] = []
  const ask = async (request: QuestionRequest) => {
    requests.push(request)
    return answer
  }
  const result = await answerElicitation('shop', params, { ask, redact: (text) => text }, signal)
  return { result, request: requests[0] }
}

test('a form becomes questions, and answers become values of its types', async () => {
  const answers = { colour: ['blue'], count: ['3'], wrapped: ['yes'], extras: ['bow', 'card'], name: [] }
  const { result, request } = await asked({ type: 'answered', answers })
  expect(request).toMatchObject({
    asker: 'MCP server shop',
    message: 'What would you like?',
    questions: [
      { id: 'colour', header: 'Colour', options: [{ label: 'red' }, { label: 'blue' }], allowsOther: false },
      { id: 'count', question: 'count: How many' },
      { id: 'wrapped', options: [{ label: 'yes' }, { label: 'no' }] },
      { id: 'extras', isMultiple: true },
      { id: 'name' },
    ],
  })
  expect(result).toEqual({
    action: 'accept',
    content: { colour: 'b', count: 3, wrapped: true, extras: ['bow', 'card'] },
  })
})

test.each([
  [{ type: 'declined' }, 'decline'],
  [{ type: 'nobody' }, 'decline'],
  [{ type: 'answered', answers: { colour: ['red'], count: ['many'] } }, 'cancel'],
  [{ type: 'answered', answers: {} }, 'cancel'],
] as const)('%j is %s, with nothing sent', async (answer, action) => {
  expect((await asked(answer)).result).toEqual({ action })
})
