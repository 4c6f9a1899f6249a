import type { CommandMetadata } from '../plugin-api/command.ts'
import type { TemplateNames } from './template/check-names.ts'

/** The function that a command's template may call, besides filters. */
export const templateFunctions: readonly string[] = ['file_content']

/** Names with a meaning of their own: an argument called so is `args.NAME` alone. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...['args', 'context', 'vars', 'selection', 'this', ...templateFunctions],
  ...['and', 'or', 'not', 'in', 'as', 'else', 'true', 'false'],
])

/** The names that a command's template may use. */
export function templateNames(command: Pick<CommandMetadata, 'args'>): TemplateNames {
  const args = Object.fromEntries(command.args.map(({ name }) => [name, 'any'] as const))
  return {
    ...Object.fromEntries(Object.entries(args).filter(([name]) => !reservedNames.has(name))),
    args,
    context: { git_diff: 'any', git_branch: 'any', files: 'any', workspace_root: 'any' },
    vars: 'any',
    selection: 'any',
  }
}
