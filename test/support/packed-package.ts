import { execFile } from 'node:child_process'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The folder of this repository. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Puts the package, as `npm pack` makes it, into `node_modules/codex-kernel` of a project, and its dependencies and these
 * packages beside it: nothing but what is published can be found by that name. `node_modules` of the repository are linked.
 */
export async function installPacked(project: string, packages: readonly string[]): Promise<void> {
  const modules = join(project, 'node_modules')
  await mkdir(modules, { recursive: true })
  const argv = ['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', project]
  const { stdout } = await run('npm', argv, { cwd: repositoryRoot, maxBuffer: 16 * 1024 * 1024 })
  const [{ filename }]: readonly [{ readonly filename: string }] = JSON.parse(stdout) // npm pack --json
  await run('tar', ['-xzf', filename], { cwd: project })
  await cp(join(project, 'package'), join(modules, 'codex-kernel'), { recursive: true })
  await linkPackages(project, packages)
}

/** Links packages of this repository's node_modules into that of a project. */
export async function linkPackages(project: string, packages: readonly string[]): Promise<void> {
  for (const name of packages) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(repositoryRoot, 'node_modules', name), link)
  }
}

export interface CompileResult {
  readonly exitCode: number
  readonly output: string
}

/** What the TypeScript compiler says of a project. */
export async function compile(project: string): Promise<CompileResult> {
  const argv = [join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project, '--pretty', 'false']
  return await run(process.execPath, argv, { cwd: project }).then(
    ({ stdout }) => ({ exitCode: 0, output: stdout }),
    ({ code, stdout }: { readonly code: number; readonly stdout: string }) => ({ exitCode: code, output: stdout }),
  )
}
