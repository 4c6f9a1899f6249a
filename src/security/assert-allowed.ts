import { CodexError, type Decision } from '../plugin-api/index.ts'

/** Goes on only where the gate said yes. @throws CodexError `permission.denied` with the gate's hint; `cause` is the decision */
export function assertAllowed(decision: Decision): void {
  if (decision.outcome === 'allow') return
  throw new CodexError('permission.denied', `Not permitted: ${decision.reason}`, {
    cause: decision,
    ...(decision.hint === undefined ? {} : { hint: decision.hint }),
    ...(decision.file === undefined
      ? {}
      : { location: { file: decision.file, ...(decision.line === undefined ? {} : { line: decision.line }) } }),
  })
}
