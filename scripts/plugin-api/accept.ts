/**
 * Writes down the plugin interface as it is now (npm run plugin-api:accept), where that breaks no plugin.
 * docs/plugin-stability.md says what is promised.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apiVersion } from '../../src/plugin-api/index.ts'
import { emitDeclarations } from '../emit-declarations.ts'
import { compareInterfaces, interfaceLines } from './interface-lines.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const file = join(root, 'test', 'fixtures', `plugin-api-v${apiVersion}`, 'interface.txt')

const before = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
const after = interfaceLines(emitDeclarations(root))
const { added, removed, demanded } = compareInterfaces(before, after)
if (removed.length + demanded.length > 0) {
  process.stderr.write(`This breaks plugins of apiVersion ${apiVersion}:
${[...removed.map((line) => `- ${line}`), ...demanded.map((line) => `+ ${line}`)].join('\n')}

Keep what is there and add beside it (a new optional field, a new function), or raise apiVersion in
src/plugin-api/manifest.ts. Where no plugin can notice, change the line in ${file} by hand and say why in the commit.
`)
  process.exitCode = 1
} else {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${after.join('\n')}\n`)
  process.stdout.write(`${added.length} lines added, ${after.length} in all: ${file}\n`)
}
