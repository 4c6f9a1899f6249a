import type { CommandHook } from '../../definitions/hooks/command-hook.ts'
import type { Service } from '../../plugin-api/tool-source.ts'
import { createCommandSupplies } from '../../sandbox/command-supplies.ts'
import { type StartServiceDeps, startHeldService } from '../start-held-service.ts'
import type { HookEnd } from './hook-answer.ts'

/** What runs the programs of hooks. */
export interface CommandHookDeps extends Omit<StartServiceDeps, 'exec' | 'threadId'> {
  readonly exec: Omit<StartServiceDeps['exec'], 'supplies'>
  /** Absolute path of the user's shell. */
  readonly shell: string
}

/** More than that is no answer. */
const maxOutputBytes = 1_000_000

/** What a pipe holds: a program may end without reading as much, and whether it had begun to is a matter of chance. */
const pipeBytes = 65_536

/** How long the output of a program that has ended may take to arrive, where something that it started holds it open. */
const drainMs = 200

/**
 * Runs the program of a hook through the door of programs that the configuration names: held by its profile, recorded, without secrets. Whatever it
 * started ends with it.
 *
 * @throws CodexError `sandbox.*`, `usage.unknown_definition`; Error where it prints too much; the abort reason
 */
export async function runCommandHook(
  { command, file, line, profile, writable, network, layer }: CommandHook,
  { threadId, cwd, input }: { readonly threadId: string; readonly cwd: string; readonly input: string },
  { exec, shell, ...deps }: CommandHookDeps,
  signal: AbortSignal,
): Promise<HookEnd> {
  const supplies = createCommandSupplies()
  const request = {
    argv: [shell, '-c', command],
    name: `hook ${file}${line === undefined ? '' : `:${line}`}`,
    cwd,
    hold: { ...(profile !== undefined && { profile }), writable, network, isUsers: layer === 'user' },
  } as const
  try {
    const service = await startHeldService(request, { ...deps, threadId, exec: { ...exec, supplies } }, signal)
    const stop = (): void => void service.end()
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await endOf(service, input)
    } finally {
      signal.removeEventListener('abort', stop)
      await service.end()
    }
  } finally {
    supplies.close()
  }
}

async function endOf(service: Service, input: string): Promise<HookEnd> {
  const hasRead = service.write(input).then(
    () => true,
    () => false, // it closed its input, or is gone
  )
  void hasRead.then(() => service.endInput())
  const chunks: Uint8Array[] = []
  const reading = readOutput(service, chunks)
  const exitCode = await Promise.race([service.exited, reading.then(() => service.exited)])
  await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, drainMs).unref())])
  return {
    exitCode,
    output: new TextDecoder().decode(Buffer.concat(chunks)),
    errorText: service.errorText(),
    hasRead: (await hasRead) || Buffer.byteLength(input) <= pipeBytes,
  }
}

/** @throws Error where there is too much of it */
async function readOutput(service: Service, chunks: Uint8Array[]): Promise<void> {
  let size = 0
  for await (const chunk of service.output) {
    size += chunk.byteLength
    if (size > maxOutputBytes) throw new Error(`it printed more than ${maxOutputBytes} bytes`)
    chunks.push(chunk)
  }
}
