import { reservedTemplateNames } from '../definitions/reserved-template-names.ts'
import type { CommandMetadata } from '../plugin-api/command.ts'
import type { TemplateNames } from './template/check-names.ts'

/** The names that a command's template may use. */
export function templateNames(command: Pick<CommandMetadata, 'args'>): TemplateNames {
  const args = Object.fromEntries(command.args.map(({ name }) => [name, 'any'] as const))
  return {
    ...Object.fromEntries(Object.entries(args).filter(([name]) => !reservedTemplateNames.has(name))),
    args,
    context: { git_diff: 'any', git_branch: 'any', files: 'any', workspace_root: 'any' },
    vars: 'any',
    selection: 'any',
  }
}
