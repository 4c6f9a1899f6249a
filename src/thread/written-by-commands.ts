import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import type { HistoryItem, ToolCallItem } from '../plugin-api/index.ts'
import { readScript } from '../security/exec-policy/read-script.ts'
import { shellJoin } from '../tools/commands/shell-join.ts'

/** Files that calls of a shell name as written, by id of the call: path and what was done with it. */
export type WrittenByCommands = ReadonlyMap<string, readonly (readonly [path: string, done: string])[]>

/** Tools that take a script, ours and those of Codex. */
const shellTools: ReadonlySet<string> = new Set(['exec_command', 'shell', 'shell_command', 'container.exec'])
const givenSchema = z.object({
  cmd: z.string().optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  workdir: z.string().nullish(),
})

const [written, moved, deleted] = ['written by a command', 'moved by a command', 'deleted by a command']

/**
 * Reads what commands write out of their text, as exec policy does: redirections, `tee`, `cp`, `mv` and `rm` of names that are known before
 * they run. What is not known is left out.
 *
 * @param cwd absolute path, for commands that name no directory
 */
export async function writtenByCommands(items: readonly HistoryItem[], cwd: string): Promise<WrittenByCommands> {
  const found = new Map<string, readonly (readonly [string, string])[]>()
  for (const item of items) {
    if (item.type !== 'function_call' || !shellTools.has(item.name)) continue
    const given = givenSchema.safeParse(argumentsOf(item))
    const script = given.data?.cmd ?? given.data?.command
    if (script === undefined) continue
    const text = typeof script === 'string' ? script : shellJoin(script)
    const files = await writtenByScript(text, resolve(cwd, given.data?.workdir ?? '.'))
    if (files.length > 0) found.set(item.call_id, files)
  }
  return found
}

async function writtenByScript(script: string, directory: string): Promise<readonly (readonly [string, string])[]> {
  const { writes, commands, changesDirectory } = await readScript(script)
  const files = [
    ...writes.map((path) => [path, written] as const),
    ...commands.flatMap(({ known, open }) => (open ? [] : writtenBy(known))),
  ]
  return files.flatMap(([path, done]) => {
    // A name behind `cd` is relative to where nobody knows.
    const isKnown = path !== '' && !path.startsWith('~') && (isAbsolute(path) || !changesDirectory)
    const file = resolve(directory, path)
    return isKnown && !file.startsWith('/dev/') ? [[file, done] as const] : []
  })
}

/** What a command of known words does with its operands; nothing where an option could give them another meaning. */
function writtenBy([name, ...words]: readonly string[]): readonly (readonly [string, string])[] {
  if (name !== 'rm' && name !== 'mv' && name !== 'cp') return []
  const end = words.indexOf('--')
  const options = words.filter((word, index) => word.startsWith('-') && (end === -1 || index < end))
  if (options.some((option) => !/^-[a-zA-Z]+$/.test(option) || /[tTS]/.test(option))) return []
  const operands = words.filter((word, index) => index !== end && !options.includes(word))
  if (name === 'rm') return operands.map((path) => [path, deleted] as const)
  const [target = '', ...sources] = operands.toReversed()
  // More than one, or a name that ends so, goes into a directory under its own name.
  const isDirectory = sources.length > 1 || /\/\.{0,2}$|^\.{1,2}$/.test(target)
  const targets = isDirectory ? sources.map((path) => `${target}/${path.split('/').at(-1)}`) : [target]
  if (sources.length === 0) return []
  return [
    ...(name === 'mv' ? sources.toReversed().map((path) => [path, moved] as const) : []),
    ...targets.toReversed().map((path) => [path, written] as const),
  ]
}

function argumentsOf(call: Extract<ToolCallItem, { type: 'function_call' }>): unknown {
  try {
    return JSON.parse(call.arguments)
  } catch {
    return undefined // a model that writes no JSON ran nothing by it
  }
}
