import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CodexError, type SandboxCommand, type SandboxPolicy, type WrappedCommand } from 'codex-kernel/plugin-api'
import { makeOwnTemp } from './own-temp.ts'
import { realPlace } from './real-place.ts'
import { seatbeltProfile } from './seatbelt-profile.ts'

/** Where macOS has it. Never from PATH: a repository can bring one of its own. */
export const sandboxExec = '/usr/bin/sandbox-exec'
/** Where the command says that it starts; nothing is left of it then. */
const markerFd = 5
const start = `echo >&${markerFd} && exec ${markerFd}>&- && exec "$@"`

/**
 * A command line that runs a command under Seatbelt as a policy says. Number of processes and memory are not limited: macOS counts
 * processes for each user and not for a command, and holds no program to a size of memory (setrlimit(2)).
 * @throws CodexError `sandbox.failed`
 */
export async function wrapCommand(command: SandboxCommand, policy: SandboxPolicy): Promise<WrappedCommand> {
  const releases: (() => void)[] = []
  const cleanup = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) release()
  }
  try {
    const ownTemp = policy.temp === 'private' ? makeOwnTemp() : undefined
    if (ownTemp !== undefined) releases.push(() => rmSync(ownTemp, { recursive: true, force: true }))
    const { text, definitions } = seatbeltProfile(policy, ownTemp)
    const marker = openMarker()
    releases.push(() => closeSync(marker))
    const parameters = definitions.flatMap((definition) => ['-D', definition])
    assertShort([text, ...parameters, ...command.argv, ...Object.entries(command.env).flat()])
    return {
      argv: [sandboxExec, '-p', text, ...parameters, '--', '/bin/sh', '-c', start, 'sh', ...command.argv],
      cwd: realPlace(policy.cwd),
      env: { ...command.env, ...temporaryDirectory(ownTemp), ...notices(policy) },
      fds: { [markerFd]: marker },
      hasFailed: async () => fstatSync(marker).size === 0,
      cleanup,
    }
  } catch (cause) {
    await cleanup()
    if (cause instanceof CodexError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CodexError('sandbox.failed', `The sandbox could not be prepared: ${reason}`, { cause })
  }
}

/** A command line with its environment has at most 1 MiB (ARG_MAX of macOS); some of it is for pointers and for what is added. */
const maxWordBytes = 900_000

function assertShort(words: readonly string[]): void {
  const bytes = words.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0)
  if (bytes <= maxWordBytes) return
  throw new CodexError(
    'sandbox.failed',
    `The command with its environment and the paths that the sandbox has to know takes ${bytes} bytes, and macOS starts no program with more than ${maxWordBytes}.`,
    { hint: 'Give long text on standard input, or start in a directory with fewer secrets and repositories below it.' },
  )
}

/** An empty file without a name, open for writing. */
function openMarker(): number {
  const directory = mkdtempSync(join(tmpdir(), 'codex-start-'))
  try {
    return openSync(join(directory, 'marker'), 'w')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function temporaryDirectory(ownTemp: string | undefined): Readonly<Record<string, string>> {
  return ownTemp === undefined ? {} : { TMPDIR: ownTemp, TMP: ownTemp, TEMP: ownTemp }
}

/** Other tools look at these, to say why something does not work. */
function notices({ network }: SandboxPolicy): Readonly<Record<string, string>> {
  return { CODEX_SANDBOX: 'seatbelt', ...(network === 'none' && { CODEX_SANDBOX_NETWORK_DISABLED: '1' }) }
}
