import { CodexError } from '../plugin-api/errors.ts'
import type { ThreadRequest } from '../plugin-api/index.ts'
import type { StoredThread } from '../thread/thread-store.ts'

/**
 * @param name of the command: `/compact`
 * @throws CodexError `usage.arguments` where there is no thread to compact, or more is asked than a summary
 */
export function assertCompactable(
  name: string,
  { input, outputSchema }: ThreadRequest,
  resumed: StoredThread | undefined,
): void {
  if (resumed === undefined) {
    throw new CodexError('usage.arguments', `${name} makes a thread shorter, and no thread goes on here`, {
      hint: `Name one: codex resume --last "${input}", or its id or name (codex threads list).`,
    })
  }
  if (outputSchema !== undefined) {
    throw new CodexError('usage.arguments', `${name} writes a summary, which fits no output schema`, {
      hint: 'Leave --output-schema out.',
    })
  }
}
