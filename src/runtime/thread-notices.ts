import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import type { Diagnostic, ThreadItemBody } from '../plugin-api/index.ts'
import { addedDirectoryNotices } from './added-directories.ts'
import type { ChosenStages } from './choose-stages.ts'
import type { SecurityDeps } from './open-thread-security.ts'
import type { PreparedThread } from './prepare-thread.ts'
import type { TurnInput } from './turn-input.ts'

type Told = { readonly input: TurnInput; readonly chosen: ChosenStages }

/** What is wrong in configuration, plugins and definitions: items of type `error` before the turn begins, as in Codex. */
export function threadWarnings(
  { input, chosen }: Told,
  { kernel, store }: Pick<SecurityDeps, 'kernel' | 'store'>,
): readonly ThreadItemBody[] {
  const ofConfig = kernel.loaded.diagnostics
  const ofFiles = [...kernel.diagnostics, ...store.diagnostics()].filter(
    (found) => found.severity !== 'info' && !ofConfig.includes(found),
  )
  const messages = new Set([
    ...unknownKeys(ofConfig),
    ...ofConfig.filter(({ code }) => code !== unknownKeyCode).map(({ message }) => message),
    ...ofFiles.map(formatDiagnostic),
    ...kernel.credentials.warnings(),
    ...(chosen.warning === undefined ? [] : [chosen.warning]),
    ...input.notes,
  ])
  return [...messages].map((message) => ({ type: 'error', message }))
}

/** Facts that are no fault. */
export function threadNotices(
  { chosen }: Told,
  { gate, security }: Pick<PreparedThread, 'gate' | 'security'>,
  { kernel, depth }: Pick<SecurityDeps, 'kernel'> & { readonly depth: number },
): readonly ThreadItemBody[] {
  const added = depth === 0 ? (kernel.options.settings.addDirs ?? []) : []
  const facts = [
    ...addedDirectoryNotices(added, { permissions: gate.permissions, profile: security.profile.id }),
    ...(chosen.notice === undefined ? [] : [chosen.notice]),
    ...(kernel.wishedPlugins.length > 0 && depth === 0 ? [wishNotice(kernel.wishedPlugins)] : []),
  ]
  return facts.map((message) => ({ type: 'notice', message }))
}

const unknownKeyCode = 'config.unknown_key'

/** All unknown keys in one message, which begins as that of Codex does. */
function unknownKeys(diagnostics: readonly Diagnostic[]): readonly string[] {
  const found = diagnostics.filter(({ code }) => code === unknownKeyCode)
  if (found.length === 0) return []
  const settings = found.length === 1 ? 'setting' : 'settings'
  const lines = found.map(({ message, file, hint }) => {
    const place = file === undefined ? '' : `${file}: `
    return `  ${place}${message}.${hint?.startsWith('Did you mean') ? ` ${hint}` : ''}`
  })
  const head = `Codex is ignoring ${found.length} unrecognized configuration ${settings}. Check for typos or deprecated settings.`
  return [[head, ...lines].join('\n')]
}

function wishNotice(names: readonly string[]): string {
  return `The configuration here wishes for plugins that are not installed: ${names.join(', ')}. codex plugins install shows each and asks.`
}
