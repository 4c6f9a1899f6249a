import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Finding } from '../src/plugin-api/index.ts'

const codexBin = fileURLToPath(new URL('../bin/codex.js', import.meta.url))

/** All findings of the built program in a directory, with no cache and a home of its own. */
export async function scanDirectory(directory: string): Promise<readonly Finding[]> {
  const home = await mkdtemp(join(tmpdir(), 'scan-home-'))
  try {
    const argv = [
      codexBin,
      'agent',
      'security-analyst',
      'audit it',
      '--playbook',
      '--json',
      '--skip-git-repo-check',
      '-C',
      directory,
    ]
    const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: home }
    const { stdout } = await promisify(execFile)(process.execPath, argv, { env, maxBuffer: 1024 * 1024 * 1024 })
    return stdout.split('\n').flatMap((line): Finding[] => {
      if (!line.includes('"finding"')) return []
      const { item } = JSON.parse(line) as { item?: { type: string; finding: Finding } } // an event of the program
      return item?.type === 'finding' ? [item.finding] : []
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
