import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

/** What stands in for programs that a machine may lack: each runs what it is given, as the real one does. */
const programs = {
  'bin/direnv': '#!/bin/sh\nshift 2\nexec "$@"\n',
  'bin/conda': '#!/bin/sh\nshift 2\nexec "$@"\n',
  'bin/ssh-agent': '#!/bin/sh\nexec "$@"\n',
  'bin/gdb': `#!/bin/sh\n[ "$1" = --args ] && shift && exec "$@"\nexec sh -c "\${2#shell }"\n`,
  'bin/sqlite3': `#!/bin/sh\nexec sh -c "\${2#.shell }"\n`,
  'bin/gcc': '#!/bin/sh\nIFS=,\nexec $2\n',
  'bin/nobody-knows-me': '#!/bin/sh\nshift\nexec "$@"\n',
}

const forbidsTouch = 'id = "mine"\n\n[[rules]]\npattern = ["touch"]\ndecision = "forbidden"\n'
/** A rule that allows the program itself opens no way around the other. */
const allowsAll = Object.keys(programs).map((file) => `prefix_rule(["${file.slice(4)}"])\n`)

test.each([
  ['direnv', 'exec', '.', 'touch', 'm'],
  ['conda', 'run', '--name=e', 'touch', 'm'],
  ['ssh-agent', 'touch', 'm'],
  ['gdb', '--args', 'touch', 'm'],
  ['gdb', '-ex', 'shell touch m'],
  ['sqlite3', ':memory:', '.shell touch m'],
  ['gcc', '-wrapper', 'touch,m'],
  ['nobody-knows-me', '--', 'touch', 'm'],
])('a forbidden command is not run by a program that is given it: %s %s %s', async (...words) => {
  const rules = { 'policies/mine.toml': forbidsTouch, 'rules/own.rules': allowsAll.join('') }
  for (const home of [{}, rules]) {
    const { run, workspace } = await scriptedSession([], { files: programs, home })
    for (const file of Object.keys(programs)) await chmod(join(workspace.path, file), 0o755)
    const env = { PATH: `${join(workspace.path, 'bin')}:${process.env.PATH}` }
    const { exitCode, stderr } = await run(['sandbox', '-P', 'trusted', '--', ...words], { env })
    const isThere = existsSync(join(workspace.path, 'm'))
    if (home === rules) {
      expect({ exitCode, stderr, isThere }).toEqual({
        exitCode: 5,
        isThere: false,
        stderr: expect.stringContaining('touch'),
      })
    } else expect({ exitCode, isThere }).toEqual({ exitCode: 0, isThere: true })
  }
})
