import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { apiVersion } from '../../src/plugin-api/index.ts'
import { emitDeclarations } from '../emit-declarations.ts'
import { compareInterfaces, interfaceLines } from './interface-lines.ts'

/**
 * Writes down the plugin interface as it is now, where that breaks no plugin (docs/plugin-stability.md says what is promised).
 *
 * @returns what would break plugins, and what to do; nothing was written then. Undefined: it is written down
 */
export function acceptInterface(root: string): string | undefined {
  const file = join(root, 'test', 'fixtures', `plugin-api-v${apiVersion}`, 'interface.txt')
  const before = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  const after = interfaceLines(emitDeclarations(root))
  const { removed, demanded } = compareInterfaces(before, after)
  if (removed.length + demanded.length > 0) {
    return `This breaks plugins of apiVersion ${apiVersion}:
${[...removed.map((line) => `- ${line}`), ...demanded.map((line) => `+ ${line}`)].join('\n')}

Keep what is there and add beside it (a new optional field, a new function), or raise apiVersion in
src/plugin-api/manifest.ts. Where no plugin can notice, change the line in ${file} by hand and say why in the commit.`
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${after.join('\n')}\n`)
  return undefined
}
