import { readFile } from 'node:fs/promises'
import { type ModelServerOptions, type ModelTurn, startModelServer } from './model-server.ts'

/**
 * `node model-server-cli.ts SCRIPT.json`: serves the script, prints its base URL as one line, and ends on SIGTERM or
 * when stdin closes. The script is an array of turns, or `{ "turns": [...], "whenSpent": "repeat" }`.
 */
const [scriptFile] = process.argv.slice(2)
if (!scriptFile) {
  process.stderr.write('usage: node model-server-cli.ts SCRIPT.json\n')
  process.exit(2)
}
// Trusted: the script is written by the test or benchmark that starts this.
const script = JSON.parse(await readFile(scriptFile, 'utf8')) as
  | readonly ModelTurn[]
  | ({ readonly turns: readonly ModelTurn[] } & ModelServerOptions)
const { turns, ...options } = 'turns' in script ? script : { turns: script }
const server = await startModelServer(turns, options)
process.stdout.write(`${server.url}\n`)
const end = () => void server.close().then(() => process.exit(0))
process.once('SIGTERM', end)
process.stdin.once('end', end).once('error', end).resume()
