import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The text of `oclif.manifest.json`, from the bundle in `dist/`. Made aside, since oclif clears the manifest that it finds.
 *
 * @param root absolute path of the package
 */
export function commandManifest(root: string): string {
  const aside = mkdtempSync(join(tmpdir(), 'codex-manifest-'))
  try {
    for (const name of ['package.json', 'dist']) cpSync(join(root, name), join(aside, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(aside, 'node_modules'))
    execFileSync(process.execPath, [join(root, 'node_modules', 'oclif', 'bin', 'run.js'), 'manifest', aside], {
      cwd: aside,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return sorted(readFileSync(join(aside, 'oclif.manifest.json'), 'utf8'))
  } finally {
    rmSync(aside, { recursive: true })
  }
}

/** oclif lists commands in the order in which their modules happened to load. */
function sorted(text: string): string {
  const manifest: { readonly commands: Readonly<Record<string, unknown>> } = JSON.parse(text) // written by oclif
  const commands = Object.fromEntries(Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `${JSON.stringify({ ...manifest, commands }, null, 2)}\n`
}
