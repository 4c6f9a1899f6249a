import { type Form, pattern, quoted } from './profile-form.ts'

/** Facts about the machine and about oneself. Not `kern.procargs2`: it shows the environment of other processes. */
const sysctlNames = [
  ...['argmax', 'boottime', 'hostname', 'maxfiles', 'maxfilesperproc', 'maxproc', 'maxprocperuid', 'ngroups'],
  ...['osproductversion', 'osproductversioncompat', 'osrelease', 'ostype', 'osvariant_status', 'osversion'],
  ...['secure_kernel', 'secure_level', 'usrstack64', 'version', 'willshutdown'],
].map((name) => `kern.${name}`)
const otherSysctls = [
  'sysctl.proc_cputype',
  'sysctl.proc_native',
  'vm.loadavg',
  'vm.swapusage',
  'security.mac.lockdown_mode_state',
]
// The last: addresses of this machine's interfaces, without which Node's os.networkInterfaces fails.
const sysctlPrefixes = [
  'hw.',
  'machdep.cpu.',
  'machdep.ptrauth',
  'kern.proc.pid.',
  'kern.proc.pgrp.',
  'net.routetable.',
]

/** Users and groups for getpwuid(3) and getgrouplist(3), and the names of one's temp directories for confstr(3). Every service more is one more door; the README says which are left out. */
const services = [
  'com.apple.system.opendirectoryd.libinfo',
  'com.apple.system.opendirectoryd.membership',
  'com.apple.bsd.dirhelper',
]

/** A terminal that the command itself has opened, and not one of a person: into that it could type and draw. */
const ownTerminal: Form = [
  'require-all',
  ['regex', pattern('^/dev/ttys[0-9]+$')],
  ['extension', quoted('com.apple.sandbox.pty')],
]
const controllingTerminal: Form = ['literal', quoted('/dev/tty')]
const terminalMaker: Form = ['literal', quoted('/dev/ptmx')]

/** What every program may do, whatever the policy: start others, which inherit the profile, and ask the system about itself. */
export const baseRules: readonly Form[] = [
  ['version', '1'],
  ['deny', 'default'],
  ['allow', 'process-exec'],
  ['allow', 'process-fork'],
  ['allow', 'process-info*', ['target', 'same-sandbox']],
  ['allow', 'signal', ['target', 'same-sandbox']],
  [
    ...['allow', 'sysctl-read'],
    ...[...sysctlNames, ...otherSysctls].map((name): Form => ['sysctl-name', quoted(name)]),
    ...sysctlPrefixes.map((prefix): Form => ['sysctl-name-prefix', quoted(prefix)]),
  ],
  // A question that Java asks by a buffer, which counts as writing.
  ['allow', 'sysctl-write', ['sysctl-name', quoted('kern.grade_cputype')]],
  ['allow', 'mach-host*'],
  // Of libraries that ask for a setting at their start; the service that keeps settings is not reached.
  ['allow', 'user-preference-read'],
  ['allow', 'mach-lookup', ...services.map((name): Form => ['global-name', quoted(name)])],
  // Locks of Python's multiprocessing.
  ['allow', 'ipc-posix-sem'],
  ['allow', 'file-map-executable'],
  ['allow', 'pseudo-tty'],
  ['allow', 'file-read*', 'file-write*', 'file-ioctl', controllingTerminal, terminalMaker, ownTerminal],
  ['allow', 'file-write-data', ...['/dev/null', '/dev/zero'].map((path): Form => ['literal', quoted(path)])],
  // Descriptors that one has open already: `> /dev/stdout`.
  ['allow', 'file-read-data', 'file-write-data', ['subpath', quoted('/dev/fd')]],
]

/** Devices that give nothing of anybody else. */
export const readableDevices: readonly Form[] = ['null', 'zero', 'random', 'urandom', 'autofs_nowait', 'dtracehelper']
  .map((name) => `/dev/${name}`)
  .map((path): Form => ['literal', quoted(path)])
