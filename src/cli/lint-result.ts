import { resolve } from 'node:path'
import { lintDefinition } from '../definitions/lint-definition.ts'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'

/** What a lint found in files, or in all files of the kind; exit code 1 where something is an error. */
export async function lintResult(kind: 'command' | 'agent', files: readonly string[], kernel: KernelClient) {
  const loaded = kind === 'command' ? await kernel.commands() : await kernel.agents()
  const own = loaded.filter(({ origin }) => origin.file.endsWith(kind === 'command' ? '.md' : '.toml'))
  const chosen =
    files.length > 0 ? files.map((file) => resolve(kernel.cwd, file)) : own.map(({ origin }) => origin.file)
  const inFiles = (await Promise.all(chosen.map((file) => lintDefinition(kind, file)))).flat()
  const unloaded =
    files.length > 0
      ? []
      : (await kernel.diagnostics()).filter(({ file }) => !inFiles.some((found) => found.file === file))
  const found = [...inFiles, ...unloaded]
  const text = found.length > 0 ? found.map(formatDiagnostic).join('\n') : `${chosen.length} files, nothing wrong`
  return { text, data: found, exitCode: found.some(({ severity }) => severity === 'error') ? 1 : 0 }
}
