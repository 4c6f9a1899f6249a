import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Programs that can run alongside, by the name that `--peer` takes: their package, and what starts them. */
const peers = { codex: { package: '@openai/codex', bin: 'codex' } } as const
export type PeerName = keyof typeof peers

export interface Peer {
  /** Package and version. */
  readonly name: string
  /** The program as npm puts it on the PATH. */
  readonly program: string
}

export function isPeerName(name: string): name is PeerName {
  return Object.hasOwn(peers, name)
}

export const peerNames = Object.keys(peers)

/** Installs a peer with npm into a folder of its own. @throws Error with the end of what npm says */
export async function installPeer(name: PeerName, directory: string): Promise<Peer> {
  const { package: packageName, bin } = peers[name]
  const argv = [
    'install',
    '--prefix',
    directory,
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--no-save',
    packageName,
  ]
  const child = spawn('npm', argv, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const program = join(directory, 'node_modules', '.bin', bin)
  if (exitCode !== 0 || !existsSync(program)) {
    throw new Error(`npm install ${packageName} ended with ${exitCode}: ${said.trim().split('\n').slice(-3).join(' ')}`)
  }
  const file = join(directory, 'node_modules', packageName, 'package.json')
  const { version }: { readonly version: string } = JSON.parse(await readFile(file, 'utf8')) // npm wrote it
  return { name: `${packageName} ${version}`, program }
}
