import path from 'node:path'
import { gitAliases } from './git-aliases.ts'
import { isGitCommand } from './programs/git.ts'
import { readScript } from './read-script.ts'
import type { ScriptReading } from './script-reading.ts'

/** Reads a script, and what aliases of git in it stand for in the configuration of the repository, of the user and of the machine. */
export async function readScriptIn(
  script: string,
  where: { readonly cwd: string; readonly homeDir: string },
): Promise<ScriptReading> {
  const reading = { ...(await readScript(script)), startsIn: where.cwd }
  const isAlias = reading.commands.some(({ known: [program, name] }) => {
    return program !== undefined && path.basename(program) === 'git' && name !== undefined && !isGitCommand(name)
  })
  if (!isAlias) return reading
  const aliases = await gitAliases(where)
  return aliases.size === 0 ? reading : { ...(await readScript(script, aliases)), startsIn: where.cwd }
}
