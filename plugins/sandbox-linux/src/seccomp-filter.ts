import { andWord, assemble, at, type BpfStep, give, jumpIfAnyBit, jumpIfEqual, loadWord } from './bpf-assembler.ts'
import { openat2, type SyscallTable } from './syscall-table.ts'

/** Offsets into `struct seccomp_data`; of a 64-bit argument the low word, which comes first on a little-endian CPU. */
const numberOffset = 0
const archOffset = 4
const argumentOffset = (index: number): number => 16 + index * 8

const allow = 0x7fff_0000
const killProcess = 0x8000_0000
const refuse = (errno: number): number => 0x0005_0000 | errno
const EPERM = 1
const ENOSYS = 38

const x32Bit = 0x4000_0000
/**
 * The second set of numbers, by its bit; and 512 to 547, which before Linux 5.4 reached it without the bit: 521 was ptrace (seccomp(2)).
 * As blocks of 32 and 4 numbers. The number is loaded again afterwards.
 */
const withoutX32: readonly BpfStep[] = [
  jumpIfAnyBit(x32Bit, 'not implemented'),
  andWord(0xffff_ffe0),
  jumpIfEqual(512, 'not implemented'),
  loadWord(numberOffset),
  andWord(0xffff_fffc),
  jumpIfEqual(544, 'not implemented'),
  loadWord(numberOffset),
]
/** CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}. */
const newNamespaces = 0x7e02_0000
/** CLONE_NEWTIME: of unshare only; in clone the same bits are the signal at exit. */
const newTimeNamespace = 0x80
const family = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const
const socketType = { stream: 1, seqpacket: 5, mask: 0xf } as const
/** S_ISUID. S_ISGID is left: directories of a group have it, and git and chmod -R set it on them. */
const setUserId = 0o4000
/** O_CREAT and __O_TMPFILE. */
const makesFile = 0o20000100
/** ioctls that type into the terminal of whoever started the program. */
const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c

const known = new WeakMap<SyscallTable, Uint8Array>()

/**
 * The seccomp program of every sandboxed command. Another CPU's numbering kills, x32 answers ENOSYS. Refused (EPERM):
 * new namespaces and mounts, which could lift the masks; other processes' memory; io_uring and sockets other than
 * AF_INET, AF_INET6 and AF_NETLINK (a Unix socket reaches docker or an ssh agent); socketpair(AF_UNIX) of datagrams,
 * which can send to any named socket; a file that runs as its owner, whoever starts it later; typing into the terminal; the kernel's own
 * administration. clone3 and openat2 answer ENOSYS, since their flags lie in memory, so that libc takes clone and openat.
 */
export function seccompFilter(table: SyscallTable): Uint8Array {
  const filter = known.get(table) ?? makeFilter(table)
  known.set(table, filter)
  return filter
}

function makeFilter(table: SyscallTable): Uint8Array {
  const { clone, clone3, unshare, socket, socketpair, ioctl } = table.conditional
  const steps: readonly BpfStep[] = [
    loadWord(archOffset),
    jumpIfEqual(table.auditArch, undefined, 'kill'),
    loadWord(numberOffset),
    ...(table.hasX32 ? withoutX32 : []),
    jumpIfEqual(clone, 'clone'),
    jumpIfEqual(unshare, 'unshare'),
    jumpIfEqual(socket, 'socket'),
    jumpIfEqual(socketpair, 'socketpair'),
    jumpIfEqual(ioctl, 'ioctl'),
    jumpIfEqual(clone3, 'not implemented'),
    jumpIfEqual(openat2, 'not implemented'),
    ...table.withMode.map(({ number, mode, flags }) =>
      jumpIfEqual(number, flags === undefined ? `mode ${mode}` : `flags ${flags}`),
    ),
    ...Object.values(table.denied).map((number) => jumpIfEqual(number, 'refuse')),
    give(allow),
    at('clone', loadWord(argumentOffset(0))),
    jumpIfAnyBit(newNamespaces, 'refuse', 'allow'),
    at('unshare', loadWord(argumentOffset(0))),
    jumpIfAnyBit(newNamespaces | newTimeNamespace, 'refuse', 'allow'),
    at('socket', loadWord(argumentOffset(0))),
    jumpIfEqual(family.inet, 'allow'),
    jumpIfEqual(family.inet6, 'allow'),
    jumpIfEqual(family.netlink, 'allow', 'refuse'),
    at('socketpair', loadWord(argumentOffset(0))),
    jumpIfEqual(family.unix, undefined, 'refuse'),
    loadWord(argumentOffset(1)),
    andWord(socketType.mask),
    jumpIfEqual(socketType.stream, 'allow'),
    jumpIfEqual(socketType.seqpacket, 'allow', 'refuse'),
    at('ioctl', loadWord(argumentOffset(1))),
    jumpIfEqual(TIOCSTI, 'refuse'),
    jumpIfEqual(TIOCLINUX, 'refuse'),
    ...modeSteps(table),
    at('allow', give(allow)),
    at('refuse', give(refuse(EPERM))),
    at('not implemented', give(refuse(ENOSYS))),
    at('kill', give(killProcess)),
  ]
  return assemble(steps)
}

/** What is asked of flags and modes, by the place of the argument. The mode stands behind the flags that make it count. */
function modeSteps({ withMode }: SyscallTable): readonly BpfStep[] {
  const behindFlags = new Map(withMode.flatMap(({ flags, mode }) => (flags === undefined ? [] : [[flags, mode]])))
  const modes = new Set(withMode.map(({ mode }) => mode))
  return [
    ...[...behindFlags].flatMap(([flags, mode]) => [
      at(`flags ${flags}`, loadWord(argumentOffset(flags))),
      jumpIfAnyBit(makesFile, `mode ${mode}`, 'allow'),
    ]),
    ...[...modes].flatMap((mode) => [
      at(`mode ${mode}`, loadWord(argumentOffset(mode))),
      jumpIfAnyBit(setUserId, 'refuse', 'allow'),
    ]),
  ]
}
