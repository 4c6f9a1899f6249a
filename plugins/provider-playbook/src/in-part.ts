import { CodexError } from 'codex-kernel/plugin-api'

/** Says which part of the playbook an error of its templates is about. @throws CodexError `playbook.invalid` */
export async function inPart<T>(part: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new CodexError('playbook.invalid', `In ${part}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'Templates know prompt, paths, steps.ID of earlier steps, findings, groups, counts and checks; codex lint names the line.',
      cause,
    })
  }
}
