import { expect, test } from 'vitest'
import { agentSchema } from '../plugin-api/index.ts'
import { chooseEngine } from './choose-engine.ts'

const agent = { id: 'a', name: 'a', description: 'd' }
const playbook = { steps: [{ id: 's', tool: 't' }], report: 'r' }
const withPlaybook = agentSchema.parse({ agent, playbook })
const without = agentSchema.parse({ agent })
const usable = { provider: 'p', model: 'm' }
const unusable = { ...usable, problem: 'no key' }

test('a usable model runs, with the findings of the playbook first where there is one', () => {
  expect(chooseEngine(withPlaybook, undefined, usable)).toEqual({ kind: 'model', model: usable, playbookFirst: true })
  expect(chooseEngine(without, undefined, usable)).toEqual({ kind: 'model', model: usable, playbookFirst: false })
  expect(chooseEngine(undefined, undefined, usable)).toMatchObject({ kind: 'model', playbookFirst: false })
})

test('without a usable model the playbook runs and says why', () => {
  expect(chooseEngine(withPlaybook, undefined, unusable)).toEqual({ kind: 'playbook', reason: 'no key' })
})

test('what was asked for comes first: a playbook in spite of a model, a model in spite of its problem', () => {
  expect(chooseEngine(withPlaybook, 'playbook', usable)).toEqual({ kind: 'playbook', reason: '--playbook' })
  expect(chooseEngine(withPlaybook, 'model', unusable)).toMatchObject({ kind: 'model', model: unusable })
})

test.each([
  ['a playbook that the agent does not have', without, 'playbook', usable, 'Agent a has no playbook'],
  ['a playbook of no agent', undefined, 'playbook', usable, 'The default agent has no playbook'],
  ['neither a model nor a playbook', without, undefined, unusable, 'No model can be used: no key'],
] as const)('%s is an error that names the ways on', (_, given, asked, model, message) => {
  expect(() => chooseEngine(given, asked, model)).toThrow(
    expect.objectContaining({
      code: 'provider.unconfigured',
      message,
      hint: expect.stringContaining('codex agents list'),
    }),
  )
})
