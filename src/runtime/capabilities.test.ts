import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calledByStep } from '../plugin-api/called-by-step.ts'
import { createCapabilities } from './capabilities.ts'

const call = (name: string, given: string) => ({ type: 'function_call', call_id: 'c', name, arguments: given }) as const
const asked = calledByStep({ tool: '', capability: 'code_search' })
const named = (more: object = {}) => ({
  capability: 'code_search',
  group: 'index',
  tool: 'find',
  id: 'mcp__index__find',
  ...more,
})

test('the first usable tool of a source comes before the built-in one, whatever stands around it', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 5 }), fc.boolean(), (usable, hasBuiltIn) => {
      const tools = usable.map((_, index) => named({ id: `mcp__index__${index}` }))
      const { meant } = createCapabilities({
        tools: hasBuiltIn ? [{ id: 'search', capability: 'code_search' }] : [],
        named: () => tools,
        isUsable: (id) => usable[Number(id.at(-1))] === true,
      })
      const first = usable.indexOf(true)
      const found = meant(call(asked, '{}'))
      const builtIn = hasBuiltIn ? 'search' : asked
      expect(found.call.name).toBe(first < 0 ? builtIn : `mcp__index__${first}`)
      expect(found.notice === undefined).toBe(first >= 0 || (usable.length === 0 && hasBuiltIn))
    }),
  )
})

test('arguments go under the names that the tool has for them; what cannot be read stays for the check of the tool', () => {
  const { meant } = createCapabilities({
    tools: [],
    named: () => [named({ arguments: { pattern: 'query' } })],
    isUsable: () => true,
  })
  const sent = (given: string) => {
    const { call: found } = meant(call(asked, given))
    return found.type === 'function_call' ? found.arguments : ''
  }
  expect(sent('{"pattern":"x","max_results":5}')).toBe('{"query":"x"}')
  expect(sent('{"max_results":5}')).toBe('{}')
  for (const broken of ['{"pattern":', '[1]', 'null']) expect(sent(broken)).toBe(broken)
})

test('a capability without a word of its own is the id of a tool, and a call of a tool stays as it is', () => {
  const { meant } = createCapabilities({ tools: [{ id: 'code_scan' }], named: () => [], isUsable: () => false })
  const scan = call(calledByStep({ tool: '', capability: 'code_scan' }), '{"paths":[]}')
  expect(meant(scan)).toEqual({ call: { ...scan, name: 'code_scan' } })
  const plain = call('code_scan', '{}')
  expect(meant(plain)).toEqual({ call: plain })
})
