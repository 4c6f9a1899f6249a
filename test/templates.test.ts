import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { readTextFile } from '../src/config/read-text.ts'
import { agentKind } from '../src/definitions/parse-agent.ts'
import { commandKind } from '../src/definitions/parse-command.ts'
import { templateFunctions } from '../src/definitions/reserved-template-names.ts'
import { checkFirstPartyPlugins } from '../src/kernel/discover-plugins.ts'
import type { DefinitionKind } from '../src/plugin-api/index.ts'
import { compileTemplate } from '../src/prompt/compile-template.ts'
import { lintPlaybook } from '../src/prompt/lint-playbook.ts'
import { templateNames } from '../src/prompt/template-names.ts'

const commandFiles = globSync(['builtin-commands/*.md', 'docs/examples/commands/*.md'])
const agentFiles = globSync(['builtin-agents/*.toml', 'docs/examples/agents/*.toml'])

/** The one definition of a file. */
async function definitionIn<T>(kind: DefinitionKind<T>, file: string): Promise<T> {
  const [first, ...more] = kind.parse({ file, text: await readTextFile(file) })
  if (first?.id === undefined || more.length > 0) throw new Error(`${file} does not hold one definition that loads`)
  return first.value
}

test('there are templates to look at', () => {
  expect(commandFiles.length).toBeGreaterThanOrEqual(22)
  expect(agentFiles.length).toBeGreaterThanOrEqual(11)
})

test.each(commandFiles)('%s uses only names that its template has', async (file) => {
  const command = await definitionIn(commandKind, file)
  const options = { names: templateNames(command), functions: templateFunctions }
  compileTemplate(command.template, file, command.templateLine, options)
})

test.each(agentFiles)('the playbook in %s uses only names that it has when they are used', async (file) => {
  const agent = await definitionIn(agentKind, file)
  expect(lintPlaybook(agent, basename(file), await readTextFile(file))).toEqual([])
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
