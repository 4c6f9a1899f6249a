/** System call numbers of one CPU, as far as the filter names them. */
export interface SyscallTable {
  /** AUDIT_ARCH_* (linux/audit.h). */
  readonly auditArch: number
  /** True where a second set of numbers, marked by bit 30, reaches the same kernel (x32). */
  readonly hasX32: boolean
  readonly conditional: Readonly<Record<'clone' | 'clone3' | 'unshare' | 'socket' | 'socketpair' | 'ioctl', number>>
  /** Calls that give a file its mode, by the place of the mode among their arguments, and of the flags where it counts only with O_CREAT. */
  readonly withMode: readonly { readonly number: number; readonly mode: number; readonly flags?: number }[]
  /** Refused whatever their arguments are. */
  readonly denied: Readonly<Record<string, number>>
}

/** Numbers that are the same on every CPU, since they came after 5.1 (asm-generic/unistd.h). */
const commonDenied = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  pidfd_getfd: 438,
  process_madvise: 440,
  mount_setattr: 442,
  quotactl_fd: 443,
  open_tree_attr: 467,
} as const

/** The mode is behind a pointer in openat2, which no filter sees; whoever calls it has to take openat as on older kernels. */
export const openat2 = 437
const fchmodat2 = { number: 452, mode: 2 } as const

/** x86-64: asm/unistd_64.h. */
const x64: SyscallTable = {
  auditArch: 0xc000_003e,
  hasX32: true,
  conditional: { clone: 56, clone3: 435, unshare: 272, socket: 41, socketpair: 53, ioctl: 16 },
  withMode: [
    { number: 2, flags: 1, mode: 2 }, // open
    { number: 257, flags: 2, mode: 3 }, // openat
    { number: 85, mode: 1 }, // creat
    { number: 90, mode: 1 }, // chmod
    { number: 91, mode: 1 }, // fchmod
    { number: 133, mode: 1 }, // mknod
    { number: 259, mode: 2 }, // mknodat
    { number: 268, mode: 2 }, // fchmodat
    fchmodat2,
  ],
  denied: {
    ...commonDenied,
    ptrace: 101,
    syslog: 103,
    uselib: 134,
    vhangup: 153,
    pivot_root: 155,
    adjtimex: 159,
    chroot: 161,
    acct: 163,
    settimeofday: 164,
    mount: 165,
    umount2: 166,
    swapon: 167,
    swapoff: 168,
    reboot: 169,
    sethostname: 170,
    setdomainname: 171,
    iopl: 172,
    ioperm: 173,
    init_module: 175,
    delete_module: 176,
    quotactl: 179,
    lookup_dcookie: 212,
    clock_settime: 227,
    kexec_load: 246,
    add_key: 248,
    request_key: 249,
    keyctl: 250,
    perf_event_open: 298,
    fanotify_init: 300,
    open_by_handle_at: 304,
    clock_adjtime: 305,
    setns: 308,
    process_vm_readv: 310,
    process_vm_writev: 311,
    kcmp: 312,
    finit_module: 313,
    kexec_file_load: 320,
    bpf: 321,
    userfaultfd: 323,
  },
}

/** AArch64: asm-generic/unistd.h. */
const arm64: SyscallTable = {
  auditArch: 0xc000_00b7,
  hasX32: false,
  conditional: { clone: 220, clone3: 435, unshare: 97, socket: 198, socketpair: 199, ioctl: 29 },
  withMode: [
    { number: 56, flags: 2, mode: 3 }, // openat
    { number: 52, mode: 1 }, // fchmod
    { number: 33, mode: 2 }, // mknodat
    { number: 53, mode: 2 }, // fchmodat
    fchmodat2,
  ],
  denied: {
    ...commonDenied,
    lookup_dcookie: 18,
    umount2: 39,
    mount: 40,
    pivot_root: 41,
    chroot: 51,
    vhangup: 58,
    quotactl: 60,
    acct: 89,
    kexec_load: 104,
    init_module: 105,
    delete_module: 106,
    clock_settime: 112,
    syslog: 116,
    ptrace: 117,
    reboot: 142,
    sethostname: 161,
    setdomainname: 162,
    settimeofday: 170,
    adjtimex: 171,
    add_key: 217,
    request_key: 218,
    keyctl: 219,
    swapon: 224,
    swapoff: 225,
    perf_event_open: 241,
    fanotify_init: 262,
    open_by_handle_at: 265,
    clock_adjtime: 266,
    setns: 268,
    process_vm_readv: 270,
    process_vm_writev: 271,
    kcmp: 272,
    finit_module: 273,
    bpf: 280,
    userfaultfd: 282,
    kexec_file_load: 294,
  },
}

/** The table of a CPU by Node's name for it (`process.arch`); undefined where there is none: no filter, so no sandbox. */
export function syscallTable(arch: string): SyscallTable | undefined {
  if (arch === 'x64') return x64
  return arch === 'arm64' ? arm64 : undefined
}
