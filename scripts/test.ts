/**
 * `npm test`: makes sure that the system has what the tests need, then types, lint, unit and end-to-end tests against a
 * fresh build. Nothing is skipped: what is missing and cannot be installed fails, saying what to install.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execaSync } from 'execa'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Programs that the tests start, and the Debian package that brings each. */
const needed = {
  bwrap: 'bubblewrap',
  git: 'git',
  python3: 'python3',
  curl: 'curl',
  wget: 'wget',
  nc: 'netcat-openbsd',
  bash: 'bash',
  perl: 'perl',
  zsh: 'zsh',
}

ensurePrograms()
run('build', [join(root, 'scripts', 'build.ts')])
run('types', [bin('typescript', 'bin/tsc'), '-p', root])
run('lint', [bin('@biomejs/biome', 'bin/biome'), 'check', root])
runTests()

/** Ends with the counts alone on the last line; what fails outside of every test, as a rejection nobody awaits, counts as one. */
function runTests(): void {
  const directory = mkdtempSync(join(tmpdir(), 'codex-tests-'))
  const report = join(directory, 'report.json')
  const projects = ['--project', 'unit', '--project', 'e2e']
  const reporters = ['--reporter', 'default', '--reporter', 'json', '--outputFile.json', report]
  const status = start('tests', [bin('vitest', 'vitest.mjs'), 'run', ...projects, ...reporters])
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  rmSync(directory, { recursive: true })
  const failed = status === 0 ? numFailedTests : Math.max(numFailedTests, 1)
  process.stdout.write(`${numPassedTests} passed, ${failed} failed\n`)
  process.exitCode = status
}

function ensurePrograms(): void {
  const missing = Object.entries(needed).filter(([program]) => !has(program))
  if (missing.length === 0) return
  const packages = missing.map(([, name]) => name)
  if (process.platform === 'linux' && process.getuid?.() === 0 && has('apt-get')) {
    const quiet = {
      stdout: 'ignore',
      stderr: 'inherit',
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      reject: false,
    } as const
    execaSync('apt-get', ['update'], quiet)
    execaSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], quiet)
  }
  const still = missing.filter(([program]) => !has(program)).map(([program, name]) => `${program} (package ${name})`)
  if (still.length === 0) return
  process.stderr.write(
    `The tests need ${still.join(', ')}. Install them, for example: sudo apt-get install -y ${packages.join(' ')}\n`,
  )
  process.exit(1)
}

function has(program: string): boolean {
  return execaSync(program, ['--version'], { stdio: 'ignore', reject: false }).code !== 'ENOENT'
}

function bin(packageName: string, file: string): string {
  return join(root, 'node_modules', packageName, file)
}

function run(name: string, argv: readonly string[]): void {
  const status = start(name, argv)
  if (status !== 0) process.exit(status)
}

function start(name: string, argv: readonly string[]): number {
  process.stderr.write(`\n# ${name}\n`)
  return execaSync(process.execPath, [...argv], { cwd: root, stdio: 'inherit', reject: false }).exitCode ?? 1
}
