import { fstatSync } from 'node:fs'

/** Where output goes, and what the person wants of it. */
export interface FormRequest {
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--color`. */
  readonly color?: string | undefined
}

type Stream = Pick<NodeJS.WriteStream, 'isTTY'>

/**
 * True where colours are wanted. In this order: `--color`, FORCE_COLOR (as Node has it), NO_COLOR (no-color.org), a terminal without
 * abilities (`TERM=dumb`) or of a CI system, whether `stream` is a terminal.
 */
export function wantsColour({ env, color }: FormRequest, stream: Stream): boolean {
  if (color === 'always') return true
  if (color === 'never') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return !['0', 'false'].includes(env.FORCE_COLOR)
  return stream.isTTY === true && !isSimple(env)
}

/** True where rows may be drawn anew in place: a terminal that can, and a person who wants more than plain text. */
export function canRedraw(request: FormRequest, stream: Stream): boolean {
  return stream.isTTY === true && request.color !== 'never' && !isSimple(request.env)
}

function isSimple(env: FormRequest['env']): boolean {
  return Boolean(env.NO_COLOR) || env.TERM === 'dumb' || (Boolean(env.CI) && env.CI !== 'false')
}

/** True where stdout and stderr are one terminal, so that what is written to both is seen twice. */
export function isOneTerminal(stdout: Stream, stderr: Stream): boolean {
  if (stdout.isTTY !== true || stderr.isTTY !== true) return false
  const [out, err] = [fstatSync(1), fstatSync(2)]
  return out.rdev === err.rdev && out.ino === err.ino
}
