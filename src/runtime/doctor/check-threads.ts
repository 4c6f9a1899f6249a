import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Whether every record of a thread can be read. */
export async function checkThreads({ kernel }: SecurityDeps, signal: AbortSignal): Promise<readonly DoctorCheck[]> {
  const { openThreadLibrary } = await import('../../thread/library/open-thread-library.ts')
  const { codexHome, options, threads } = kernel
  const library = openThreadLibrary({ codexHome, cwd: options.cwd }, threads)
  const unreadable = await library.unreadable(signal)
  if (unreadable.length === 0) return [{ name: 'threads', status: 'ok', detail: 'every record can be read' }]
  return unreadable.map(({ file, problem }) => ({
    name: 'threads',
    status: 'warning',
    detail: `${file}: ${problem}`,
    fix: 'Put a copy of the file in its place, or remove it; the other threads are not touched by it.',
  }))
}
