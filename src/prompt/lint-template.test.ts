import { expect, test } from 'vitest'
import { type CommandDefinition, commandMetadataSchema } from '../plugin-api/command.ts'
import { lintTemplate } from './lint-template.ts'

const command = (template: string): CommandDefinition => ({
  ...commandMetadataSchema.parse({ args: [{ name: 'path' }] }),
  name: 'look',
  template,
  templateLine: 4,
})

test('a template that uses its arguments and the context is right', () => {
  expect(lintTemplate(command('{{path}} {{args.path}} {{context.git_diff}} {{vars.any}}'), 'look.md')).toEqual([])
})

test.each([
  { template: 'Look at\n{{pth}}', line: 5, column: 3, says: 'pth' },
  { template: '{{#if path}}no end', line: 4, column: 1, says: 'if' },
])('$template is told with its place', ({ template, line, column, says }) => {
  const [problem] = lintTemplate(command(template), 'look.md')
  expect(problem).toMatchObject({ severity: 'error', code: 'command.template', file: 'look.md', line, column })
  expect(problem?.message).toContain(says)
})
