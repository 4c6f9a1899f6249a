import { isCodexError } from '../../plugin-api/errors.ts'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { checkAudit } from './check-audit.ts'
import { checkConfig } from './check-config.ts'
import { checkDefinitions } from './check-definitions.ts'
import { checkGit } from './check-git.ts'
import { checkMcpServers } from './check-mcp-servers.ts'
import { checkModel } from './check-model.ts'
import { checkPermissions } from './check-permissions.ts'
import { checkPlaces } from './check-places.ts'
import { checkPlugins } from './check-plugins.ts'
import { checkProgram } from './check-program.ts'
import { checkRestrictions } from './check-restrictions.ts'
import { checkSandbox } from './check-sandbox.ts'
import { checkSharedHome } from './check-shared-home.ts'
import { checkThreads } from './check-threads.ts'

/** A check that takes longer is told as a warning, and the others are told all the same. */
const checkTimeoutMs = 10_000
const onlineTimeoutMs = 30_000

/** Looks at one thing, changes nothing. */
type Check = (deps: SecurityDeps, signal: AbortSignal) => Promise<readonly DoctorCheck[]>

/** In the order in which they are told. */
const checks: Readonly<Record<string, Check>> = {
  program: checkProgram,
  home: checkPlaces,
  config: checkConfig,
  permissions: checkPermissions,
  'shared home': checkSharedHome,
  git: checkGit,
  restrictions: checkRestrictions,
  sandbox: checkSandbox,
  'mcp server': checkMcpServers,
  audit: checkAudit,
  threads: checkThreads,
  plugins: checkPlugins,
  files: checkDefinitions,
}

/**
 * Checks what the program needs here, all at once, each bounded in time. Each finding that is not ok names a fix.
 *
 * @param options `online`: the configured model is asked, with the smallest request
 */
export async function runDoctor(
  options: { readonly online?: boolean },
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const model: Check = (given, abort) => checkModel(options.online ?? false, given, abort)
  const modelTimeoutMs = options.online ? onlineTimeoutMs : checkTimeoutMs
  const running = Object.entries(checks).map(([name, check]) => bounded(name, check, checkTimeoutMs, deps, signal))
  const found = await Promise.all([...running, bounded('model', model, modelTimeoutMs, deps, signal)])
  signal.throwIfAborted()
  return found.flat()
}

async function bounded(
  name: string,
  check: Check,
  timeoutMs: number,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const both = AbortSignal.any([signal, timeout])
  const late = new Promise<readonly DoctorCheck[]>((resolve) => {
    const detail = `no answer after ${timeoutMs / 1000} s`
    both.addEventListener('abort', () => resolve([{ name, status: 'warning', detail, fix: 'Run it again.' }]))
  })
  const answer = check(deps, both).catch((error: unknown): readonly DoctorCheck[] => {
    const detail = `could not be checked: ${error instanceof Error ? error.message : String(error)}`
    const fix = (isCodexError(error) && error.hint) || 'Mend what the message names, then run it again.'
    return [{ name, status: 'warning', detail, fix }]
  })
  return await Promise.race([answer, late])
}
