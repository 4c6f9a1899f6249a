import { decodeText, readTextFile } from '../config/read-text.ts'
import { lintDefinition } from '../definitions/lint-definition.ts'
import {
  type KnownNames,
  lintAgentNames,
  lintCommandNames,
  lintProfileBase,
  lintReferences,
  reportInto,
} from '../definitions/lint-references.ts'
import { unreachableRules } from '../definitions/lint-rules.ts'
import { locateFields } from '../definitions/locate-fields.ts'
import { parseFile } from '../definitions/parse-file.ts'
import { readDefinitionFile } from '../definitions/read-definition-file.ts'
import type {
  AgentDefinition,
  CommandDefinition,
  DefinitionKind,
  Diagnostic,
  PolicyDefinition,
  ProfileDefinition,
} from '../plugin-api/index.ts'
import { lintPlaybook } from '../prompt/lint-playbook.ts'
import { lintTemplate } from '../prompt/lint-template.ts'
import { literalWords } from '../security/exec-policy/literal-words.ts'
import { pathRules } from '../security/exec-policy/path-rules.ts'
import type { LintKind } from './lint-kinds.ts'
import { verifyPolicy } from './verify-policy.ts'

/** What a plugin's kind says beside parsing. A check that fails is no fault of the file, and is said. */
async function lintFurther(kind: DefinitionKind<unknown>, file: string): Promise<readonly Diagnostic[]> {
  if (!kind.lint) return []
  const content = readDefinitionFile(file)
  if ('problem' in content) return []
  try {
    return await kind.lint({ file, text: decodeText(content.bytes, file) })
  } catch (error) {
    const message = `The further checks of ${kind.id} did not work: ${error instanceof Error ? error.message : String(error)}`
    return [{ severity: 'warning', code: 'lint.kind', message, file }]
  }
}

/** Everything that can be said about one definition file, beside what is known of all. */
export async function lintFile(kind: LintKind, file: string, known: KnownNames): Promise<readonly Diagnostic[]> {
  const opened = await kind.open()
  const found: Diagnostic[] = [...(await lintDefinition(opened, file)), ...(await lintFurther(opened, file))]
  const definitions = (await parseFile(opened, file, { asJson: false })).flatMap((each) =>
    each.id === undefined ? [] : [each],
  )
  if (definitions.length === 0) return found
  const locate = await locateFields(file)
  const report = reportInto(found, file, locate)
  for (const { id, value } of definitions) {
    // Each value was given by the parser of its kind.
    switch (kind.id) {
      case 'command':
        found.push(...lintTemplate(value as CommandDefinition, file))
        lintCommandNames(value as CommandDefinition, known, report)
        break
      case 'agent':
        found.push(...lintPlaybook(value as AgentDefinition, file, await readTextFile(file)))
        lintAgentNames(value as AgentDefinition, file, known, report)
        break
      case 'profile': {
        const profile = value as ProfileDefinition
        // One that is not loaded is taken as one of a repository: it may extend another of it, and its own name.
        const origin = { layer: 'project', file, trusted: false } as const
        const unloaded = { kind: 'profile', id: `project:${id}`, origin, shadows: [] } as const
        const loaded = known.profiles.find((each) => each.origin.file === file)
        lintProfileBase({ ...(loaded ?? unloaded), value: profile }, known, report)
        break
      }
      case 'policy':
        found.push(...((await verifyPolicy({ id, value: value as PolicyDefinition }, file)).diagnostics ?? []))
        for (const { index, message } of unreachableRules(value as PolicyDefinition)) {
          const line = (value as PolicyDefinition).ruleLines[index]
          found.push({
            ...{ severity: 'warning', code: 'policy.unreachable', message, file, field: `rules.${index}` },
            ...(locate(['rules', index]) ?? (line === undefined ? {} : { line })),
            hint: 'Remove it, or the one that comes before it.',
          })
        }
        for (const { index, alternative, message, name } of pathRules(value as PolicyDefinition)) {
          const line = (value as PolicyDefinition).ruleLines[index]
          const path = ['pattern', 0, ...(alternative === undefined ? [] : [alternative])]
          found.push({
            ...{ severity: 'warning', code: 'policy.path', message, file, field: ['rules', index, ...path].join('.') },
            ...(locate(['rules', index, ...path]) ?? (line === undefined ? {} : { line })),
            hint: `Write "${name}", or both; leave it where only that file is meant.`,
          })
        }
        for (const { index, path, message, hint } of literalWords(value as PolicyDefinition)) {
          const line = (value as PolicyDefinition).ruleLines[index]
          found.push({
            ...{
              severity: 'warning',
              code: 'policy.literal',
              message,
              file,
              field: ['rules', index, ...path].join('.'),
            },
            ...(locate(['rules', index, ...path]) ?? (line === undefined ? {} : { line })),
            hint,
          })
        }
        break
      default:
        lintReferences(kind.id, opened.references?.(value) ?? [], known, report)
    }
  }
  return found
}
