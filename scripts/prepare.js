// Runs after npm ci and npm install, maybe under an old Node (npm --omit=dev) or without the build's tools: then there
// is nothing to build with, and the package came with its dist.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const isCheckout = existsSync(join(root, 'src')) && existsSync(join(root, 'node_modules', 'rolldown'))
const canStrip = Number(process.versions.node.split('.')[0]) >= 24

if (isCheckout && canStrip) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.ts')], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} else if (isCheckout) {
  process.stderr.write(
    `codex-kernel was not built: building needs Node 24, and npm run prepare uses ${process.versions.node}.\n`,
  )
}
