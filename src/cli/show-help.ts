import type { Config } from '@oclif/core'
import type { KernelHandover } from '../plugin-api/base-command.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { findCommand } from './find-command.ts'
import { helpOverview } from './help-overview.ts'
import { writeOut } from './process-deps.ts'
import { unknownOf } from './unknown-command-line.ts'

const defaultWidth = 80
const greatestWidth = 100

/**
 * `codex help WORDS` and `codex WORDS --help`: the overview, a topic, a command, a slash command (`/name`) or an agent.
 *
 * @throws CodexError `usage.unknown_command`
 */
export async function showHelp(
  words: readonly string[],
  config: Config,
  { open, signal }: KernelHandover,
): Promise<void> {
  const [first] = words
  if (first === undefined || first === 'help') {
    const width = Math.min(process.stdout.columns || defaultWidth, greatestWidth)
    return writeOut(`${helpOverview(config, width)}\n`)
  }
  const found = findCommand(words, config)
  // Of `config sett` the words name no command, but `config` is one: the wrong word is told, not passed over.
  // Where nothing stands below a command, what follows its words is arguments: of `exec resume` or `threads show last`.
  const isWhole = found && (found.argv.length === 0 || !config.commandIDs.some((id) => id.startsWith(`${found.id}:`)))
  const topic = words.length === 1 && config.findTopic(first) ? first : undefined
  if (isWhole || topic) {
    const { Help } = await import('@oclif/core')
    return await new Help(config, config.pjson.oclif.helpOptions).showHelp([isWhole ? found.id : (topic ?? first)])
  }
  if (words.length > 1) throw unknownOf(words, config)
  const kernel = await open({})
  try {
    const result = await kernel.handle('help', [first], signal)
    if (result.type === 'output') writeOut(terminalText(`${result.text}\n`))
  } catch (error) {
    // A slash or an at sign says what was meant; a bare word may have been anything.
    if (!isCodexError(error) || !error.code.startsWith('usage.unknown') || /^[/@]/.test(first)) throw error
    const [commands, agents] = await Promise.all([kernel.commands(), kernel.agents()])
    throw unknownOf(
      words,
      config,
      [...commands.map(({ id }) => `/${id}`), ...agents.map(({ id }) => id)].map((name) => `help ${name}`),
    )
  }
}
