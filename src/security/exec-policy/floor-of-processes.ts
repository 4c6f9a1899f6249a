import type { FilesOfWords } from './files-of-words.ts'
import { globCovers } from './glob-covers.ts'
import { filesNamed, onlyNames } from './secret-of-words.ts'

/** What shows the environment and the memory of a process: the key of a model's provider is in those of this program. */
const tellingNames = ['environ', 'mem', 'auxv'] as const

/**
 * Why a command may not run that would read the environment or memory of another process, as far as its words tell; undefined where none
 * would. For commands without a sandbox: in one, `/proc` has its own processes alone.
 */
export function floorOfProcesses(commands: readonly FilesOfWords[]): string | undefined {
  const found = commands.flatMap((files) => [...filesNamed(files), ...expanded(files)]).find(isOfProcess)
  return found && `reading ${found}, of another process`
}

/** `/proc/$PPID/environ`: whichever process that is. */
function expanded({ command }: FilesOfWords): readonly string[] {
  if (onlyNames(command)) return []
  return command.words.flatMap(({ value, text }) =>
    value === undefined ? text.replace(/["']/g, '').replace(/\/+/g, '/') : [],
  )
}

function isOfProcess(file: string): boolean {
  const match = /^(?:\/proc\/[^/]+\/root)*\/proc\/([^/]+)\/(?:task\/[^/]+\/)?([^/]+)$/.exec(file)
  const [, process = '', name = ''] = match ?? []
  const isOwn = /^(?:self|thread-self|\$\$|\$BASHPID)$/.test(process)
  return match !== null && !isOwn && tellingNames.some((telling) => globCovers(name, telling))
}
