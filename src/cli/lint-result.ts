import { relative, resolve } from 'node:path'
import type { Checked } from '../config/validate-config.ts'
import type { KernelSettings } from '../plugin-api/base-command.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { lintWorkspace } from '../runtime/lint-workspace.ts'
import { configInputs } from './config-inputs.ts'
import { problemsResult } from './problems-result.ts'

/** How a lint is asked for. */
export interface LintOptions {
  /** Files and directories as they were typed; none: everything that is loaded. */
  readonly paths: readonly string[]
  readonly kind?: string | undefined
  readonly maxWarnings?: number | undefined
  readonly format?: string | undefined
}

/** What a lint found, for print; exit code 1 where something is an error, or where there are too many warnings. */
export async function lintResult(
  program: { readonly root: string; readonly version: string },
  flags: KernelSettings,
  { paths, kind, maxWarnings, format }: LintOptions,
) {
  const { runtime } = configInputs(program, flags)
  const checked = await lintWorkspace(runtime, {
    paths: paths.map((path) => resolve(runtime.cwd, path)),
    ...(kind !== undefined && { kind }),
  })
  const result = problemsResult(checked, maxWarnings)
  return format === 'github' ? { ...result, text: annotations(checked, runtime.cwd) } : result
}

/** Workflow commands of GitHub Actions, which mark the lines of a change. */
function annotations({ diagnostics }: Checked, cwd: string): string {
  return diagnostics.map((each) => annotation(each, cwd)).join('\n')
}

function annotation({ severity, code, message, file, line, column, hint }: Diagnostic, cwd: string): string {
  const places = {
    ...(file !== undefined && { file: relative(cwd, file) }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { col: column }),
    title: code,
  }
  const escaped = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const property = (value: string | number) => escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')
  const properties = Object.entries(places).map(([name, value]) => `${name}=${property(value)}`)
  const level = severity === 'info' ? 'notice' : severity
  return `::${level} ${properties.join(',')}::${escaped(hint === undefined ? message : `${message}. ${hint}`)}`
}
