/** An error as `node:fs` gives it. */
export function fileError(code: string, problem: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${problem}, '${path}'`), { code, path })
}

/** The code of a `node:fs` error; undefined for anything else. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
