import type { z } from 'zod'
import { nearestNames } from '../../kernel/nearest-names.ts'
import { decidingEvents } from '../../kernel/run-hooks.ts'
import { type Diagnostic, diagnosticsFromZod, type Locate } from '../../plugin-api/diagnostic.ts'
import { type HookEvent, hookEvents } from '../../plugin-api/hook.ts'
import { commandHookSchema, hookGroupSchema } from '../../plugin-api/hooks-file.ts'
import type { CommandHook, ReadHooks } from './command-hook.ts'
import { matcherProblem } from './hook-matcher.ts'

/** Events of Codex at which this program runs nothing: at these a hook listens, or has a say in how the work goes on. */
const eventsElsewhere: ReadonlySet<string> = new Set([
  ...['PreCompact', 'PostCompact', 'SessionEnd', 'SubagentStart', 'SubagentStop', 'Interrupt'],
  ...['PostModelRequest', 'Notification'],
])

/** Kinds of handler that Codex' format has besides. */
const kindsElsewhere: ReadonlySet<string> = new Set(['mcp_tool', 'prompt', 'agent'])

/** Ten minutes, as Codex gives. */
const defaultTimeoutMs = 600_000

type Path = readonly (string | number)[]

/** A table of hooks, and where it stands. */
export interface HooksPlace {
  readonly layer: CommandHook['layer']
  readonly file: string
  /** Path of the table in its file. */
  readonly path: Path
  readonly locate: Locate
}

/**
 * Reads a table of hooks by event. What would have to decide and cannot be run is an error, and so is what may be a slip in its name; what only
 * listens is a warning. Either names the place.
 */
export function readHooksTable(table: Readonly<Record<string, unknown>>, place: HooksPlace): ReadHooks {
  const read: ReadHooks[] = Object.entries(table).map(([event, groups]) => {
    if (isEvent(event)) return readGroups(event, groups, place)
    // What Codex keeps there of hooks that its user agreed to.
    if (event === 'state') return { hooks: [], diagnostics: [] }
    return { hooks: [], diagnostics: [unknownEvent(event, place)] }
  })
  return { hooks: read.flatMap(({ hooks }) => hooks), diagnostics: read.flatMap(({ diagnostics }) => diagnostics) }
}

function isEvent(name: string): name is HookEvent {
  return hookEvents.some((event) => event === name)
}

function unknownEvent(event: string, place: HooksPlace): Diagnostic {
  const at = [...place.path, event]
  if (eventsElsewhere.has(event)) {
    const hint = `Hooks run at ${hookEvents.join(', ')}.`
    return found('warning', 'hooks.not_run', `Hooks of ${event} are not run by this program`, at, place, hint)
  }
  const [nearest] = nearestNames(event, hookEvents)
  const hint = nearest === undefined ? `There are: ${hookEvents.join(', ')}.` : `Did you mean ${nearest}?`
  return found('error', 'hooks.schema', `There is no event "${event}" that hooks run at`, at, place, hint)
}

function readGroups(event: HookEvent, groups: unknown, place: HooksPlace): ReadHooks {
  const at = [...place.path, event]
  if (!Array.isArray(groups)) {
    return { hooks: [], diagnostics: [found('error', 'hooks.schema', `${event}: expected a list`, at, place)] }
  }
  const read = groups.map((group, index) => readGroup(event, group, [...at, index], place))
  return { hooks: read.flatMap(({ hooks }) => hooks), diagnostics: read.flatMap(({ diagnostics }) => diagnostics) }
}

function readGroup(event: HookEvent, group: unknown, at: Path, place: HooksPlace): ReadHooks {
  const parsed = hookGroupSchema.omit({ hooks: true }).safeParse(group)
  if (!parsed.success) return { hooks: [], diagnostics: zodProblems(parsed.error, at, place) }
  const { matcher, hooks: handlers } = parsed.data
  const problem = matcher === undefined ? undefined : matcherProblem(matcher)
  if (problem !== undefined) {
    const path = [...at, 'matcher']
    return { hooks: [], diagnostics: [found('error', 'hooks.schema', `matcher: ${problem}`, path, place)] }
  }
  if (!Array.isArray(handlers)) {
    const hint = 'An entry has "matcher" and "hooks": [{ "type": "command", "command": "…" }].'
    return { hooks: [], diagnostics: [found('error', 'hooks.schema', 'hooks: expected a list', at, place, hint)] }
  }
  const read = handlers.map((handler, index) => readHandler(event, matcher, handler, [...at, 'hooks', index], place))
  return {
    hooks: read.flatMap(({ hooks }) => hooks),
    diagnostics: [
      ...unknownKeys(parsed.data, Object.keys(hookGroupSchema.shape), at, place),
      ...read.flatMap(({ diagnostics }) => diagnostics),
    ],
  }
}

function readHandler(
  event: HookEvent,
  matcher: string | undefined,
  handler: unknown,
  at: Path,
  place: HooksPlace,
): ReadHooks {
  const kind = kindOf(handler)
  if (kind !== undefined && kindsElsewhere.has(kind)) {
    const severity = decidingEvents.has(event) ? 'error' : 'warning'
    const message = `A hook of the type ${kind} is not run by this program`
    const hint = 'Write it as a program: "type": "command". Or take the entry out.'
    return { hooks: [], diagnostics: [found(severity, 'hooks.not_run', message, [...at, 'type'], place, hint)] }
  }
  const parsed = commandHookSchema.safeParse(handler)
  if (!parsed.success) return { hooks: [], diagnostics: zodProblems(parsed.error, at, place) }
  const { command, timeout, timeoutSec, profile, writable = [], network = [] } = parsed.data
  const seconds = timeout ?? timeoutSec
  const line = place.locate(at)?.line
  const profileAt = profile === undefined ? undefined : place.locate([...at, 'profile'])
  const hook: CommandHook = {
    event,
    ...(matcher !== undefined && matcher !== '' && matcher !== '*' && { matcher }),
    command,
    timeoutMs: seconds === undefined ? defaultTimeoutMs : Math.ceil(seconds * 1000),
    ...(profile !== undefined && { profile, ...(profileAt && { profileAt }) }),
    writable,
    network,
    layer: place.layer,
    file: place.file,
    ...(line !== undefined && { line }),
  }
  return {
    hooks: [hook],
    diagnostics: [
      ...unknownKeys(parsed.data, Object.keys(commandHookSchema.shape), at, place),
      ...(place.layer === 'project' && writable.length + network.length > 0 ? [opensNothing(at, place)] : []),
    ],
  }
}

function kindOf(handler: unknown): string | undefined {
  return typeof handler === 'object' && handler !== null && 'type' in handler ? String(handler.type) : undefined
}

function opensNothing(at: Path, place: HooksPlace): Diagnostic {
  const hint = 'Say it in $CODEX_HOME/hooks.json.'
  const message = 'A repository opens nothing for its hooks: writable and network are without effect'
  return found('warning', 'hooks.user_only', message, at, place, hint)
}

/** Codex passes over what it does not know; a slip would be found late. */
function unknownKeys(value: object, known: readonly string[], at: Path, place: HooksPlace): readonly Diagnostic[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const [nearest] = nearestNames(key, known)
      const hint = nearest === undefined ? 'Remove it, if it is no longer wanted.' : `Did you mean ${nearest}?`
      return found('warning', 'hooks.schema', `Unknown field "${key}" is ignored`, [...at, key], place, hint)
    })
}

function zodProblems(error: z.ZodError, at: Path, { file, locate }: HooksPlace): readonly Diagnostic[] {
  const where = { file, code: 'hooks.schema', locate: (path: Path) => locate([...at, ...path]) }
  return diagnosticsFromZod(error, where).map((each) => ({
    ...each,
    field: [...at, ...(each.field === undefined ? [] : [each.field])].join('.'),
  }))
}

function found(
  severity: Diagnostic['severity'],
  code: string,
  message: string,
  path: Path,
  { file, locate }: HooksPlace,
  hint?: string,
): Diagnostic {
  const place = locate(path)
  return {
    ...{ severity, code, message, file, field: path.join('.') },
    ...place,
    ...(hint !== undefined && { hint }),
  }
}
