import { type CodexError, isCodexError } from '../plugin-api/errors.ts'

/** A person said no to one, or was not there to say yes; that says nothing of the others. */
const refusals: ReadonlySet<string> = new Set(['plugin.declined', 'plugin.unconfirmed', 'plugin.held'])

/**
 * Changes plugins one after the other. One that was not agreed to does not keep the others from being asked about; any
 * other failure ends it.
 *
 * @returns what was done, and the first failure, to be thrown once that has been said
 */
export async function changeEach<Wanted, Done>(
  wanted: readonly Wanted[],
  change: (each: Wanted) => Promise<Done>,
): Promise<{ readonly done: readonly Done[]; readonly failure?: CodexError }> {
  const done: Done[] = []
  let failure: CodexError | undefined
  for (const each of wanted) {
    try {
      done.push(await change(each))
    } catch (error) {
      if (!isCodexError(error)) throw error
      failure ??= error
      if (!refusals.has(error.code)) break
    }
  }
  return { done, ...(failure && { failure }) }
}
