import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { layeringProblems, readPluginFacts, rooms, type SourceFile } from './support/layering-rules.ts'

const sourceGlobs = ['src/**/*.ts', 'plugins/*/src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts']

test('every file imports from its own room and from earlier ones, and says what it is', () => {
  const plugins = new Map(
    globSync('plugins/*/package.json').map((file) => [basename(dirname(file)), readPluginFacts('.', dirname(file))]),
  )
  const files = globSync(sourceGlobs, { exclude: ['test/fixtures/**'] })
    .sort()
    .map((path): SourceFile => ({ path, text: readFileSync(path, 'utf8') }))
  expect(files.length).toBeGreaterThan(200)
  expect(layeringProblems(files, plugins)).toEqual([])
  // Two thousand files are parsed: 5 s on a machine that does nothing else, 25 on one that does.
}, 120_000)

test('every folder of src is a room', () => {
  const folders = globSync('src/*').map((folder) => basename(folder))
  expect(folders.filter((folder) => !rooms.includes(folder))).toEqual([])
})

const plugins = new Map([
  ['one', { dependencies: ['js-yaml', '@acme/rows'], isSandbox: false }],
  ['jail', { dependencies: [], isSandbox: true }],
])
const problemsOf = (path: string, text: string) => layeringProblems([{ path, text }], plugins)

test.each([
  ['a later room', 'src/security/gate.ts', `import { x } from '../runtime/x.ts'`, 'security stands before runtime'],
  ['a later room by type', 'src/config/a.ts', `import type { X } from '../tools/x.ts'`, 'config stands before tools'],
  ['a later room on demand', 'src/tools/a.ts', `const x = await import('../cli/x.ts')`, 'tools stands before cli'],
  ['a later room in a type', 'src/tools/a.ts', `type X = import('../cli/x.ts').X`, 'tools stands before cli'],
  ['a later room handed on', 'src/kernel/index.ts', `export * from '../config/x.ts'`, 'kernel stands before config'],
  ['a later room in a test', 'src/tools/a.test.ts', `import '../runtime/x.ts'`, 'tools stands before runtime'],
  [
    'a room that output may not know',
    'src/output/a.ts',
    `import { x } from '../thread/x.ts'`,
    'knows plugin-api alone',
  ],
  ['a library in plugin-api', 'src/plugin-api/a.ts', `import { parse } from 'smol-toml'`, 'imports zod alone'],
  ['a builtin in plugin-api', 'src/plugin-api/a.ts', `import { join } from 'node:path'`, 'imports zod alone'],
  ['the package by its own name', 'src/cli/a.ts', `import 'codex-kernel/plugin-api'`, 'spell the path'],
  ['a plugin from src', 'src/runtime/a.ts', `import '../../plugins/one/src/tool.ts'`, 'its extension point'],
  ['test support from a source', 'src/runtime/a.ts', `import '../../test/support/x.ts'`, 'outside src/'],
  ['a test package from a source', 'src/runtime/a.ts', `import 'vitest'`, 'only tests may'],
  ['a folder that is no room', 'src/extra/a.ts', `import '../plugin-api/x.ts'`, 'no room'],
  ['src from a plugin', 'plugins/one/src/a.ts', `import '../../../src/tools/x.ts'`, "'codex-kernel/plugin-api' alone"],
  ['another plugin', 'plugins/one/src/a.ts', `import '../../jail/src/x.ts'`, 'do not know each other'],
  ['another plugin in a test', 'plugins/one/src/a.test.ts', `import '../../jail/src/x.ts'`, 'do not know each other'],
  ['a package that is not named', 'plugins/one/src/a.ts', `import { x } from '@acme/other/x'`, 'Add it to the plugin'],
  ['files past the gate', 'plugins/one/src/a.ts', `import { readFile } from 'node:fs/promises'`, 'ctx.fs'],
  ['processes past the gate', 'plugins/one/src/a.ts', `const cp = await import('child_process')`, 'ctx.exec'],
  ['sockets past the gate', 'plugins/one/src/a.ts', `import { connect } from 'node:net'`, 'ctx.fetch'],
  ['servers past the gate', 'plugins/one/src/a.ts', `import { request } from 'node:https'`, 'ctx.fetch'],
  ['the global fetch', 'plugins/one/src/a.ts', `export const get = (url: string) => fetch(url)`, 'global fetch'],
  ['the global fetch by name', 'plugins/one/src/a.ts', `const f = globalThis.fetch`, 'global fetch'],
  [
    'the global fetch beside a bound one',
    'plugins/one/src/a.ts',
    `const a = (fetch: () => void) => fetch(); fetch('x')`,
    'global fetch',
  ],
  ['a global that changes', 'src/kernel/a.ts', `let count = 0`, 'module-level let "count"'],
  ['an exported global that changes', 'src/kernel/a.ts', `export let count: number`, 'module-level let "count"'],
  ['a file without a concept', 'src/kernel/utils.ts', '', 'says nothing'],
  ['a folder without a concept', 'plugins/one/src/helpers/a.ts', '', 'says nothing'],
  ['a long file', 'src/kernel/a.ts', 'void 0\n'.repeat(401), '401 lines'],
])('the rules find %s', (_, path, text, problem) => {
  const found = problemsOf(path, text)
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(problem)
  expect(found[0]).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')}:`))
})

test.each([
  ['an earlier room', 'src/runtime/a.ts', `import { x } from '../security/x.ts'\nimport './b.ts'`],
  ['test support in a test', 'src/tools/a.test.ts', `import { x } from '../../test/support/x.ts'\nimport 'vitest'`],
  ['zod in plugin-api', 'src/plugin-api/a.ts', `import { z } from 'zod'`],
  ['oclif in the base class', 'src/plugin-api/base-command.ts', `import { Command } from '@oclif/core'`],
  ['what a plugin names', 'plugins/one/src/a.ts', `import { x } from '@acme/rows/x'\nimport 'codex-kernel/plugin-api'`],
  ['a builtin that only computes', 'plugins/one/src/a.ts', `import { join } from 'node:path'`],
  [
    'a fetch that was handed in',
    'plugins/one/src/a.ts',
    `const a = ({ fetch }: Ctx, c: Ctx) => [fetch('x'), c.fetch('y')]`,
  ],
  ['files in a sandbox', 'plugins/jail/src/a.ts', `import { openSync } from 'node:fs'`],
  ['files in a test', 'plugins/one/src/a.test.ts', `import { openSync } from 'node:fs'`],
  ['a let inside a function', 'src/kernel/a.ts', `export function a() {\n  let b = 0\n  return b++\n}`],
  ['a long file that says why', 'src/kernel/a.ts', `// Past 400 lines: one table.\n${'void 0\n'.repeat(401)}`],
])('the rules let %s be', (_, path, text) => {
  expect(problemsOf(path, text)).toEqual([])
})
