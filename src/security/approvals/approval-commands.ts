import type { Action, ApprovalCommand, ApprovalPolicy } from '../../plugin-api/index.ts'
import { checkReading } from '../exec-policy/check-script.ts'
import type { ExecPolicy } from '../exec-policy/exec-policy.ts'
import type { ScriptReading, SimpleCommand } from '../exec-policy/read-script.ts'
import { readScriptIn } from '../exec-policy/read-script-in.ts'
import { saysAll } from '../exec-policy/script-reading.ts'
import type { CompiledLayers } from '../gate/compile-layers.ts'
import { commandVerdict, sparingPolicy } from '../gate/exec-verdict.ts'
import { policyVerdict } from '../gate/policy-verdict.ts'
import { strictest } from '../gate/verdict.ts'
import type { Places } from '../places.ts'
import type { ProtectedPaths } from '../protected-paths.ts'

export interface CommandJudges {
  readonly execPolicy: ExecPolicy
  readonly approvalPolicy: ApprovalPolicy
  readonly layers: CompiledLayers
  readonly places: Places
  readonly protectedPaths: ProtectedPaths
  /** True where a command that is allowed runs in a sandbox. */
  readonly sandboxNeeded: boolean
  /** True for a command that somebody said yes to already. */
  isCommandGranted(command: SimpleCommand): boolean
}

/** A command of a script beside what is said of it by itself. */
export interface JudgedCommand {
  readonly command: SimpleCommand
  readonly shown: ApprovalCommand
}

/** The script as it was read, and its commands in order, each judged alone. A wrapper is one of them only where something is said of itself. */
export async function judgeCommands(
  requestId: string,
  { script, cwd }: Extract<Action, { kind: 'exec' }>,
  given: CommandJudges,
): Promise<{ readonly reading: ScriptReading; readonly judged: readonly JudgedCommand[] }> {
  const reading = await readScriptIn(script, { cwd, homeDir: given.places.homeDir })
  const deps = { ...given, execPolicy: await sparingPolicy(reading, cwd, given) }
  const judged: JudgedCommand[] = []
  for (const command of reading.commands) {
    const alone = {
      ...reading,
      commands: [command],
      writes: [],
      reads: [],
      unknownWrites: [],
      unsure: [],
      unknownFiles: [],
    }
    const [answer] = checkReading(alone, deps.execPolicy).commands
    const byLayers = commandVerdict(command, deps.layers)
    if (answer === undefined && (byLayers === undefined || byLayers.answer === 'allow')) continue
    const byPolicy = policyVerdict(alone, deps)
    const { rule, reason, file, line, ...verdict } = byLayers ? strictest(byPolicy, byLayers) : byPolicy
    const isAsked = verdict.answer === 'ask' && !(saysAll(reading) && deps.isCommandGranted(command))
    judged.push({
      command,
      shown: {
        id: `${requestId}.${judged.length + 1}`,
        words: command.open ? [...command.known, '…'] : command.known,
        answer: answer?.answer ?? 'safe',
        isAsked,
        rule,
        reason,
        ...(file !== undefined && { file }),
        ...(line !== undefined && { line }),
      },
    })
  }
  return { reading, judged }
}
