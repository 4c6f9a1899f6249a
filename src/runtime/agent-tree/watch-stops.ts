import { mkdirSync, readdirSync, rmSync, watch } from 'node:fs'
import { stopDirectory, stopFile } from '../../thread/library/stop-file.ts'

/**
 * Tells of threads that another process of the same user wants stopped (`codex threads stop`), each once. Where the directory cannot be
 * watched nothing is told: those who ask find out that the thread goes on.
 *
 * @param isOwn whether a thread is one of this run; files that ask others to stop stay
 */
export function watchStops(
  codexHome: string,
  isOwn: (threadId: string) => boolean,
  stop: (threadId: string) => void,
): { close(): void } {
  const directory = stopDirectory(codexHome)
  const look = () => {
    for (const threadId of readdirSync(directory).filter(isOwn)) {
      rmSync(stopFile(codexHome, threadId), { force: true })
      stop(threadId)
    }
  }
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const watcher = watch(directory, { persistent: false }, look)
    watcher.on('error', () => watcher.close()) // the directory is gone
    return watcher
  } catch {
    return { close: () => undefined }
  }
}
