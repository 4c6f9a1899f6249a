import { renewalTime } from './token-lifetime.ts'

/** Gives a token, which is kept in memory alone and taken anew before it expires. */
export interface TokenSource {
  /** @throws what taking one throws; the abort reason */
  token(signal: AbortSignal): Promise<string>
  /** Another token than the one that was refused; the same again where there is none yet. */
  renew(refused: string, signal: AbortSignal): Promise<string>
}

/** Several that ask at the same time share one run. A failed run is not remembered. */
export function createTokenSource(deps: {
  take(signal: AbortSignal): Promise<string>
  readonly intervalMs: number | undefined
  now(): Date
}): TokenSource {
  let held: { readonly token: string; readonly renewAtMs: number } | undefined
  let running: Promise<string> | undefined
  const take = (signal: AbortSignal): Promise<string> => {
    running ??= deps
      .take(signal)
      .then((token) => {
        held = { token, renewAtMs: renewalTime(token, deps.intervalMs, deps.now().getTime()) }
        return token
      })
      .finally(() => {
        running = undefined
      })
    return running
  }
  return {
    token: async (signal) =>
      held !== undefined && deps.now().getTime() < held.renewAtMs ? held.token : await take(signal),
    renew: async (refused, signal) => (held !== undefined && held.token !== refused ? held.token : await take(signal)),
  }
}
