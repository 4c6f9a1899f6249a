import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { readTextFile } from '../src/config/read-text.ts'
import { agentKind } from '../src/definitions/parse-agent.ts'
import { commandKind } from '../src/definitions/parse-command.ts'
import { templateFunctions } from '../src/definitions/reserved-template-names.ts'
import { checkFirstPartyPlugins } from '../src/kernel/discover-plugins.ts'
import { type DefinitionKind, severities } from '../src/plugin-api/index.ts'
import { compileTemplate } from '../src/prompt/compile-template.ts'
import type { TemplateNames } from '../src/prompt/template/check-names.ts'
import { templateNames } from '../src/prompt/template-names.ts'

const commandFiles = globSync(['builtin-commands/*.md', 'docs/examples/commands/*.md'])
const agentFiles = globSync('builtin-agents/*.toml')

/** The one definition of a file. */
async function definitionIn<T>(kind: DefinitionKind<T>, file: string): Promise<T> {
  const [first, ...more] = kind.parse({ file, text: await readTextFile(file) })
  if (first?.id === undefined || more.length > 0) throw new Error(`${file} does not hold one definition that loads`)
  return first.value
}

test('there are templates to look at', () => {
  expect(commandFiles.length).toBeGreaterThanOrEqual(22)
  expect(agentFiles.length).toBeGreaterThanOrEqual(6)
})

test.each(commandFiles)('%s uses only names that its template has', async (file) => {
  const command = await definitionIn(commandKind, file)
  const options = { names: templateNames(command), functions: templateFunctions }
  compileTemplate(command.template, file, command.templateLine, options)
})

test.each(agentFiles)('the playbook in %s uses only names that it has when they are used', async (file) => {
  const { steps = [], report } = (await definitionIn(agentKind, file)).playbook ?? {}
  for (const [index, step] of steps.entries()) {
    const names = playbookNames(steps.slice(0, index).map(({ id }) => id))
    const texts = [...stringsIn(step.arguments), ...(step.when === undefined ? [] : [`{{${step.when}}}`])]
    for (const text of texts) compileTemplate(text, `${basename(file)}: step ${step.id}`, 1, { names })
  }
  if (report !== undefined) compileTemplate(report, file, 1, { names: playbookNames(steps.map(({ id }) => id)) })
})

test('a playbook calls tools that there are, each of its step ids once', async () => {
  const plugins = await checkFirstPartyPlugins('.')
  const tools = new Set(plugins.flatMap(({ contributes }) => contributes.tools.map(({ id }) => id)))
  for (const file of agentFiles) {
    const { steps = [] } = (await definitionIn(agentKind, file)).playbook ?? {}
    expect(
      steps.map(({ tool }) => tool).filter((tool) => !tools.has(tool)),
      file,
    ).toEqual([])
    expect(new Set(steps.map(({ id }) => id)).size, file).toBe(steps.length)
  }
})

/** What a playbook's templates can name once these steps are done. */
function playbookNames(done: readonly string[]): TemplateNames {
  const step: TemplateNames = { text: 'any', structured: 'any', failed: 'any', skipped: 'any' }
  const counts = [...severities, 'total', 'files'].map((name) => [name, 'any'] as const)
  return {
    ...{ prompt: 'any', paths: 'any', findings: 'any' },
    steps: Object.fromEntries(done.map((id) => [id, step])),
    counts: Object.fromEntries(counts),
  }
}

/** Strings at any depth, which are the templates of a step's arguments. */
function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
