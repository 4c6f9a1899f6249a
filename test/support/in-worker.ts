import { execFileSync } from 'node:child_process'

/** The address of a file of src, as a literal for a program. */
export function moduleUrl(path: string): string {
  return JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
}

/** What a program prints that runs in a worker thread of a process of its own. @throws where it fails */
export function inWorker(program: string): string {
  const worker = `new (require('node:worker_threads').Worker)(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(program)}`)}))`
  return execFileSync(process.execPath, ['-e', worker], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
