import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { brokenRules, type SourceFile } from './support/layering.ts'

const root = dirname(import.meta.dirname)
const sources: readonly SourceFile[] = globSync(['src/**/*.ts', 'plugins/*/src/**/*.ts'], { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

test('every import stands in the order of the rooms', () => {
  expect(sources.length).toBeGreaterThan(200)
  expect(sources.flatMap(brokenRules)).toEqual([])
})

const broken: readonly (readonly [path: string, text: string, says: RegExp])[] = [
  ['src/config/a.ts', "import { gate } from '../security/gate.ts'", /config stands before security/],
  ['src/output/a.ts', "import { parseToml } from '../config/toml.ts'", /output imports plugin-api alone/],
  ['src/plugin-api/a.ts', "import picomatch from 'picomatch'", /plugin-api imports zod/],
  ['plugins/x/src/a.ts', "import { y } from '../../y/src/b.ts'", /plugins do not import each other/],
  ['plugins/x/src/a.ts', "import { g } from '../../../src/security/gate.ts'", /codex-kernel\/plugin-api/],
  ['plugins/x/src/a.ts', "import { readFile } from 'node:fs/promises'", /ctx\.fs/],
  ['plugins/x/src/a.ts', "const { spawn } = await import('node:child_process')", /ctx\.exec/],
  ['src/tools/utils/a.ts', '', /says nothing/],
  ['src/tools/helpers.ts', '', /says nothing/],
  ['src/tools/a.ts', 'let count = 0', /module-level let/],
  ['src/tools/a.ts', 'export default 1', /named exports/],
  ['src/tools/a.ts', 'x\n'.repeat(401), /401 lines/],
]

test.each(broken)('%s with %s is caught', (path, text, says) => {
  expect(brokenRules({ path: normalize(path), text }).join('\n')).toMatch(says)
})

test('what the rules allow is not reported', () => {
  const allowed: readonly SourceFile[] = [
    { path: 'src/security/a.ts', text: "import { x } from '../config/toml.ts'\nimport path from 'node:path'" },
    { path: 'src/security/a.test.ts', text: "import { x } from '../../test/support/x.ts'" },
    {
      path: 'plugins/sandbox-x/src/a.ts',
      text: "import { spawn } from 'node:child_process'\nimport { defineSandbox } from 'codex-kernel/plugin-api'",
    },
    { path: 'src/cli/commands/a.ts', text: 'export default class A {}' },
  ]
  expect(allowed.flatMap(brokenRules)).toEqual([])
})
