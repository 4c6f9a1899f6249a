import { CodexError } from '../plugin-api/errors.ts'
import { readStdin } from './read-prompt.ts'

/**
 * The goal that was typed: its words with a space between them; `-` is standard input.
 *
 * @param isOptional a workflow was named, which has a goal of its own
 * @throws CodexError `usage.arguments` for none
 */
export async function supervisorGoal(
  words: readonly string[],
  isOptional: boolean,
  signal: AbortSignal,
): Promise<string> {
  const typed = words.join(' ')
  const goal = typed === '-' ? new TextDecoder().decode(await readStdin(signal)) : typed
  if (goal.trim() !== '' || isOptional) return goal
  throw new CodexError('usage.arguments', 'codex supervisor needs a goal', {
    hint: 'For example: codex supervisor "review the code" --agents CodeExpert,Security. To read it: codex supervisor - < goal.txt',
  })
}

/** A run that goes on has its goal and its plan. @throws CodexError `usage.arguments` where another one is given beside it */
export function assertResumedAlone(resume: string, hasGoal: boolean, flags: Readonly<Record<string, unknown>>): void {
  const given = ['agents', 'strategy', 'merge', 'judge', 'workflow', 'dry-run'].find(
    (name) => flags[name] !== undefined && flags[name] !== false,
  )
  if (!hasGoal && given === undefined) return
  throw new CodexError('usage.arguments', `A run that goes on has its ${hasGoal ? 'goal' : 'plan'}`, {
    hint: `Leave ${hasGoal ? 'the goal' : `--${given}`} out: codex supervisor --resume ${resume}`,
  })
}
