import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const moduleUrl = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)

test('a child gets the files that it is given, and none that this process was given', () => {
  const directory = mkdtempSync(join(tmpdir(), 'spawn-'))
  try {
    const secret = join(directory, 'secret')
    writeFileSync(secret, 's3cr3t')
    const given = join(directory, 'given')
    writeFileSync(given, 'meant')
    const program = `
      import { openSync } from 'node:fs'
      const { spawnAlone } = await import(${moduleUrl('./spawn-alone.ts')})
      const { inheritedDescriptors } = await import(${moduleUrl('./inherited-descriptors.ts')})
      const descriptors = { standard: ['ignore', 'pipe', 'pipe'], fds: { 5: openSync(${JSON.stringify(given)}, 'r') }, inherited: inheritedDescriptors() }
      const child = spawnAlone(['/bin/bash', '-c', 'cat <&5; cat <&40; cat <&200; ls -l /proc/$$/fd'], { env: { PATH: '/usr/bin:/bin' } }, descriptors)
      child.stdout.pipe(process.stdout)`
    const file = join(directory, 'program.mjs')
    writeFileSync(file, program)
    const script = `exec 40<${secret} 200<${secret}; exec ${process.execPath} ${file}`
    const output = execFileSync('/bin/bash', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    expect(output).toContain('meant')
    expect(output).not.toContain('s3cr3t')
    expect(output).not.toContain(secret)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
