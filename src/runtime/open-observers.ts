import type { ModuleContribution } from '../kernel/registry.ts'
import { isCodexError, type OpenObserver, type SourceProblem } from '../plugin-api/index.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import { createRedactor } from '../security/redact.ts'
import { userConfig } from './config-of-layers.ts'
import type { Kernel } from './load-kernel.ts'
import { createObserverContext } from './observer-context.ts'
import type { ThreadObservers } from './observers-of.ts'
import { toolSourceTable } from './tool-source-table.ts'

type Contribution = ModuleContribution<'observers'>

/** What observers may take after a turn has been shown, and after one that was stopped. */
const closeMs = 2000
const stoppedCloseMs = 250
/** What they may take before a turn begins. */
const openMs = 1000

/** An observer, until it throws. */
interface Open {
  readonly id: string
  observer: OpenObserver | undefined
}

/** Opens observers. What one of them throws ends its part, is told once, and never ends the turn. @throws the abort reason */
export async function openObservers(
  used: readonly Contribution[],
  { kernel, audit, threadId }: { readonly kernel: Kernel; readonly audit: AuditLog; readonly threadId: string },
  signal: AbortSignal,
): Promise<ThreadObservers> {
  const redact = createRedactor(kernel.options.env, kernel.credentials.secrets)
  const problems: SourceProblem[] = []
  const failed = (id: string, error: unknown) => problems.push(problemOf(id, error))
  const open = await Promise.all(
    used.map(async (contribution): Promise<Open> => {
      const settings = toolSourceTable(contribution, userConfig(kernel.loaded.layers)) ?? {}
      const context = createObserverContext(contribution, { settings, kernel, audit, threadId })
      try {
        const module = await kernel.activator.module(contribution)
        const opening = module.open(context, signal)
        return { id: contribution.id, observer: await within(openMs, () => opening, notOpen) }
      } catch (error) {
        signal.throwIfAborted()
        failed(contribution.id, error)
        return { id: contribution.id, observer: undefined }
      }
    }),
  )
  const news = () => {
    for (const { id, observer } of open) {
      try {
        problems.push(...(observer?.news() ?? []))
      } catch (error) {
        failed(id, error)
      }
    }
    return problems.splice(0).map(({ message, hint }) => ({
      message: redact(message),
      ...(hint !== undefined && { hint: redact(hint) }),
    }))
  }
  return {
    see(observed) {
      for (const each of open) {
        try {
          each.observer?.see(observed)
        } catch (error) {
          each.observer = undefined
          failed(each.id, error)
        }
      }
    },
    news,
    async close(stopped) {
      const limitMs = stopped.aborted ? stoppedCloseMs : closeMs
      await Promise.all(
        open.map(async ({ id, observer }) => {
          if (!observer) return
          // One that does not heed its signal is left behind.
          await within(
            limitMs,
            (limit) => observer.close(limit),
            () => undefined,
          ).catch((error) => failed(id, error))
        }),
      )
      for (const { message, hint } of news())
        kernel.options.tell?.(hint === undefined ? message : `${message}. ${hint}`)
    },
  }
}

/** What an action gives, or what `late` does where it takes too long. The timer keeps the program, unlike that of AbortSignal.timeout. */
async function within<Result>(
  milliseconds: number,
  action: (limit: AbortSignal) => Promise<Result>,
  late: () => Result,
): Promise<Result> {
  const limit = new AbortController()
  const { promise: expired, resolve, reject } = Promise.withResolvers<Result>()
  const timer = setTimeout(() => {
    limit.abort()
    try {
      resolve(late())
    } catch (error) {
      reject(error)
    }
  }, milliseconds)
  try {
    return await Promise.race([action(limit.signal), expired])
  } finally {
    clearTimeout(timer)
  }
}

function notOpen(): never {
  throw new Error(`it was not open within ${openMs / 1000} s`)
}

function problemOf(id: string, error: unknown): SourceProblem {
  const message = `The observer ${id} does not work: ${error instanceof Error ? error.message : String(error)}`
  return isCodexError(error) && error.hint !== undefined ? { message, hint: error.hint } : { message }
}
