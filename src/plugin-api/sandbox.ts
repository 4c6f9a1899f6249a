import type { Opening } from './action.ts'

/** What the operating system has to enforce for one command. All paths are absolute and real. */
export interface SandboxPolicy {
  /** Where the command starts. */
  readonly cwd: string
  /** `all`: the whole disk but `denyRead`. */
  readonly readable: 'all' | readonly string[]
  /** Existing files and directories that must not be readable. */
  readonly denyRead: readonly string[]
  /** Directories (or files) that may be written, with everything below. */
  readonly writable: readonly string[]
  /** Paths inside `writable` that must stay as they are; they need not exist, and may then not be made. */
  readonly readOnly: readonly string[]
  /**
   * What a person allowed besides, by the real paths that they agreed to: a path that leads elsewhere by now must not be opened. One
   * that does not exist may be made, and nothing beside it. `readOnly` and `denyRead` hold inside too. Absent: nothing.
   */
  readonly granted?: readonly Opening[]
  /** `private`: an empty, discarded /tmp; `host`: the machine's, writable; `none`: a directory like any other, for which `writable` counts. */
  readonly temp: 'private' | 'host' | 'none'
  /**
   * `none`: no network but a loopback of its own; `host`: the machine's; else one that this backend opened, in which nothing answers but
   * the relay of this program. A backend without `openNetwork` is never given such a one.
   */
  readonly network: 'none' | 'host' | SandboxNetwork
  /** Absent: none. */
  readonly limits: { readonly maxProcesses?: number; readonly maxMemoryBytes?: number }
  /**
   * True: where this user may change files of others and give files away (root), so may the program, within `writable`. For programs of
   * our own alone. A backend that cannot leaves it. Absent: it may not.
   */
  readonly actsForOthers?: boolean
}

/** A command that may run. */
export interface SandboxCommand {
  /** Program and arguments. */
  readonly argv: readonly [string, ...string[]]
  /** All that it gets. */
  readonly env: Readonly<Record<string, string>>
}

/** How to start a command inside: what to spawn instead, and what to keep open for it. */
export interface WrappedCommand {
  /** What to start instead. */
  readonly argv: readonly [string, ...string[]]
  /** What that one gets. What is not inside yet gets none of the command's own: it may load code. */
  readonly env: Readonly<Record<string, string>>
  /** Where to start it. Absent: in `/`, and what is started goes to the policy's `cwd` by itself. */
  readonly cwd?: string
  /** Open file descriptors of this process to hand on, by the number that the child sees (3 and above). */
  readonly fds: Readonly<Record<number, number>>
  /** Asked once the process has ended: true where the sandbox could not be set up, so that the command never ran. */
  hasFailed?(): Promise<boolean>
  /** Asked where that is so: what hinders it, and what to do. Absent, or undefined: what was printed says it. */
  explainFailure?(): Promise<{ readonly reason: string; readonly fix: string } | undefined>
  /** Asked once the process and all that it started have ended: puts in place what it was allowed to make, and says what was not kept. Absent: nothing is to do. */
  conclude?(): Promise<string | undefined>
  /** Runs after the command has ended, however it ended; closes `fds`. */
  cleanup(): Promise<void>
}

/** Whether a backend works on this machine, and else why not and what to do. */
export type SandboxAvailability =
  | { readonly available: true; readonly detail: string }
  | { readonly available: false; readonly reason: string; readonly fix: string }

/** A network that a backend opened for commands: a loopback that they share, and on it the relay. */
export interface SandboxNetwork {
  /** TCP port on 127.0.0.1, as commands see it, where the relay answers. */
  readonly relayPort: number
}

/** A connection that a command made to the relay: a `Duplex` of Node's, such as a socket. */
export interface RelayConnection extends AsyncIterable<Uint8Array> {
  /** Sends to the command; false where more should wait. */
  write(bytes: Uint8Array): boolean
  /** Ends both directions at once. */
  destroy(): unknown
}

/** A network while it is open. */
export interface OpenSandboxNetwork {
  /** What policies name it by: this very object, which `wrap` is given. */
  readonly network: SandboxNetwork
  /** Takes no more connections. The network goes with the last command in it, and at the latest with this program. */
  close(): Promise<void>
}

/** Holds commands to their permissions. */
export interface SandboxBackend {
  /** As the manifest says it. */
  readonly id: string
  /**
   * False: a command's processes may outlive its first one, and are ended by whoever started it. Absent: they all end with it, as in
   * a process namespace.
   */
  readonly endsAll?: false
  /** Whether what it needs is on this machine. Where it is, the program runs nothing in it once, and takes it if that works. Never throws. */
  probe(signal: AbortSignal): Promise<SandboxAvailability>
  /** What the reader can do, where that did not work: by what was said on stderr. Absent: nothing is known. */
  fixFor?(problem: string): string
  /**
   * Opens a network for commands of one thread. What they send leaves it through `accept` alone, which is handed each connection to the
   * relay and decides about each request. Absent: where single hosts are allowed, commands reach none.
   * @throws CodexError `sandbox.failed`; the abort reason
   */
  openNetwork?(accept: (connection: RelayConnection) => void, signal: AbortSignal): Promise<OpenSandboxNetwork>
  /** @throws CodexError `sandbox.failed`: the command then does not run */
  wrap(command: SandboxCommand, policy: SandboxPolicy): Promise<WrappedCommand>
}

/** Types a sandbox backend. */
export function defineSandbox(backend: SandboxBackend): SandboxBackend {
  return backend
}
