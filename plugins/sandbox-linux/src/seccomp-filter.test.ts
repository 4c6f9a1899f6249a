import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { assemble, at, give, jumpIfEqual, loadWord } from './bpf-assembler.ts'
import { seccompFilter } from './seccomp-filter.ts'
import { openat2, type SyscallTable, syscallTable } from './syscall-table.ts'

const allowed = 0x7fff_0000
const EPERM = 0x0005_0001
const ENOSYS = 0x0005_0026
const killed = 0x8000_0000

interface Call {
  readonly number: number
  readonly arch?: number
  readonly args?: readonly bigint[]
}

/** Runs a classic BPF program as the kernel does: accumulator, forward jumps, loads from `struct seccomp_data`. */
function simulate(program: Uint8Array, call: Call & { arch: number }): number {
  const input = new DataView(new ArrayBuffer(64))
  input.setUint32(0, call.number, true)
  input.setUint32(4, call.arch, true)
  for (const [index, value] of (call.args ?? []).entries()) input.setBigUint64(16 + index * 8, value, true)
  const code = new DataView(program.buffer, program.byteOffset, program.byteLength)
  let accumulator = 0
  for (let at = 0; at < program.byteLength; at += 8) {
    const k = code.getUint32(at + 4, true)
    const jump = (taken: boolean): void => {
      at += 8 * code.getUint8(at + (taken ? 2 : 3))
    }
    switch (code.getUint16(at, true)) {
      case 0x20:
        accumulator = input.getUint32(k, true)
        break
      case 0x54:
        accumulator = (accumulator & k) >>> 0
        break
      case 0x15:
        jump(accumulator === k)
        break
      case 0x45:
        jump((accumulator & k) !== 0)
        break
      case 0x06:
        return k
      default:
        throw new Error(`unknown instruction at ${at}`)
    }
  }
  throw new Error('the program ends without an answer')
}

/** The calls of a CPU by number, as the kernel's own headers list them (Linux 6.1, and what came up to 6.17). */
function callsOf(arch: string): ReadonlyMap<number, string> {
  const file = new URL(`../../../test/fixtures/syscalls/${arch}.txt`, import.meta.url)
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return new Map(lines.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']))
}

function tableOf(arch: string): SyscallTable {
  const table = syscallTable(arch)
  if (table === undefined) throw new Error(`no table for ${arch}`)
  return table
}

describe.each(['x64', 'arm64'])('the filter of %s', (arch) => {
  const table = tableOf(arch)
  const program = seccompFilter(table)
  const answer = (call: Call): number => simulate(program, { arch: table.auditArch, ...call })
  const { clone, clone3, unshare, socket, socketpair, ioctl } = table.conditional

  test('names every call as the kernel numbers it', () => {
    const calls = callsOf(arch)
    const named = { ...table.denied, ...table.conditional }
    expect(Object.entries(named).filter(([name, number]) => calls.get(number) !== name)).toEqual([])
  })

  test('answers every number there could be: what is denied is refused, the second set is not there, all else is allowed', () => {
    const denied = new Set(Object.values(table.denied))
    const looksAtArguments = new Set([clone, unshare, socket, socketpair, ioctl])
    const expected = (number: number): number => {
      if (denied.has(number)) return EPERM
      const isX32 = table.hasX32 && ((number & 0x4000_0000) !== 0 || (number >= 512 && number <= 547))
      return number === clone3 || number === openat2 || isX32 ? ENOSYS : allowed
    }
    const upper = [0, 0x4000_0000, 0x8000_0000, 0xc000_0000].flatMap((high) =>
      Array.from({ length: 1200 }, (_, low) => high + low),
    )
    const wrong = upper.filter((number) => !looksAtArguments.has(number) && answer({ number }) !== expected(number))
    expect(wrong).toEqual([])
  })

  test('refuses every denied call, whatever its arguments', () => {
    for (const number of Object.values(table.denied)) expect(answer({ number, args: [0n, 0n] })).toBe(EPERM)
  })

  test('kills another CPU and allows what it does not name', () => {
    const read = arch === 'x64' ? 0 : 63
    expect(answer({ number: read })).toBe(allowed)
    expect(answer({ number: read, arch: 0x4000_0003 })).toBe(killed)
    expect(answer({ number: read, arch: arch === 'x64' ? 0xc000_00b7 : 0xc000_003e })).toBe(killed)
  })

  test('clone and unshare may not make namespaces; threads and forks are theirs', () => {
    for (const bit of [17n, 25n, 26n, 27n, 28n, 29n, 30n]) {
      expect(answer({ number: clone, args: [(1n << bit) | 17n] })).toBe(EPERM)
      expect(answer({ number: unshare, args: [1n << bit] })).toBe(EPERM)
    }
    expect(answer({ number: unshare, args: [0x80n] })).toBe(EPERM)
    expect(answer({ number: unshare, args: [0x400n] })).toBe(allowed)
    expect(answer({ number: clone, args: [17n] })).toBe(allowed)
    expect(answer({ number: clone, args: [0x3d_0f00n] })).toBe(allowed)
    expect(answer({ number: clone3, args: [0n] })).toBe(ENOSYS)
  })

  test('sockets are internet or netlink; pairs are Unix streams', () => {
    for (let domain = 0n; domain < 64n; domain += 1n) {
      const isOpen = [2n, 10n, 16n].includes(domain)
      expect(answer({ number: socket, args: [domain, 1n] })).toBe(isOpen ? allowed : EPERM)
    }
    // Bits above 31 are not looked at by the kernel either.
    expect(answer({ number: socket, args: [(1n << 32n) | 1n, 1n] })).toBe(EPERM)
    const cloexec = 0o2000000n
    for (const [type, expected] of [
      [1n, allowed],
      [5n, allowed],
      [2n, EPERM],
      [3n, EPERM],
    ] as const) {
      expect(answer({ number: socketpair, args: [1n, type] })).toBe(expected)
      expect(answer({ number: socketpair, args: [1n, type | cloexec] })).toBe(expected)
    }
    expect(answer({ number: socketpair, args: [30n, 1n] })).toBe(EPERM)
  })

  test('no file is made to run as its owner', () => {
    for (const { number, mode, flags } of table.withMode) {
      const args = (bits: bigint, given = 0n) =>
        [0, 1, 2, 3].map((index) => (index === mode ? bits : index === flags ? given : 0n))
      for (const makesFile of flags === undefined ? [0n] : [0o101n, 0o20200001n]) {
        expect(answer({ number, args: args(0o4755n, makesFile) })).toBe(EPERM)
        expect(answer({ number, args: args((1n << 40n) | 0o104000n, makesFile) })).toBe(EPERM)
        expect(answer({ number, args: args(0o2755n, makesFile) })).toBe(allowed)
      }
      // Without a file to make, the mode is whatever stood in the register.
      if (flags !== undefined) expect(answer({ number, args: args(0o4755n, 0o2000000n) })).toBe(allowed)
    }
    expect(answer({ number: openat2, args: [0n] })).toBe(ENOSYS)
  })

  test('nothing types into the terminal, with whatever in the upper half of the request', () => {
    for (const request of [0x5412n, 0x541cn]) {
      expect(answer({ number: ioctl, args: [0n, request] })).toBe(EPERM)
      expect(answer({ number: ioctl, args: [0n, request | (1n << 40n)] })).toBe(EPERM)
    }
    expect(answer({ number: ioctl, args: [0n, 0x5413n] })).toBe(allowed)
  })
})

test('x32 numbers are not implemented', () => {
  const table = tableOf('x64')
  for (const number of [0x4000_0000, 0x4000_0000 + 101, 0x4000_0000 + 41]) {
    expect(simulate(seccompFilter(table), { number, arch: table.auditArch })).toBe(ENOSYS)
  }
})

test('every CPU denies the same, but for what it does not have', () => {
  const [x64, arm64] = ['x64', 'arm64'].map((arch) => Object.keys(tableOf(arch).denied).toSorted())
  expect(x64?.filter((name) => !['uselib', 'iopl', 'ioperm'].includes(name))).toEqual(arm64)
  for (const name of ['uselib', 'iopl', 'ioperm']) expect([...callsOf('arm64').values()]).not.toContain(name)
})

test('a CPU without a table has no filter', () => {
  expect(syscallTable('riscv64')).toBeUndefined()
})

test('a jump that cannot be written is a fault, not another program', () => {
  const far = Array.from({ length: 300 }, () => loadWord(0))
  expect(() => assemble([jumpIfEqual(1, 'end'), ...far, at('end', give(0))])).toThrow('no jump to "end"')
  expect(() => assemble([at('start', loadWord(0)), jumpIfEqual(1, 'start')])).toThrow('no jump to "start"')
  expect(() => assemble([jumpIfEqual(1, 'nowhere'), give(0)])).toThrow('no jump to "nowhere"')
})
