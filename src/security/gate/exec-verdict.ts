import path from 'node:path'
import type { Action, ApprovalPolicy, Opening } from '../../plugin-api/index.ts'
import { checkReading } from '../exec-policy/check-script.ts'
import type { ExecPolicy } from '../exec-policy/exec-policy.ts'
import { type FilesOfWords, filesOfWords } from '../exec-policy/files-of-words.ts'
import { floorOfAuditLog } from '../exec-policy/floor-of-audit-log.ts'
import { floorOfProcesses } from '../exec-policy/floor-of-processes.ts'
import { floorOfScript } from '../exec-policy/floor-of-script.ts'
import { readScriptIn } from '../exec-policy/read-script-in.ts'
import { rulesAbout } from '../exec-policy/rules-about.ts'
import { type ScriptReading, type SimpleCommand, saysAll } from '../exec-policy/script-reading.ts'
import { secretOfWords } from '../exec-policy/secret-of-words.ts'
import { commandSubject } from '../permissions/command-prefix.ts'
import { isAtOrBelow } from '../permissions/path-pattern.ts'
import type { Places } from '../places.ts'
import type { ProtectedPaths } from '../protected-paths.ts'
import type { CompiledLayers } from './compile-layers.ts'
import { answerVerdict, policyVerdict } from './policy-verdict.ts'
import { subjectPath } from './resolve-action.ts'
import { filesOfScript, openingsOf, type ScriptFiles } from './script-files.ts'
import { strictest, type Verdict } from './verdict.ts'

export interface ExecVerdictDeps {
  readonly layers: CompiledLayers
  readonly execPolicy: ExecPolicy
  readonly approvalPolicy: ApprovalPolicy
  readonly protectedPaths: ProtectedPaths
  readonly protection: 'on' | 'lifted'
  readonly places: Places
  /** True where a command that is allowed runs in a sandbox. */
  readonly sandboxNeeded: boolean
  /** True for what was granted for longer than one action. */
  isGranted(action: Action): boolean
  /** True for a command that a granted rule covers. */
  isCommandGranted(command: SimpleCommand): boolean
}

/**
 * What a shell script may: the floor, the protected paths, then every simple command in it against each layer, the exec policy, and the
 * files that it would write or asks for besides. The sandbox enforces again what cannot be seen in its text.
 */
export async function execVerdict(action: Extract<Action, { kind: 'exec' }>, deps: ExecVerdictDeps): Promise<Verdict> {
  if (!isKnownShell(action.shell, deps.places)) {
    const why = `${action.shell} is no shell whose scripts can be read`
    const { workspaceRoot } = deps.places
    const where = isAtOrBelow(action.shell, workspaceRoot) ? `: it lies in the workspace, ${workspaceRoot}` : ''
    return denial('gate', 'shell', `${why}${where}`)
  }
  const reading = await readScriptIn(action.script, { cwd: action.cwd, homeDir: deps.places.homeDir })
  return { ...(await readingVerdict(reading, action, deps)), argv: reading.commands.map(argvOf) }
}

/** The words of a command as far as they are known before it runs. */
function argvOf({ known, open }: ScriptReading['commands'][number]): readonly string[] {
  return open ? [...known, '…'] : known
}

async function readingVerdict(
  reading: ScriptReading,
  action: Extract<Action, { kind: 'exec' }>,
  given: ExecVerdictDeps,
): Promise<Verdict> {
  const where = { places: given.places, protectedPaths: given.protectedPaths, cwd: action.cwd }
  const named = filesOfWords(reading, where)
  const ofProcesses = given.sandboxNeeded ? undefined : floorOfProcesses(named)
  const floor = floorOfScript(reading, where) ?? floorOfAuditLog(named, given.places) ?? ofProcesses
  if (floor !== undefined) return denial('floor', floor, `the floor forbids it: ${floor}`)
  const execPolicy = await sparingPolicy(reading, action.cwd, given)
  const deps = { ...given, execPolicy }
  const answer = checkReading(reading, execPolicy)
  const files = await filesOfScript({ ...reading, writes: answer.writes }, action.cwd, deps.places)
  const wanted = openingsOf(files, action.opens ?? [], deps.places)
  const protectedFile = protectedBy(files, wanted, deps)
  if (protectedFile !== undefined) return protectedFile
  const secret = await secretNamed(named, deps)
  if (secret !== undefined) return secret
  const byLayers = commandsVerdict(reading, deps.layers)
  if (byLayers.answer === 'deny') return byLayers
  const needed = wanted.filter(({ access, path }) => !isGranted(access, path, deps))
  const verdicts = needed.map(({ access, path }) => ({
    ...deps.layers.decide(access, path, `${access} ${path}`),
    path,
  }))
  const byPolicy = answerVerdict(answer, deps)
  const { reviewer } = byPolicy
  const verdict = { ...strictest(byLayers, byPolicy, ...verdicts), ...(reviewer && { reviewer }) }
  if (verdict.answer !== 'ask') return verdict
  const opens = needed.filter((_, index) => verdicts[index]?.answer === 'ask')
  const asked = withoutGranted(reading, deps)
  if (asked !== reading) {
    const left = asked.commands.length === 0 ? [] : [commandsVerdict(asked, deps.layers)]
    const byGrant = strictest(policyVerdict(asked, deps), ...left, ...verdicts)
    if (byGrant.answer === 'allow') return { ...verdict, answer: 'allow', isGranted: true }
  }
  return opens.length === 0 ? verdict : { ...verdict, reason: `${verdict.reason}${openingWords(opens)}`, opens }
}

type SparingDeps = Pick<ExecVerdictDeps, 'execPolicy' | 'layers' | 'protectedPaths' | 'places' | 'sandboxNeeded'>

/** The policy as it is about this script: in a sandbox, some rules ask about files outside of the workspace alone. */
export async function sparingPolicy(
  reading: ScriptReading,
  cwd: string,
  { execPolicy, layers, protectedPaths, places, sandboxNeeded }: SparingDeps,
): Promise<ExecPolicy> {
  const isAsked = (command: SimpleCommand) => rulesAbout(command, execPolicy).some(({ rule }) => rule.only_outside)
  if (!sandboxNeeded || !reading.commands.some(isAsked)) return execPolicy
  const { insideWorkspace } = await import('../exec-policy/inside-workspace.ts') // most lines have no such command
  const mayWrite = (file: string) => layers.decide('write', file, `write ${file}`).answer === 'allow'
  return { ...execPolicy, inside: await insideWorkspace(reading, { places, cwd, protectedPaths, mayWrite }) }
}

/** The same without the commands that a granted rule covers, where nothing else may run under their names. */
function withoutGranted(reading: ScriptReading, deps: ExecVerdictDeps): ScriptReading {
  if (!saysAll(reading)) return reading
  const commands = reading.commands.filter((command) => !deps.isCommandGranted(command))
  return commands.length === reading.commands.length ? reading : { ...reading, commands }
}

/** What the person says yes to, in full: the reason itself names one rule. */
export function openingWords(opens: readonly Opening[]): string {
  const paths = opens.map(({ access, path }) => `${access} ${path}`)
  return `; allowed, this command may ${paths.join(', ')}`
}

function isGranted(access: Opening['access'], path: string, deps: ExecVerdictDeps): boolean {
  return deps.isGranted(access === 'read' ? { kind: 'read', path } : { kind: 'write', path, change: 'update' })
}

/** A shell of the POSIX kind, by its bare name or from outside the directories that a command could have written. */
function isKnownShell(shell: string, places: Places): boolean {
  const file = subjectPath(shell)
  const name = file.slice(file.lastIndexOf('/') + 1)
  if (!/^(?:sh|bash|dash|ash|zsh|ksh|mksh)$/.test(name)) return false
  if (name === file) return true
  const writable = [places.workspaceRoot, places.tempDir, '/tmp', '/var/tmp', '/dev/shm']
  return (
    path.isAbsolute(file) &&
    path.normalize(file) === file &&
    !writable.some((directory) => isAtOrBelow(file, subjectPath(directory)))
  )
}

function protectedBy(files: ScriptFiles, wanted: readonly Opening[], deps: ExecVerdictDeps): Verdict | undefined {
  const asked = (access: Opening['access']) =>
    wanted.flatMap((opening) => (opening.access === access ? opening.path : []))
  const writes = [...files.writes, ...asked('write')]
  for (const file of writes) {
    const floor = deps.protectedPaths.floor(file, 'write')
    if (floor !== undefined) return { ...denial('floor', floor, `the floor forbids writing ${file}`), path: file }
  }
  if (deps.protection === 'lifted') return undefined
  for (const file of [...files.reads, ...asked('read'), ...writes]) {
    const secret = deps.protectedPaths.secret(file)
    if (secret !== undefined) return { ...denial('protected paths', secret, `${file} is a secret`), path: file }
  }
  for (const file of writes) {
    const rule = deps.protectedPaths.writeProtected(file)
    if (rule !== undefined) {
      return { ...denial('protected paths', rule, `${file} is protected against writing`), path: file }
    }
  }
  return undefined
}

/** What a command names, it reads: the sandbox masks secrets where it looks for them, and this holds on the rest of the disk too. */
async function secretNamed(named: readonly FilesOfWords[], deps: ExecVerdictDeps): Promise<Verdict | undefined> {
  if (deps.protection === 'lifted') return undefined
  const isSecret = (real: string) => deps.protectedPaths.secret(real) !== undefined
  const file = await secretOfWords(named, { isSecret, sandboxNeeded: deps.sandboxNeeded })
  const rule = file === undefined ? undefined : deps.protectedPaths.secret(file)
  if (file === undefined || rule === undefined) return undefined
  return { ...denial('protected paths', rule, `${file} is a secret`), path: file }
}

/** What no list of commands covers, only `*` does, and what no list of denials means. */
const anotherCommand = { known: [], open: false, transparent: false } as const

/**
 * A wrapper needs no allowance of its own, since its inner command stands in the list; a denial holds for it too. Where something else may
 * run than the commands say (`PATH=. ls`), they alone are not enough.
 */
function commandsVerdict(reading: ScriptReading, layers: CompiledLayers): Verdict {
  const isWhole = reading.commands.length > 0 && reading.unsure.length === 0
  const commands = isWhole ? reading.commands : [...reading.commands, anotherCommand]
  const verdicts = commands.flatMap((command) => commandVerdict(command, layers) ?? [])
  const [first, ...others] = verdicts
  return first === undefined ? denial('gate', 'no command', 'the script holds no command') : strictest(first, ...others)
}

/** What the layers say of one command; undefined for a wrapper that none of them denies by name. */
export function commandVerdict(
  command: Pick<SimpleCommand, 'known' | 'open' | 'transparent'>,
  layers: CompiledLayers,
): Verdict | undefined {
  const name = command.known.length === 0 ? 'a command that is not known before it runs' : command.known.join(' ')
  const verdict = layers.decide('exec', commandSubject(command), name)
  return command.transparent && verdict.isForbidden !== true ? undefined : verdict
}

function denial(layer: string, rule: string, reason: string): Verdict {
  return { answer: 'deny', layer, rule, reason }
}
