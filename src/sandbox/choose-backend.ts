import { isCodexError } from '../plugin-api/errors.ts'
import type { SandboxAvailability, SandboxBackend } from '../plugin-api/sandbox.ts'

export type ChosenBackend =
  | { readonly backend: SandboxBackend; readonly detail: string; readonly reason?: undefined; readonly fix?: undefined }
  | { readonly backend?: undefined; readonly reason: string; readonly fix: string }

/**
 * The first backend that works here, in the order given (the caller leaves out those of other platforms); else why none
 * does and what to do. Each is asked and tried at most once: keep the answer with the runtime that asked. What throws counts
 * as unavailable. @param platform a value of `process.platform` @throws the abort reason
 */
export async function chooseBackend(
  backends: readonly SandboxBackend[],
  platform: string,
  signal: AbortSignal,
): Promise<ChosenBackend> {
  const refusals: { reason: string; fix: string }[] = []
  for (const backend of backends) {
    signal.throwIfAborted()
    const availability = await availabilityOf(backend, signal)
    signal.throwIfAborted()
    if (availability.available) return { backend, detail: availability.detail }
    refusals.push({ reason: `${backend.id}: ${availability.reason}`, fix: availability.fix })
  }
  if (refusals.length > 0) {
    return {
      reason: refusals.map((refusal) => refusal.reason).join('; '),
      fix: refusals.map((refusal) => refusal.fix).join(' Or: '),
    }
  }
  return platform === 'win32' ? noneOnWindows : noneInstalled(platform)
}

const updateIt = 'Update or remove the plugin that brings it.'

const noneOnWindows: ChosenBackend = {
  reason: 'on Windows there is none yet',
  fix: 'Run it in WSL 2, where commands run in the Linux sandbox: wsl --install, then install it there. Reading, scanning and asking work here.',
}

function noneInstalled(platform: string): ChosenBackend {
  return {
    reason: `no sandbox backend is installed for ${platform}`,
    fix: 'Install a plugin with a sandbox backend for this system (codex extensions lists what is there), or choose a profile without one: codex profiles list.',
  }
}

/** What the backend says of itself, and if that is yes, a try. */
async function availabilityOf(backend: SandboxBackend, signal: AbortSignal): Promise<SandboxAvailability> {
  try {
    const availability = await backend.probe(signal)
    if (!availability.available) return availability
    const { tryBackend } = await import('./try-backend.ts')
    const reason = await tryBackend(backend, signal)
    return reason === undefined ? availability : { available: false, reason, fix: backend.fixFor?.(reason) ?? updateIt }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const fix = (isCodexError(error) ? error.hint : undefined) ?? backend.fixFor?.(reason) ?? updateIt
    return { available: false, reason: `it could not be tried (${reason})`, fix }
  }
}
