/**
 * Classic BPF as seccomp takes it: 8 bytes an instruction, little-endian on every CPU that has a table here
 * (linux/filter.h, linux/seccomp.h; seccomp(2)).
 */
export interface BpfStep {
  /** Target for jumps; the next step stands there. */
  readonly label?: string
  readonly code: number
  readonly k: number
  /** Labels; absent: the next step. */
  readonly ifTrue?: string
  readonly ifFalse?: string
}

const codes = {
  loadWord: 0x20,
  and: 0x54,
  jumpIfEqual: 0x15,
  jumpIfAnyBit: 0x45,
  jumpAlways: 0x05,
  give: 0x06,
} as const
const longestConditionalJump = 255

/** Loads 32 bits of `struct seccomp_data` at a byte offset. */
export const loadWord = (offset: number): BpfStep => ({ code: codes.loadWord, k: offset })
export const andWord = (mask: number): BpfStep => ({ code: codes.and, k: mask })
export const jumpIfEqual = (value: number, ifTrue?: string, ifFalse?: string): BpfStep =>
  conditional(codes.jumpIfEqual, value, ifTrue, ifFalse)
export const jumpIfAnyBit = (mask: number, ifTrue?: string, ifFalse?: string): BpfStep =>
  conditional(codes.jumpIfAnyBit, mask, ifTrue, ifFalse)
/** Ends the program with a seccomp action. */
export const give = (action: number): BpfStep => ({ code: codes.give, k: action })
/** The step, reachable by jumps under a name. */
export const at = (label: string, step: BpfStep): BpfStep => ({ ...step, label })

/** The bytes of a program. @throws Error for an unknown label, a jump backwards or one that is too long */
export function assemble(steps: readonly BpfStep[]): Uint8Array {
  const positions = new Map(steps.flatMap((step, index) => (step.label === undefined ? [] : [[step.label, index]])))
  const bytes = new DataView(new ArrayBuffer(steps.length * 8))
  for (const [index, step] of steps.entries()) {
    bytes.setUint16(index * 8, step.code, true)
    bytes.setUint8(index * 8 + 2, distance(index, step.ifTrue))
    bytes.setUint8(index * 8 + 3, distance(index, step.ifFalse))
    bytes.setUint32(index * 8 + 4, step.k, true)
  }
  return new Uint8Array(bytes.buffer)

  function distance(from: number, label: string | undefined): number {
    if (label === undefined) return 0
    const to = positions.get(label)
    const steps = to === undefined ? -1 : to - from - 1
    if (steps < 0 || steps > longestConditionalJump)
      throw new Error(`seccomp program: no jump to "${label}" from ${from}`)
    return steps
  }
}

function conditional(code: number, k: number, ifTrue?: string, ifFalse?: string): BpfStep {
  return { code, k, ...(ifTrue === undefined ? {} : { ifTrue }), ...(ifFalse === undefined ? {} : { ifFalse }) }
}
