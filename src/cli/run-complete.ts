import { homedir } from 'node:os'
import { codexHome } from '../config/codex-home.ts'
import { terminalLine } from '../plugin-api/terminal-text.ts'
import { loadKernel } from '../runtime/load-kernel.ts'
import { commandTree } from './completion/command-tree.ts'
import { completionSources } from './completion/completion-sources.ts'
import { splitLine } from './completion/split-line.ts'
import { type Completion, suggest } from './completion/suggest.ts'
import { type ProcessDeps, runtimeOptions, writeOut } from './process-deps.ts'

/**
 * `codex complete LINE`: what may stand at the end of a command line, for the functions of `codex completion`. A line each: the
 * word, a tab, what it is; or `:files` alone, where the shell's own completion of paths serves. What is wrong with files is not said here: a
 * person in the middle of a word cannot do anything about it.
 */
export async function runComplete(deps: ProcessDeps): Promise<void> {
  const [line = ''] = deps.argv
  const [, ...words] = splitLine(line)
  const { env } = process
  const home = codexHome(env, env.HOME || homedir())
  const options = runtimeOptions(deps, {}, { originator: 'codex_cli', neverAsk: true })
  const kernel = await loadKernel(options).catch(() =>
    loadKernel({ ...options, settings: { overrides: [], ignoreUserConfig: true } }),
  )
  const found = await suggest(words, await commandTree(deps.packageRoot, home), completionSources(kernel))
  writeOut(completionLines(found))
}

function completionLines(found: Completion): string {
  if (found === 'files') return ':files\n'
  return found.map(({ value, description = '' }) => `${terminalLine(value)}\t${terminalLine(description)}\n`).join('')
}
