import { CodexError } from '../plugin-api/errors.ts'
import { confirm } from './ask-person.ts'

/**
 * Asks a person to agree to what cannot be taken for granted.
 *
 * @param about `nobody`: said where there is no terminal to ask on; `flag`: what agrees beforehand; `declined`: said after a no
 * @throws CodexError `usage.arguments` without a clear yes; the abort reason
 */
export async function assertAgreed(
  question: string,
  about: { readonly nobody: string; readonly flag: string; readonly declined: string },
  signal: AbortSignal,
): Promise<void> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw new CodexError('usage.arguments', about.nobody, { hint: `Run it again with ${about.flag}.` })
  if (!(await confirm(question, signal)))
    throw new CodexError('usage.arguments', about.declined, { hint: 'Answer y to agree.' })
}
