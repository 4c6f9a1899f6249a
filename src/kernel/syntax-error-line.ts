import { execFile } from 'node:child_process'

const timeoutMs = 5_000

/** The line at which Node cannot read a module any further; undefined where it can. Nothing of the module runs: an import says what is wrong, and not where. */
export function syntaxErrorLine(file: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--check', file], { timeout: timeoutMs }, (_, __, stderr) => {
      const line = /^.*:(\d+)$/m.exec(stderr)?.[1]
      resolve(line === undefined ? undefined : Number(line))
    })
  })
}
