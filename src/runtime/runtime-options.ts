import type { Env } from '../config/codex-home.ts'
import type { ThreadStore } from '../thread/thread-store.ts'

/** What the command line asks of a run; each absent where the flag was not given. */
export interface ThreadSettings {
  /** `-c key=value`, in order. */
  readonly overrides: readonly string[]
  /** `-p`: a configuration layer, a security profile, or both of that name. */
  readonly profile?: string
  readonly securityProfile?: string
  /** `-s`, in Codex' words. */
  readonly sandboxMode?: 'read-only' | 'workspace-write' | 'danger-full-access'
  /** `--yolo`: profile trusted, and nothing is asked. */
  readonly bypass?: boolean
  readonly model?: string
  /** `--oss`: a model of this machine, of its provider's own choice where none is named. */
  readonly oss?: boolean
  /** `--local-provider`: who has it. Absent: `oss_provider` of the configuration says, else Ollama. */
  readonly localProvider?: string
  /** `--thread-source`. */
  readonly threadSource?: string
  /** `--approve-for-me`: what would be asked is asked of a reviewing agent, under the profile workspace-write. */
  readonly approveForMe?: boolean
  /** `--max-cost`: US dollars. */
  readonly maxCost?: number
  /** `--max-tokens`. */
  readonly maxTokens?: number
  /** Absolute paths. */
  readonly addDirs?: readonly string[]
  readonly enable?: readonly string[]
  readonly disable?: readonly string[]
  readonly strictConfig?: boolean
  /** Broken files of the configuration count as empty: for what only looks. */
  readonly lenientConfig?: boolean
  readonly ignoreUserConfig?: boolean
  readonly ignoreRules?: boolean
  /** `--dangerously-bypass-hook-trust`: hooks of a trusted repository run whatever their text was when it was trusted. */
  readonly bypassHookTrust?: boolean
  /** Parse every definition anew, and keep nothing: `--no-cache`, or CODEX_NO_CACHE in the environment. */
  readonly noCache?: boolean
  /** `codex exec`: approval policy never, whatever the configuration says. */
  readonly neverAsk?: boolean
}

/** Everything that the runtime takes from the process; nothing below reads the environment itself. */
export interface RuntimeOptions {
  /** Absolute path of the installed package. */
  readonly packageRoot: string
  readonly version: string
  readonly env: Env
  readonly homeDir: string
  readonly tempDir: string
  /** Absolute path. */
  readonly cwd: string
  readonly platform: string
  /** `codex_exec`, `codex_cli`, or what CODEX_INTERNAL_ORIGINATOR_OVERRIDE says. */
  readonly originator: string
  /** The way it was started: what `codex exec` starts is `exec`, whoever drives it. Default `cli`. */
  readonly source?: 'exec' | 'cli'
  readonly settings: ThreadSettings
  /** Where threads are kept. Absent: in files below CODEX_HOME. */
  readonly openThreads?: (codexHome: string) => ThreadStore
  now(): Date
  /** Says on stderr what is found out when a turn has been shown already. Absent: nobody is told. */
  tell?(message: string): void
}
