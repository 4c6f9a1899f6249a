import type { ThreadMeta } from '../plugin-api/index.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** Who started a thread, for the first line of its rollout. */
export function sourceOf({
  originator,
  version,
  source = 'cli',
  settings,
}: RuntimeOptions): Pick<ThreadMeta, 'originator' | 'cli_version' | 'source' | 'thread_source'> {
  return {
    originator,
    cli_version: version,
    source,
    ...(settings.threadSource !== undefined && { thread_source: settings.threadSource }),
  }
}
