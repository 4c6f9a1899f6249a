import { execFile } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { linkPackages, repositoryRoot } from './packed-package.ts'

const execute = promisify(execFile)

/** What `npm install` does for the devDependencies of a plugin that `codex plugins create` wrote, without a registry. */
export async function installFromRepository(plugin: string): Promise<void> {
  await mkdir(join(plugin, 'node_modules', '.bin'), { recursive: true })
  await symlink(repositoryRoot, join(plugin, 'node_modules', 'codex-kernel'))
  await linkPackages(plugin, ['typescript', '@types/node', 'oclif'])
  await symlink('../typescript/bin/tsc', join(plugin, 'node_modules', '.bin', 'tsc'))
  await symlink('../oclif/bin/run.js', join(plugin, 'node_modules', '.bin', 'oclif'))
}

/** Runs npm in a plugin, with a home of its own. @throws an error with `code`, `stdout` and `stderr` */
export async function npm(plugin: string, homeDir: string, ...argv: readonly string[]): Promise<string> {
  const env = { PATH: `${join(process.execPath, '..')}:${process.env.PATH}`, HOME: homeDir }
  return (await execute('npm', argv, { cwd: plugin, env })).stdout
}
