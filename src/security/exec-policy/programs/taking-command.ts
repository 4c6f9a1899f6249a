import type { OperandKind, OptionKind, ProgramSpec } from './program-spec.ts'

/** Options with which a program only says something about itself. */
export const help = '--help --version'

type More = Partial<Readonly<Record<OptionKind, string>>>

/** A program that adds nothing to the command that it runs. `plain` are its own options. */
export function wrapper(plain: string, operands: readonly OperandKind[] = ['command'], more: More = {}): ProgramSpec {
  return { ...changing(plain, operands, more), transparent: true }
}

/** One that needs an allowance of its own, since it changes what the command may do. Behind an option that is not listed every rest may be the command. */
export function changing(plain: string, operands: readonly OperandKind[] = ['command'], more: More = {}): ProgramSpec {
  return { options: { plain, inert: help, ...more }, operands, unlisted: 'unknown' }
}
