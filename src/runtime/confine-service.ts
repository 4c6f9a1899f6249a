import { existsSync, realpathSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import type { Opening, SandboxBackend, ServiceRequest, WrappedCommand } from '../plugin-api/index.ts'
import { isExecutable } from '../sandbox/find-program.ts'
import { expandPattern } from '../security/permissions/expand-pattern.ts'
import type { Places } from '../security/places.ts'
import { containment, networkVariables } from '../tools/context/exec.ts'
import type { HeldService } from './hold-service.ts'

/** How programs are started. */
export interface ServiceExec {
  /** What commands get. */
  readonly env: Readonly<Record<string, string>>
  readonly places: Places
  /** Undefined where none works here. */
  backend(): Promise<SandboxBackend | undefined>
}

/**
 * The program as the backend of the sandbox starts it, or as it is where its profile says so.
 *
 * @param cwd where it starts, absolute
 * @throws CodexError `sandbox.*`: it does not start; the abort reason
 */
export async function confineService(
  { argv, name, env: added, hold }: ServiceRequest,
  cwd: string,
  { held, exec }: { readonly held: HeldService; readonly exec: ServiceExec },
  signal: AbortSignal,
): Promise<WrappedCommand> {
  const { places } = exec
  // A bash whose input is a socket, as Node's pipes are, takes itself for a login from afar and reads ~/.bashrc (bash(1), INVOCATION), but not below another shell.
  const env: Readonly<Record<string, string>> = { SHLVL: '1', ...exec.env, ...added }
  const { confinement, gate, network, protection, temp } = held
  if (confinement.isUnheld) return { argv, env, fds: {}, cleanup: async () => undefined }
  assertProgram(argv[0], cwd, env.PATH ?? '')
  if (hold?.isUsers === true) assertPathsExist(hold.writable ?? [], places)
  const backend = await exec.backend()
  if (backend === undefined) {
    throw new CodexError('sandbox.unavailable', `No sandbox backend works here, so ${name} does not start`, {
      hint: 'See codex doctor. A program that may do all that you may runs without one: profile = "trusted".',
    })
  }
  const { makeCacheDirectories } = await import('../sandbox/make-cache-directories.ts')
  const home = { homeDir: places.homeDir, searchPath: env.PATH ?? '', platform: process.platform }
  await makeCacheDirectories(gate.permissions, home)
  const shown = temp === 'private' ? namedInTemp(argv, places) : []
  const { policy } = await containment(cwd, shown, {
    ...{ gate, network, places, protection, temp, signal },
    sandbox: async () => backend,
  })
  if (policy === undefined) throw new CodexError('sandbox.failed', `There is no sandbox for ${name}`)
  const variables = await networkVariables({ policy }, gate)
  const wrapped = await backend.wrap({ argv, env: { ...env, ...variables } }, policy)
  return {
    ...wrapped,
    async cleanup() {
      await wrapped.cleanup()
      await network.close()
    },
  }
}

/** A private temp directory hides the machine's; a program or file in there that the configuration names has to be seen, with what lies beside it. */
function namedInTemp(argv: readonly string[], { tempDir }: Places): readonly Opening[] {
  const entries = argv.flatMap((word) => {
    const real = isAbsolute(word) && existsSync(word) ? realpathSync(word) : ''
    return real.startsWith(`${tempDir}/`) ? [join(tempDir, real.slice(tempDir.length + 1).split('/')[0] ?? '')] : []
  })
  return [...new Set(entries)].map((path) => ({ access: 'read', path }))
}

/** A sandbox cannot open what is not there yet. */
function assertPathsExist(patterns: readonly string[], places: Places): void {
  const paths = patterns
    .filter((pattern) => !pattern.startsWith(':'))
    .flatMap((pattern) => expandPattern(pattern, 'allow', places))
  const missing = paths.find((path) => !existsSync(path))
  if (missing === undefined) return
  throw new CodexError('sandbox.failed', `It may write ${missing}, and there is no such file or directory`, {
    hint: `Make it first: mkdir -p ${missing}`,
  })
}

/** Inside, a missing program would be told in the words of the sandbox. */
function assertProgram(name: string, cwd: string, searchPath: string): void {
  const candidates = name.includes('/')
    ? [resolve(cwd, name)]
    : searchPath.split(delimiter).map((directory) => join(directory, name))
  if (candidates.some(isExecutable)) return
  throw new CodexError('sandbox.failed', `${name} could not be started in ${cwd}: there is no such program`, {
    hint: 'Check that the program is installed, and that PATH leads to it.',
  })
}
