import { exitCodes } from '../plugin-api/errors.ts'
import { decisionOf, denialItem } from '../tools/denial.ts'

/** A refusal of the gate as `--json` prints it: the item that a thread would have, and the exit code. Undefined for any other error. */
export function denialData(error: unknown): Readonly<Record<string, unknown>> | undefined {
  const decision = decisionOf(error)
  return decision && { ...denialItem(decision), exit_code: exitCodes.denied }
}
