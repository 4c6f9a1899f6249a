import { homedir, tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import type { RuntimeOptions, ThreadSettings } from '../runtime/runtime-options.ts'
import { createNameHider } from '../security/audit/hide-names.ts'
import { parseBound } from './parse-bound.ts'
import type { ParsedOptions } from './thread-options.ts'

/** What the bin hands in, and where output goes: the only place that reads the process. */
export interface ProcessDeps {
  readonly argv: readonly string[]
  readonly packageRoot: string
  readonly version: string
}

export function writeOut(text: string): void {
  process.stdout.write(text)
}

export function writeErr(text: string): void {
  process.stderr.write(text)
}

/** Takes people's names out of a text, as the audit log of this user does. */
export function hideNamesHere(): (text: string) => string {
  return createNameHider(process.env.HOME || homedir(), process.env)
}

/** Everything that a runtime takes from the process and from the command line. */
export function runtimeOptions(
  deps: Pick<ProcessDeps, 'packageRoot' | 'version'>,
  options: ParsedOptions,
  mode: { readonly originator: string; readonly neverAsk: boolean },
): RuntimeOptions {
  const { env } = process
  const cwd = resolve(options.cd ?? process.cwd())
  return {
    packageRoot: deps.packageRoot,
    version: deps.version,
    env,
    homeDir: env.HOME || homedir(),
    tempDir: tmpdir(),
    cwd,
    platform: process.platform,
    originator: env.CODEX_INTERNAL_ORIGINATOR_OVERRIDE || mode.originator,
    source: mode.originator === 'codex_exec' ? 'exec' : 'cli',
    settings: {
      ...threadSettings(options, cwd),
      neverAsk: mode.neverAsk,
      noCache: options['no-cache'] === true || isOn(env.CODEX_NO_CACHE),
    },
    now: () => new Date(),
    tell: (message) => writeErr(`warning: ${terminalText(message)}\n`),
  }
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value)
}

/** @throws CodexError `usage.arguments` */
function profileName(text: string): string {
  if (text.trim() !== '') return text
  throw new CodexError('usage.arguments', 'The security profile has no name', {
    hint: 'codex profiles list shows those that there are.',
  })
}

function threadSettings(options: ParsedOptions, cwd: string): ThreadSettings {
  return {
    overrides: options.config ?? [],
    addDirs: (options['add-dir'] ?? []).map((directory) => resolve(cwd, directory)),
    enable: options.enable ?? [],
    disable: options.disable ?? [],
    bypass: options['dangerously-bypass-approvals-and-sandbox'] ?? false,
    strictConfig: options['strict-config'] ?? false,
    ignoreUserConfig: options['ignore-user-config'] ?? false,
    ignoreRules: options['ignore-rules'] ?? false,
    bypassHookTrust: options['dangerously-bypass-hook-trust'] ?? false,
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options['security-profile'] !== undefined && { securityProfile: profileName(options['security-profile']) }),
    ...(options.sandbox !== undefined && {
      sandboxMode: options.sandbox as NonNullable<ThreadSettings['sandboxMode']>,
    }), // one of the table's values
    ...(options.model !== undefined && { model: options.model }),
    oss: options.oss === true || options['local-provider'] !== undefined,
    approveForMe: options['approve-for-me'] ?? false,
    ...(options['local-provider'] !== undefined && { localProvider: options['local-provider'] }),
    ...(options['thread-source'] !== undefined && { threadSource: options['thread-source'] }),
    ...(options['max-cost'] !== undefined && { maxCost: parseBound('max-cost', options['max-cost']) }),
    ...(options['max-tokens'] !== undefined && { maxTokens: parseBound('max-tokens', options['max-tokens']) }),
  }
}

/** npm and other launchers hand on what a terminal has sent to all: a signal that comes again so soon is the same one. */
const repeatMs = 500

/**
 * Aborts when the person or the system asks to stop; a second Ctrl-C ends the process at once. `dispose` gives the
 * signals back.
 */
export function processSignal(): {
  readonly signal: AbortSignal
  /** Aborts as a signal of that name would. */
  stop(name: string): void
  dispose(): void
} {
  const controller = new AbortController()
  let stoppedMs = 0
  const stop = (name: string) => {
    if (controller.signal.aborted && performance.now() - stoppedMs < repeatMs) return
    if (controller.signal.aborted) process.exit(130)
    stoppedMs = performance.now()
    controller.abort(new CodexError('interrupted', `stopped by ${name}`))
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, stop)
  return {
    signal: controller.signal,
    stop,
    dispose: () => {
      for (const name of signals) process.off(name, stop)
      if (controller.signal.aborted) endSoon()
    },
  }
}

/** Code of others that was told to stop, and did not, does not keep a program that has nothing more to say. */
function endSoon(): void {
  process.stdout.write('', () => void setTimeout(() => process.exit(), 50).unref())
}
