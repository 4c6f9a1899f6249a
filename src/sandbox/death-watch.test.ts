import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deathWatchScript } from './death-watch.ts'

/** A directory with a `ps` that takes the words of macOS and asks the one of Linux. */
function directoryOfPs(): string {
  const directory = mkdtempSync(join(tmpdir(), 'death-watch-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  writeFileSync(join(directory, 'ps'), '#!/bin/sh\n[ "$1" = -axEww ] && exec /usr/bin/ps axeww -o pid=,command=\n', {
    mode: 0o755,
  })
  return directory
}

test.each(['linux', 'darwin'])(
  'on %s: at the end of its input it ends the groups and marks that are still told',
  async (platform) => {
    const start = (mark: string) => {
      const child = spawn('sleep', ['60'], {
        env: { PATH: process.env.PATH ?? '', CODEX_COMMAND_ID: mark },
        detached: true,
        stdio: 'ignore',
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      return child
    }
    const marked = start('ours.1')
    const grouped = start('another.1')
    const released = start('another.2')
    const watch = spawn('/bin/sh', ['-c', deathWatchScript(platform), 'sh', 'ours.'], {
      env: { PATH: `${directoryOfPs()}:/usr/bin:/bin` },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const watched = once(watch, 'exit')
    const ended = [marked, grouped].map((child) => once(child, 'exit'))
    watch.stdin.end(`+ ${grouped.pid}\n+ ${released.pid}\n- ${released.pid}\n`)
    expect(await Promise.all(ended)).toEqual([
      [null, 'SIGKILL'],
      [null, 'SIGKILL'],
    ])
    await watched
    expect(released.exitCode ?? released.signalCode).toBeNull()
  },
)
