import { readFile } from 'node:fs/promises'
import { CodexError } from '../plugin-api/errors.ts'

/** The JSON Schema of `--output-schema`; read at start, since callers delete the file. @throws CodexError `schema.unreadable` */
export async function readSchema(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(`Failed to read output schema file ${file}: ${cause.message}`, file, cause)
  })
  let schema: unknown
  try {
    schema = JSON.parse(text)
  } catch (cause) {
    throw unreadable(
      `Output schema file ${file} is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      file,
      cause,
    )
  }
  return schema as Readonly<Record<string, unknown>> // whether it is a schema is for the provider to say
}

function unreadable(message: string, file: string, cause: unknown): CodexError {
  return new CodexError('schema.unreadable', message, {
    hint: 'Give a file that holds one JSON Schema.',
    location: { file },
    cause,
  })
}
