import { parseJson } from '../../kernel/parse-json.ts'
import type { Diagnostic } from '../../plugin-api/diagnostic.ts'
import type { CommandHook, ReadHooks } from './command-hook.ts'
import { readHooksTable } from './read-hooks-table.ts'

const shape = 'A file of hooks is { "hooks": { "PreToolUse": [{ "matcher": "Bash", "hooks": [ … ] }] } }.'

/** Reads the text of a `hooks.json`. What does not load is an error with its place: nobody knows what it would have forbidden. */
export function readHooksFile(text: string, file: string, layer: CommandHook['layer']): ReadHooks {
  const parsed = parseJson(text)
  if (!parsed.ok) {
    const { line, column } = parsed
    return wrong({ message: 'This is no JSON from here on', file, line, column })
  }
  const { value, locate } = parsed
  if (!isTable(value) || !isTable(value.hooks)) {
    return wrong({ message: 'The field "hooks" is missing, or no object', file, ...locate(['hooks']), field: 'hooks' })
  }
  const [unknown] = Object.keys(value).filter((key) => key !== 'hooks' && key !== 'description')
  if (unknown !== undefined) {
    return wrong({ message: `Unknown field "${unknown}"`, file, ...locate([unknown]), field: unknown })
  }
  return readHooksTable(value.hooks, { layer, file, path: ['hooks'], locate })
}

function wrong(about: Omit<Diagnostic, 'severity' | 'code'>): ReadHooks {
  return { hooks: [], diagnostics: [{ severity: 'error', code: 'hooks.schema', hint: shape, ...about }] }
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
