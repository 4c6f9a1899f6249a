import { CodexError } from '../plugin-api/errors.ts'

/** `name=value` pairs. @throws CodexError `usage.arguments` */
export function parseVariables(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw new CodexError('usage.arguments', `--var takes name=value, not "${pair}"`, {
        hint: 'For example: --var team=payments',
      })
    }),
  )
}
