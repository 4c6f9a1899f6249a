import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openLinuxSandboxLab } from '../../../test/support/linux-sandbox-lab.ts'
import { sandbox } from './sandbox.ts'

const { workspace, outside, policy, start, reset, close } = openLinuxSandboxLab()
const docs = join(workspace, 'docs')
beforeEach(reset)
afterAll(close)

/** What a script says whose sandbox is made ready before a link takes the place of `docs`, and started after. */
async function afterSwap(script: string, changes: Partial<SandboxPolicy>): Promise<string> {
  mkdirSync(docs)
  writeFileSync(join(outside, 'secret'), 'private-words')
  const wrapped = await sandbox.wrap({ argv: ['/bin/bash', '-c', script], env: {} }, policy(changes))
  renameSync(docs, join(workspace, 'moved'))
  symlinkSync('../outside', docs)
  const child = start(wrapped, 'pipe')
  let output = ''
  child.stdout?.on('data', (data) => {
    output += String(data)
  })
  await new Promise((resolve) => child.on('close', resolve))
  await wrapped.cleanup()
  return output
}

test('a link that takes the place of a writable directory before it is mounted leads no write elsewhere', async () => {
  await afterSwap('echo evil > docs/evil; touch docs/other', { writable: [docs] })
  expect(readdirSync(outside)).toEqual(['secret'])
})

test('a link that takes the place of a readable directory before it is mounted shows nothing', async () => {
  const output = await afterSwap('cat secret; ls', { readable: [docs], writable: [], cwd: docs })
  expect(output).not.toContain('private-words')
})

test('a link that is there when the sandbox is made ready is refused', async () => {
  symlinkSync('../outside', docs)
  const command = { argv: ['/bin/true'], env: {} } as const
  await expect(sandbox.wrap(command, policy({ writable: [docs] }))).rejects.toThrow('symbolic link')
})
