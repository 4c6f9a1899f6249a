/**
 * Builds everything that is not source: the bundle (`dist/`, `plugins/<name>/dist/`), `dist/plugins.json`,
 * `dist/definitions.json` and `oclif.manifest.json`. One bundle for the program and its plugins, so that what they share is loaded once.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { parseBuiltinFiles } from '../src/definitions/built-definitions.ts'
import { checkFirstPartyPlugins } from '../src/kernel/discover-plugins.ts'
import { commandManifest } from './command-manifest.ts'
import { describeTools } from './describe-tools.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const pluginFolders = globSync('plugins/*', { cwd: root })
for (const folder of ['.', ...pluginFolders]) rmSync(join(root, folder, 'dist'), { recursive: true, force: true })

const input: Record<string, string> = {
  'dist/main': 'src/cli/main.ts',
  'dist/plugin-api': 'src/plugin-api/index.ts',
  'dist/plugin-api/command': 'src/plugin-api/base-command.ts',
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

const bundle = await rolldown({
  cwd: root,
  input,
  platform: 'node',
  external: [/^node:/, /^@ast-grep\//],
  resolve: { alias: { 'codex-kernel/plugin-api': join(root, 'src/plugin-api/index.ts') } },
  treeshake: true,
  // @iarna/toml asks for util through eval, gray-matter can evaluate JavaScript front matter, which definitions/ refuses.
  onLog: (level, log, report) => (log.code === 'EVAL' ? undefined : report(level, log)),
})
await bundle.write({
  dir: root,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'dist/chunks/[name]-[hash].js',
  // A file of plugin-api each: who needs one schema must not pay for making all of them.
  codeSplitting: {
    groups: [
      { name: 'zod', test: /node_modules[\\/]zod[\\/]/ },
      {
        name: (id) => `api-${basename(id, '.ts')}`,
        debugName: 'api',
        test: /src[\\/]plugin-api[\\/](?!index\.ts|base-command\.ts)/,
      },
    ],
  },
  // CommonJS packages inside the bundle still ask for Node's own modules with require.
  banner:
    "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: false } },
})
await bundle.close()

mkdirSync(join(root, 'dist'), { recursive: true })
const plugins = await describeTools(await checkFirstPartyPlugins(root), root)
writeFileSync(join(root, 'dist', 'plugins.json'), JSON.stringify(plugins))
writeFileSync(join(root, 'dist', 'definitions.json'), JSON.stringify(await parseBuiltinFiles(root)))
writeFileSync(join(root, 'oclif.manifest.json'), commandManifest(root))

function contributedModules(packageFile: string): readonly string[] {
  const contributes: Record<string, readonly (string | { readonly module?: string })[]> =
    JSON.parse(readFileSync(packageFile, 'utf8')).codex?.contributes ?? {} // our own manifests, checked when they are read
  return Object.values(contributes)
    .flat()
    .flatMap((entry) => (typeof entry === 'object' && entry.module ? entry.module : []))
}
