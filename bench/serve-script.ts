import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { ModelTurn } from '../test/support/model-turn.ts'

const serverFile = fileURLToPath(new URL('../test/support/model-server-cli.ts', import.meta.url))

export interface ScriptServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves the turns, one a request, from a process of its own. `scriptFile` is written for it. */
export async function serveScript(turns: readonly ModelTurn[], scriptFile: string): Promise<ScriptServer> {
  await writeFile(scriptFile, JSON.stringify(turns))
  // The server ends when its input does.
  const server = spawn(process.execPath, [serverFile, scriptFile], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', reject).once('exit', (code) => reject(new Error(`the model server ended with ${code}`)))
    server.stdout.once('data', (line) => resolve(String(line).trim()))
  })
  return {
    url,
    async close() {
      server.stdin.end()
      await ended
    },
  }
}
