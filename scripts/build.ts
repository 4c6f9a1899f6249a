/**
 * Builds everything that is not source: the bundle (`dist/`, `plugins/<name>/dist/`), `dist/plugins.json`,
 * `dist/definitions.json`, `dist/types/` (what plugins compile against) and `oclif.manifest.json`. One bundle for the program and its plugins, so that what they share is loaded once.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ChunkingContext, rolldown } from 'rolldown'
import { parseBuiltinFiles } from '../src/definitions/built-definitions.ts'
import { checkFirstPartyPlugins } from '../src/kernel/discover-plugins.ts'
import { commandManifest } from './command-manifest.ts'
import { describeTools } from './describe-tools.ts'
import { emitDeclarations } from './emit-declarations.ts'
import { tuneBundle } from './tune-bundle.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

// What is left of a plugin that went (its dist) is none.
const pluginFolders = globSync('plugins/*/package.json', { cwd: root }).map(dirname)
for (const folder of ['.', ...pluginFolders]) rmSync(join(root, folder, 'dist'), { recursive: true, force: true })

const input: Record<string, string> = {
  'dist/main': 'src/cli/main.ts',
  'dist/plugin-api': 'src/plugin-api/index.ts',
  'dist/plugin-api/command': 'src/plugin-api/base-command.ts',
  'dist/plugin-api/testing': 'src/runtime/open-test-workspace.ts',
}
for (const file of globSync('src/cli/commands/**/*.ts', { cwd: root }).filter((name) => !name.endsWith('.test.ts'))) {
  input[`dist/${relative('src/cli', file).replace(/\.ts$/, '')}`] = file
}
for (const folder of pluginFolders) {
  for (const module of contributedModules(join(root, folder, 'package.json'))) {
    const source = join(folder, module.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
    input[join(folder, module).replace(/\.js$/, '')] = source
  }
}

// Threads that a plugin starts by file name.
for (const file of globSync('plugins/*/src/*-worker.ts', { cwd: root })) {
  input[file.replace(/\/src\/(.*)\.ts$/, '/dist/$1')] = file
}

const apiFile = /src[\\/]plugin-api[\\/](?!index\.ts|base-command\.ts|model-stream)/

const bundle = await rolldown({
  cwd: root,
  input,
  platform: 'node',
  external: [/^node:/, /^@ast-grep\//, /^@napi-rs\//, '@vscode/ripgrep'],
  resolve: { alias: { 'codex-kernel/plugin-api': join(root, 'src/plugin-api/index.ts') } },
  plugins: [
    {
      // The program speaks English: zod's messages in fifty other languages were half of what a start reads of zod.
      // Compiling a schema pays after thousands of checks; a run makes few of each.
      name: 'small-zod',
      load: (id) =>
        /zod[\\/]v4[\\/]locales[\\/]index\.js$/.test(id) ? "export { default as en } from './en.js'" : undefined,
      transform: (code, id) =>
        /zod[\\/]v4[\\/]core[\\/]core\.js$/.test(id) ? `${code}\nglobalConfig.jitless = true` : undefined,
    },
    { name: 'built-in-modules', renderChunk: (code) => withoutImportsOfNode(code) },
    {
      name: 'ascii',
      generateBundle(_, files) {
        for (const file of Object.values(files))
          if (file.type === 'chunk') file.code = asAscii(file.code, file.fileName)
      },
    },
  ],
  treeshake: true,
  onLog: (level, log, report) => (isExpected(log.code) ? undefined : report(level, log)),
})
const { output } = await bundle.write({
  dir: root,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'dist/chunks/[name]-[hash].js',
  // A schema of plugin-api each, since who needs one must not pay for making all of them; and all that a turn reads
  // before it can begin in one file, since a file costs a third of a millisecond and a turn had forty.
  codeSplitting: {
    groups: [
      { name: 'zod', priority: 3, test: /node_modules[\\/]zod[\\/]/ },
      { name: 'model-stream', priority: 1, test: /src[\\/]plugin-api[\\/]model-stream[\\/]/ },
      { name: (id, bundled) => (hasImports(id, bundled) ? null : 'api'), debugName: 'api', priority: 3, test: apiFile },
      // A group takes what its files import with them: those that others are made of come first.
      {
        name: (id, bundled) => (isMadeOfOthers(id, bundled) ? null : schemaChunk(id)),
        ...{ debugName: 'api-part', priority: 2, test: apiFile },
      },
      { name: schemaChunk, debugName: 'api-schema', priority: 1, test: apiFile },
      { name: (id, bundled) => (turnModules(bundled).has(id) ? 'turn' : null), debugName: 'turn', priority: 1 },
      { name: (id, bundled) => (commandModules(bundled).has(id) ? 'command' : null), debugName: 'command' },
    ],
  },
  // CommonJS packages inside the bundle still ask for Node's own modules with require.
  banner:
    "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  // Names are kept for stacks and bug reports; lines are not, since a start reads every byte (4 % of a turn).
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
})
await bundle.close()
// One file of its own, CommonJS, since a process is started for it: that is read sooner than a module and its chunks.
const worker = await rolldown({
  cwd: root,
  input: { 'dist/file-worker': 'src/sandbox/files/file-worker.ts' },
  platform: 'node',
  external: [/^node:/],
})
await worker.write({
  ...{ dir: root, format: 'cjs', entryFileNames: '[name].cjs' },
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
})
await worker.close()

mkdirSync(join(root, 'dist'), { recursive: true })
const plugins = await describeTools(await checkFirstPartyPlugins(root), root)
writeFileSync(join(root, 'dist', 'plugins.json'), JSON.stringify(plugins))
writeFileSync(join(root, 'dist', 'definitions.json'), JSON.stringify(await parseBuiltinFiles(root)))
writeFileSync(join(root, 'oclif.manifest.json'), commandManifest(root))
for (const [path, text] of emitDeclarations(root)) {
  const file = join(root, 'dist', 'types', path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
// The program is whole without it; a test says where it is missing.
const imports = new Map(
  output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.imports] as const] : [])),
)
await tuneBundle(root, imports).catch((error: unknown) => {
  process.stderr.write(
    `Each start will compile more than it has to: ${error instanceof Error ? error.message : error}\n`,
  )
})

/**
 * `@iarna/toml` asks for util through eval, and gray-matter can evaluate JavaScript front matter, which definitions/
 * refuses. What a turn has imported anyway is in its file, however lazily others ask for it.
 */
function isExpected(code: string | undefined): boolean {
  return code === 'EVAL' || code === 'INEFFECTIVE_DYNAMIC_IMPORT'
}

/**
 * One character beyond ASCII makes all of a file two bytes a character: a start then takes three to six times as long to decode it (3 of
 * 110 ms of a turn with its first command), and keeps twice the memory. An escape is the same in texts, expressions and names.
 *
 * @throws Error where it would not be
 */
function asAscii(code: string, file: string): string {
  const [raw] = /String\.raw`[^`]*[^\0-\x7f][^`]*`|(?<!\\)(?:\\\\)*\\[^\0-\x7f]/.exec(code) ?? []
  if (raw !== undefined) throw new Error(`${file}: ${raw} cannot be written in ASCII. Write its characters as escapes.`)
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * An import of one of Node's modules reads all its exports, and each that is made when it is read is made then: node:crypto brings web
 * cryptography with it, node:net lists of addresses (7 of 110 ms of a turn together). `getBuiltinModule` gives the same object and reads nothing.
 */
function withoutImportsOfNode(code: string): string {
  return code.replace(
    /^import\s+(?:(\w+|\* as \w+)\s*,?\s*)?(\{[^}]*\})?\s*from\s*["'](node:[\w/]+)["'];?$/gm,
    (_, whole: string | undefined, names: string | undefined, module: string) => {
      const value = `globalThis.process.getBuiltinModule(${JSON.stringify(module)})`
      const bound = [whole?.replace('* as ', ''), names?.replace(/\bas\b/g, ':').replace(/\s+:\s+/g, ': ')]
      return bound.flatMap((each) => (each ? [`const ${each} = ${value};`] : [])).join(' ')
    },
  )
}

function hasImports(id: string, bundled: ChunkingContext): boolean {
  return (bundled.getModuleInfo(id)?.importedIds.length ?? 0) > 0
}

/** Whether a schema is made of other ones of plugin-api. */
function isMadeOfOthers(id: string, bundled: ChunkingContext): boolean {
  const imported = bundled.getModuleInfo(id)?.importedIds ?? []
  return imported.some((each) => apiFile.test(each) && hasImports(each, bundled))
}

function schemaChunk(id: string): string {
  return `api-${basename(id, '.ts')}`
}

/** Modules that `codex exec` imports at once. */
function turnModules(bundled: ChunkingContext): ReadonlySet<string> {
  return importedFrom(['src/cli/run-exec.ts'], bundled)
}

/** Modules that the first command of a turn imports, all of which it needs, each where it is asked for. */
function commandModules(bundled: ChunkingContext): ReadonlySet<string> {
  const entries = [
    'src/sandbox/command-code.ts',
    'src/sandbox/make-cache-directories.ts',
    'src/security/gate/exec-verdict.ts',
    'src/security/sandbox-policy.ts',
    'src/runtime/undo/open-workspace-undo.ts',
    'src/thread/undo/prune-undo-daily.ts',
    'plugins/core-tools/src/command-answer.ts',
    'node_modules/unbash/dist/parser.js',
  ]
  return importedFrom(entries, bundled)
}

/** These modules and what they import at once. Who asks the index of plugin-api gets the files that it takes from there. */
function importedFrom(entries: readonly string[], bundled: ChunkingContext): ReadonlySet<string> {
  const found = new Set(entries.map((entry) => join(root, entry)))
  for (const id of found) {
    if (id.endsWith(join('plugin-api', 'index.ts'))) continue
    for (const imported of bundled.getModuleInfo(id)?.importedIds ?? []) found.add(imported)
  }
  return found
}

function contributedModules(packageFile: string): readonly string[] {
  const contributes: Record<string, readonly (string | { readonly module?: string })[]> =
    JSON.parse(readFileSync(packageFile, 'utf8')).codex?.contributes ?? {} // our own manifests, checked when they are read
  return Object.values(contributes)
    .flat()
    .flatMap((entry) => (typeof entry === 'object' && entry.module ? entry.module : []))
}
