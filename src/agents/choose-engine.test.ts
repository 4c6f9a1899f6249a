import { expect, test } from 'vitest'
import { agentSchema } from '../plugin-api/index.ts'
import { chooseEngine } from './choose-engine.ts'

const common = { agent: { id: 'a', name: 'A', description: 'd' }, prompt: { system: 's' } }
const plain = agentSchema.parse(common)
const rote = agentSchema.parse({ ...common, playbook: { report: 'r', steps: [{ id: 's', tool: 't' }] } })
const model = { provider: 'p', model: 'm' }
const broken = { ...model, problem: 'no API key is set' }

test.each([
  ['a usable model runs an agent', plain, undefined, model, { kind: 'model', model, playbookFirst: false }],
  [
    'a usable model is handed what the playbook found',
    rote,
    undefined,
    model,
    { kind: 'model', model, playbookFirst: true },
  ],
  ['no agent at all runs with a model', undefined, undefined, model, { kind: 'model', model, playbookFirst: false }],
  [
    'without a model the playbook runs, saying why',
    rote,
    undefined,
    broken,
    { kind: 'playbook', reason: 'no API key is set' },
  ],
  ['--playbook comes before a usable model', rote, 'playbook', model, { kind: 'playbook', reason: '--playbook' }],
  [
    'a model that was named is asked even where it cannot be',
    rote,
    'model',
    broken,
    { kind: 'model', model: broken, playbookFirst: true },
  ],
] as const)('%s', (_, agent, asked, choice, engine) => {
  expect(chooseEngine(agent, asked, choice)).toEqual(engine)
})

test.each([
  ['--playbook for an agent without one', plain, 'playbook', model, 'Agent a has no playbook'],
  ['--playbook without an agent', undefined, 'playbook', model, 'The default agent has no playbook'],
  ['neither model nor playbook', plain, undefined, broken, 'No model can be used: no API key is set'],
] as const)('%s is an error with a way on', (_, agent, asked, choice, message) => {
  const error = expect.objectContaining({
    code: 'provider.unconfigured',
    message,
    hint: expect.stringContaining('codex agents list'),
  })
  expect(() => chooseEngine(agent, asked, choice)).toThrow(error)
})
