/** Functions that a command's template may call, besides filters. */
export const templateFunctions: readonly string[] = ['file_content']

/** Names with a meaning of their own in templates: an argument called so is reached as `args.NAME` alone. */
export const reservedTemplateNames: ReadonlySet<string> = new Set([
  ...['args', 'context', 'vars', 'selection', 'this', ...templateFunctions],
  ...['and', 'or', 'not', 'in', 'as', 'else', 'true', 'false'],
])
