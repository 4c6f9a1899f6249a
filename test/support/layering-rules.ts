import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, normalize } from 'node:path'
import { readModule } from './read-module.ts'

/** A source file as the rules see it: its path from the root of the repository, with `/`, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** What the rules need to know of a plugin. */
export interface PluginFacts {
  /** Packages that it may import: its own, and those of the root, since all first-party plugins are in one bundle with it. */
  readonly dependencies: readonly string[]
  readonly isSandbox: boolean
}

/** The rooms of `src/`, in the order in which they may use each other. */
export const rooms = [
  'plugin-api',
  'kernel',
  'config',
  'definitions',
  'security',
  'sandbox',
  'tools',
  'prompt',
  'thread',
  'agents',
  'orchestration',
  'output',
  'runtime',
  'cli',
]
const forbiddenNames = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'interfaces', 'types'])
const maxLines = 400
/** Packages that only tests may import. */
const testPackages = new Set(['vitest', 'fast-check'])
const actingBuiltins = /^node:(?:fs|child_process|net|http|https|http2|tls|dgram)(?:\/|$)/

/** One line for each place that breaks a rule: where, what, and the way round. */
export function layeringProblems(files: readonly SourceFile[], plugins: ReadonlyMap<string, PluginFacts>): string[] {
  return files.flatMap((file) => [...nameProblems(file), ...lengthProblems(file), ...moduleProblems(file, plugins)])
}

/** What the package.json of a plugin's folder, and that of the root, say. */
export function readPluginFacts(root: string, folder: string): PluginFacts {
  const [own, outer] = [folder, '.'].map((each) => JSON.parse(readFileSync(join(root, each, 'package.json'), 'utf8'))) // our own manifests
  return {
    dependencies: Object.keys({ ...outer.dependencies, ...own.dependencies }),
    isSandbox: own.codex?.contributes?.sandboxes !== undefined,
  }
}

function nameProblems({ path }: SourceFile): string[] {
  const bad = path.split('/').find((part) => forbiddenNames.has(part.replace(/\..*$/, '')))
  return bad ? [`${path}: "${bad}" says nothing of what is inside. Put the code with its concept.`] : []
}

function lengthProblems({ path, text }: SourceFile): string[] {
  const lines = text.split('\n').length - 1
  if (lines <= maxLines || /^\/[/*][^\n]*(?:\n \*[^\n]*)*?\b400 lines\b/.test(text)) return []
  return [`${path}: ${lines} lines. Split it, or say in a comment at its top why it is past 400 lines.`]
}

function moduleProblems(file: SourceFile, plugins: ReadonlyMap<string, PluginFacts>): string[] {
  const { imports, mutableGlobals, freeNames } = readModule(file.text)
  const isTest = file.path.endsWith('.test.ts')
  const problems = imports.flatMap(({ specifier, line }) => {
    const problem = importProblem(file.path, specifier, plugins)
    return problem ? [`${file.path}:${line}: imports ${problem}`] : []
  })
  for (const { name, line } of isTest ? [] : mutableGlobals) {
    problems.push(`${file.path}:${line}: module-level let "${name}". Keep it in the function that has its lifetime.`)
  }
  const plugin = plugins.get(pluginOf(file.path) ?? '')
  for (const { name, line } of plugin && !plugin.isSandbox && !isTest ? freeNames : []) {
    problems.push(`${file.path}:${line}: uses the global ${name}. A plugin reaches hosts through ctx.fetch.`)
  }
  return problems
}

/** What is wrong with an import, and the way round; undefined where nothing is. */
function importProblem(path: string, specifier: string, plugins: ReadonlyMap<string, PluginFacts>): string | undefined {
  const isTest = path.endsWith('.test.ts')
  const target = specifier.startsWith('.') ? normalize(join(path, '..', specifier)) : undefined
  if (isTest && (testPackages.has(specifier) || target?.startsWith('test/support/'))) return undefined
  const plugin = pluginOf(path)
  if (plugin) return pluginImportProblem(plugin, { specifier, target, isTest }, plugins.get(plugin))
  const room = roomOf(path)
  if (room === undefined) return undefined
  if (target) return roomImportProblem(room, target, path)
  if (specifier.startsWith('codex-kernel/')) return `${specifier}: inside src/ spell the path of the file.`
  if (testPackages.has(specifier)) return `${specifier}, which only tests may.`
  if (room !== 'plugin-api' || isTest || specifier === 'zod') return undefined
  if (specifier === '@oclif/core' && path.endsWith('/base-command.ts')) return undefined
  return `${specifier}: plugin-api holds shapes, and imports zod alone (base-command.ts also oclif). Act in a later room.`
}

function roomImportProblem(room: string, target: string, path: string): string | undefined {
  const other = roomOf(target)
  if (other === undefined) {
    const way = target.startsWith('plugins/') ? 'Reach it through its extension point.' : 'Sources import src/ alone.'
    return `${target}, which is outside src/. ${way}`
  }
  if (!rooms.includes(room)) return `${target} from a folder that is no room. Rooms: ${rooms.join(', ')}.`
  if (other === room) return undefined
  if (room === 'output' && other !== 'plugin-api') {
    return `${target}: output reads the event stream and knows plugin-api alone. Hand it the value.`
  }
  if (rooms.indexOf(other) < rooms.indexOf(room)) return undefined
  const way = `Let ${path} take what it needs as an argument, or move a shared type to plugin-api.`
  return `${target}: ${room} stands before ${other}. ${way}`
}

function pluginImportProblem(
  plugin: string,
  { specifier, target, isTest }: { specifier: string; target: string | undefined; isTest: boolean },
  facts: PluginFacts | undefined,
): string | undefined {
  if (target) {
    if (target.startsWith(`plugins/${plugin}/`)) return undefined
    const other = pluginOf(target)
    if (other) return `${target}: plugins do not know each other. Meet at an extension point, or copy the few lines.`
    // A plugin's tests may set up the real rooms that it runs in.
    if (isTest && target.startsWith('src/')) return undefined
    return `${target}: a plugin imports 'codex-kernel/plugin-api' alone. What it lacks belongs into plugin-api.`
  }
  if (specifier === 'codex-kernel/plugin-api') return undefined
  if (isBuiltin(specifier)) {
    if (isTest || facts?.isSandbox || !actingBuiltins.test(specifier.replace(/^(?!node:)/, 'node:'))) return undefined
    return `${specifier}: only a sandbox backend acts by itself. Use ctx.fs, ctx.exec or ctx.fetch, which pass the gate.`
  }
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (facts?.dependencies.includes(name)) return undefined
  return `${specifier}, which neither plugins/${plugin}/package.json nor the root's names. Add it to the plugin's dependencies.`
}

function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

function pluginOf(path: string): string | undefined {
  return /^plugins\/([^/]+)\//.exec(path)?.[1]
}
