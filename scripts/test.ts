/**
 * `npm test`: makes sure that the system has what the tests need, then types, lint, unit and end-to-end tests against a
 * fresh build. Nothing is skipped: what is missing and cannot be installed fails, saying what to install.
 */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Programs that the tests start, and the Debian package that brings each. */
const needed = { bwrap: 'bubblewrap', git: 'git', python3: 'python3', curl: 'curl', bash: 'bash' }

ensurePrograms()
run('build', [join(root, 'scripts', 'build.ts')])
run('types', [bin('typescript', 'bin/tsc'), '-p', root])
run('lint', [bin('@biomejs/biome', 'bin/biome'), 'check', root])
run('tests', [bin('vitest', 'vitest.mjs'), 'run', '--project', 'unit', '--project', 'e2e'])

function ensurePrograms(): void {
  const missing = Object.entries(needed).filter(([program]) => !has(program))
  if (missing.length === 0) return
  const packages = missing.map(([, name]) => name)
  if (process.platform === 'linux' && process.getuid?.() === 0 && has('apt-get')) {
    const quiet: SpawnSyncOptions = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    spawnSync('apt-get', ['update'], quiet)
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], quiet)
  }
  const still = missing.filter(([program]) => !has(program)).map(([program, name]) => `${program} (package ${name})`)
  if (still.length === 0) return
  process.stderr.write(
    `The tests need ${still.join(', ')}. Install them, for example: sudo apt-get install -y ${packages.join(' ')}\n`,
  )
  process.exit(1)
}

function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
}

function bin(packageName: string, file: string): string {
  return join(root, 'node_modules', packageName, file)
}

function run(name: string, argv: readonly string[]): void {
  process.stderr.write(`\n# ${name}\n`)
  const { status } = spawnSync(process.execPath, [...argv], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
