import { expect, test } from 'vitest'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { brokenDefinition } from './broken-definition.ts'

const diagnostic: Diagnostic = {
  severity: 'error',
  code: 'agent.schema',
  message: 'Invalid option',
  file: '/home/agents/rust.toml',
  line: 3,
  column: 1,
  field: 'agent.id',
  expected: 'a string',
}

test.each(['rust', 'project:rust'])('%s is the file of that name, with its place', (id) => {
  const error = brokenDefinition(id, [diagnostic])
  expect(error).toMatchObject({
    code: 'definition.invalid',
    exitCode: 1,
    location: { file: '/home/agents/rust.toml', line: 3, column: 1, field: 'agent.id' },
  })
  expect(error?.message).toContain('expected a string')
})

test('another name, or a file that did load with a warning, is not broken', () => {
  expect(brokenDefinition('rusty', [diagnostic])).toBeUndefined()
  expect(brokenDefinition('rust', [{ ...diagnostic, severity: 'warning' }])).toBeUndefined()
})
