import { posix } from 'node:path'

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string
  readonly text: string
}

/** The rooms of `src/`, lowest first: a file imports from its own and from those before it. */
const rooms = [
  ...['plugin-api', 'kernel', 'config', 'definitions', 'security', 'sandbox', 'tools', 'prompt', 'thread', 'agents'],
  ...['output', 'runtime', 'cli'],
]
const emptyNames = /(?:^|\/)(?:utils?|helpers?|common|misc|interfaces|types)(?:\/|\.ts$)/
const maxLines = 400
/** A tool acts through its context, so that every action passes the gate. Sandbox backends are what acts. */
const ungated: Readonly<Record<string, string>> = {
  'node:fs': 'ctx.fs',
  'node:fs/promises': 'ctx.fs',
  'node:child_process': 'ctx.exec',
  'node:net': 'ctx.fetch',
  'node:http': 'ctx.fetch',
  'node:https': 'ctx.fetch',
  'node:worker_threads': 'ctx.exec',
}

/** What a file does that the architecture does not allow, a sentence each with the way round. */
export function brokenRules(file: SourceFile): readonly string[] {
  const isTest = file.path.endsWith('.test.ts')
  const found = importsOf(file.text).flatMap((specifier) => importProblem(file.path, specifier, isTest) ?? [])
  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0)
  if (emptyNames.test(file.path)) found.push('its name says nothing: name the file after what it holds')
  if (!isTest && /^(?:export )?let /m.test(file.text)) found.push('module-level let: make the state part of a value')
  if (!isTest && !file.path.startsWith('src/cli/commands/') && /^export default /m.test(file.text)) {
    found.push('default export: named exports only, except oclif commands')
  }
  if (!isTest && lines > maxLines && !/^\/\*\*[\s\S]*?long/i.test(file.text)) {
    found.push(`${lines} lines: split it, or say at the top why it is long`)
  }
  return found.map((problem) => `${file.path}: ${problem}`)
}

function importProblem(path: string, specifier: string, isTest: boolean): string | undefined {
  const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined
  if (isTest && (target?.startsWith('test/support/') || specifier === 'vitest' || specifier === 'fast-check'))
    return undefined
  const plugin = /^plugins\/([^/]+)\//.exec(path)?.[1]
  if (plugin !== undefined) return pluginProblem(plugin, specifier, target, isTest)
  const room = /^src\/([^/]+)\//.exec(path)?.[1] ?? ''
  if (target === undefined) {
    const isAllowed = room !== 'plugin-api' || specifier === 'zod' || specifier === '@oclif/core' || isTest
    return isAllowed ? undefined : `imports ${specifier}: plugin-api imports zod and oclif's base class, nothing else`
  }
  const other = /^src\/([^/]+)\//.exec(target)?.[1]
  if (other === undefined) return isTest ? undefined : `imports ${specifier}, which is outside src/`
  if (room === 'output' && other !== 'output' && other !== 'plugin-api') {
    return `imports ${specifier}: output imports plugin-api alone; hand the value in`
  }
  if (rooms.indexOf(other) <= rooms.indexOf(room)) return undefined
  return `imports ${specifier}: ${room} stands before ${other}; take the function as an argument, or move the code`
}

function pluginProblem(
  plugin: string,
  specifier: string,
  target: string | undefined,
  isTest: boolean,
): string | undefined {
  if (target !== undefined) {
    if (target.startsWith(`plugins/${plugin}/`)) return undefined
    if (target.startsWith('plugins/'))
      return `imports ${specifier}: plugins do not import each other; share through an extension point`
    return isTest ? undefined : `imports ${specifier}: of ours, a plugin imports codex-kernel/plugin-api alone`
  }
  const gated = ungated[specifier]
  if (gated === undefined || isTest || plugin.startsWith('sandbox-')) return undefined
  return `imports ${specifier}: a plugin acts through its context, here ${gated}`
}

function importsOf(text: string): readonly string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"\n]*?(?:\n[^'"]*?)?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? match[2] ?? match[3] ?? [])
}
