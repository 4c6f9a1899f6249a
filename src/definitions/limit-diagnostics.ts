import type { Diagnostic, ParsedDefinition } from '../plugin-api/index.ts'

/** What one file may say about itself: a person mends the first few and looks again. */
const maxDiagnostics = 20
/** Characters of a message, field or expectation: a key of a megabyte is no help. */
const maxTextLength = 500

/** Keeps the first twenty diagnostics of a file, with texts of readable length, and one that says how many more there are. */
export function limitDiagnostics<T>(
  definitions: readonly ParsedDefinition<T>[],
  file: string,
): readonly ParsedDefinition<T>[] {
  const all = definitions.flatMap(({ diagnostics = [] }) => diagnostics)
  if (all.length === 0) return definitions
  const shown = new Set(all.slice(0, maxDiagnostics))
  const limited = definitions.map((definition): ParsedDefinition<T> => {
    const diagnostics = (definition.diagnostics ?? []).filter((each) => shown.has(each)).map(cutTexts)
    return { ...definition, diagnostics }
  })
  const rest = all.slice(maxDiagnostics)
  return rest.length === 0 ? limited : [...limited, { diagnostics: [more(rest, file)] }]
}

function more(rest: readonly Diagnostic[], file: string): Diagnostic {
  // An error among those that are left out must still count as one: it may keep a thread from starting.
  const first = rest.find(({ severity }) => severity === 'error') ?? rest[0]
  return {
    severity: first?.severity ?? 'error',
    code: first?.code ?? 'definition.limit',
    message: `This file has ${rest.length} more problems, which are not shown`,
    file,
    hint: 'Mend the first ones, then look again.',
  }
}

function cutTexts(diagnostic: Diagnostic): Diagnostic {
  const { message, field, expected } = diagnostic
  return {
    ...diagnostic,
    message: cut(message),
    ...(field === undefined ? {} : { field: cut(field) }),
    ...(expected === undefined ? {} : { expected: cut(expected) }),
  }
}

function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text
}
