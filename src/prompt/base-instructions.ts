import { decodeText } from '../config/read-text.ts'
import type { Location } from '../plugin-api/errors.ts'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { Gate } from '../security/gate.ts'
import { createActionScope } from '../tools/context/gated-action.ts'
import { readRealFile } from '../tools/context/read-real-file.ts'

/** What `model_instructions_file` names. */
export interface NamedFile {
  /** Absolute. */
  readonly file: string
  /** Where it is named; absent where no file says it. */
  readonly location: Location | undefined
}

/**
 * The text of `model_instructions_file`, which stands in place of the built-in prompt. Read through the gate: a repository must not put a secret into a prompt.
 *
 * @throws CodexError `config.invalid` where it cannot be read or says nothing; the abort reason
 */
export async function readBaseInstructions(
  named: NamedFile,
  { gate }: { readonly gate: Gate },
  signal: AbortSignal,
): Promise<string> {
  const { file } = named
  const actions = createActionScope({ gate, denied: () => undefined, signal })
  try {
    const bytes = await actions.perform({ kind: 'read', path: file }, ({ path }) => readRealFile(path, signal))
    const text = decodeText(bytes, file).trim()
    if (text !== '') return text
    throw unusable(named, `${file} is empty`)
  } catch (error) {
    signal.throwIfAborted()
    if (isCodexError(error) && error.code === 'config.invalid') throw error
    throw unusable(named, error instanceof Error ? error.message : String(error), error)
  }
}

function unusable({ location }: NamedFile, reason: string, cause?: unknown): CodexError {
  return new CodexError('config.invalid', `model_instructions_file cannot be used: ${reason}`, {
    hint: 'Name a text file that may be read, or take the key out to get the built-in prompt.',
    ...(location && { location }),
    cause,
  })
}
