import { randomBytes } from 'node:crypto'
import type { CommandProgress, CommandSession, ToolOutput } from 'codex-kernel/plugin-api'

/** Bounds of how long a call may wait, in milliseconds: shorter polls only cost requests, longer ones look like a hang. */
export const yieldBounds = { shortest: 250, longest: 600_000 } as const

/** Waits for a command, and tells the model what it did: in the words and the order that models of Codex know. */
export async function answerAfter(
  session: CommandSession,
  yieldMs: number,
  maxTokens: number | undefined,
): Promise<ToolOutput> {
  const { shortest, longest } = yieldBounds
  const progress = await session.wait(Math.min(Math.max(yieldMs, shortest), longest))
  const { exit, output, outputFile } = progress
  return {
    text: [
      `Chunk ID: ${randomBytes(3).toString('hex')}`,
      `Wall time: ${(progress.waitedMs / 1000).toFixed(4)} seconds`,
      exit ? `Process exited with code ${exit.exitCode}` : `Process running with session ID ${session.id}`,
      ...(exit?.limit === undefined ? [] : [exit.limit]),
      `Original token count: ${Math.ceil(progress.outputBytes / 4)}`,
      'Output:',
      output,
    ].join('\n'),
    structured: { ...asData(exit), output, ...(exit === undefined && { session_id: session.id }) },
    failed: exit !== undefined && (exit.exitCode !== 0 || exit.timedOut),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(outputFile !== undefined && { outputFile }),
  }
}

function asData(exit: CommandProgress['exit']): Readonly<Record<string, unknown>> {
  return exit ? { exit_code: exit.exitCode, timed_out: exit.timedOut, duration_ms: exit.durationMs } : {}
}
