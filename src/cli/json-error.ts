import { exitCodes, isCodexError } from '../plugin-api/errors.ts'
import { terminalJson } from '../plugin-api/terminal-json.ts'

/** An error as one line of JSON, which `--json` puts on stderr (docs/json-output.md), and the exit code that goes with it. */
export function jsonError(error: unknown): { readonly text: string; readonly exitCode: number } {
  const known = isCodexError(error) ? error : undefined
  const exitCode = known?.exitCode ?? exitCodes.failed
  const body = {
    code: known?.code ?? 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: known?.hint ?? null,
    location: known?.location ?? null,
    exit_code: exitCode,
  }
  return { text: `${terminalJson({ error: body })}\n`, exitCode }
}
