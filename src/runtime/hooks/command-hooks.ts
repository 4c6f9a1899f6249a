import type { CommandHook } from '../../definitions/hooks/command-hook.ts'
import { matchesNames } from '../../definitions/hooks/hook-matcher.ts'
import type { HookInForce } from '../../kernel/run-hooks.ts'
import type { Hook, HookDecision, HookEvent, HookPayloads } from '../../plugin-api/hook.ts'
import { readHookAnswer } from './hook-answer.ts'
import { givenInput, type HookThread, hookInput } from './hook-input.ts'
import { namesToMatch } from './hook-names.ts'
import { type CommandHookDeps, runCommandHook } from './run-command-hook.ts'

/** The programs that files name, as hooks like any others. */
export function commandHooks(
  named: readonly CommandHook[],
  deps: CommandHookDeps & { readonly thread: HookThread },
): readonly HookInForce[] {
  return named.map((each) => ({
    event: each.event,
    matches(payload) {
      const names = namesToMatch(each.event, payload)
      return names === undefined || matchesNames(each.matcher, names)
    },
    timeoutMs: each.timeoutMs,
    name: each.line === undefined ? each.file : `${each.file}:${each.line}`,
    file: each.file,
    ...(each.line !== undefined && { line: each.line }),
    load: async () => hookOf(each, deps),
  }))
}

function hookOf(named: CommandHook, deps: CommandHookDeps & { readonly thread: HookThread }): Hook {
  const { event } = named
  return {
    event,
    async run(payload: HookPayloads[HookEvent], signal: AbortSignal): Promise<HookDecision | undefined> {
      const { threadId, cwd } = payload
      const input = `${JSON.stringify(hookInput(event, payload, deps.thread))}\n`
      const answer = readHookAnswer(event, await runCommandHook(named, { threadId, cwd, input }, deps, signal))
      if (answer === undefined || !('tool' in payload)) return answer
      const { updatedInput, ...decision } = answer
      if (updatedInput === undefined) return decision
      return { ...decision, input: givenInput(payload.tool, updatedInput, payload.input) }
    },
  }
}
