import { resolve } from 'node:path'
import { builtinKinds } from '../definitions/builtin-kinds.ts'
import { lintDefinition } from '../definitions/lint-definition.ts'
import { parseFile } from '../definitions/parse-file.ts'
import type { CommandDefinition } from '../plugin-api/command.ts'
import { type Diagnostic, formatDiagnostic } from '../plugin-api/diagnostic.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import { lintTemplate } from '../prompt/lint-template.ts'

/** What a lint found in files, or in all files of the kind; exit code 1 where something is an error. */
export async function lintResult(kind: 'command' | 'agent', files: readonly string[], kernel: KernelClient) {
  const loaded = kind === 'command' ? await kernel.commands() : await kernel.agents()
  const own = loaded.filter(({ origin }) => origin.file.endsWith(kind === 'command' ? '.md' : '.toml'))
  const chosen =
    files.length > 0 ? files.map((file) => resolve(kernel.cwd, file)) : own.map(({ origin }) => origin.file)
  const inFiles = (await Promise.all(chosen.map((file) => lintFile(kind, file)))).flat()
  const unloaded =
    files.length > 0
      ? []
      : (await kernel.diagnostics()).filter(({ file }) => !inFiles.some((found) => found.file === file))
  const found = [...inFiles, ...unloaded]
  const text = found.length > 0 ? found.map(formatDiagnostic).join('\n') : `${chosen.length} files, nothing wrong`
  return { text, data: found, exitCode: found.some(({ severity }) => severity === 'error') ? 1 : 0 }
}

async function lintFile(kind: 'command' | 'agent', file: string): Promise<readonly Diagnostic[]> {
  const found = await lintDefinition(kind, file)
  if (kind === 'agent') return found
  const definitions = await parseFile(await builtinKinds.command.open(), file, { asJson: false })
  const commands = definitions.flatMap((each) => (each.id === undefined ? [] : (each.value as CommandDefinition))) // the kind's own
  return [...found, ...commands.flatMap((command) => lintTemplate(command, file))]
}
