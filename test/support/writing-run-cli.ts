// Opens the copy of a task, changes what it is told to, and merges: to be killed meanwhile. Says each step on stdout.
import fs from 'node:fs'
import { rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { openWorkplaces } from '../../src/runtime/worktrees/open-workplaces.ts'
import { filesIn, snapshotOf } from './writing-run.ts'

const [homeDir = '', codexHome = '', workspace = '', runId = '', text = '', killedAt = ''] = process.argv.slice(2)
const { signal } = new AbortController()
const say = (step: string) => process.stdout.write(`${step}\n`)
const places = await openWorkplaces({ runId }, await snapshotOf({ homeDir, codexHome, workspace }), signal)
say('opened')
const place = await places.openWorkplace({ id: 'one', title: 'Work', write: ['**'] }, 1, signal)
say('copied')
for (const name of ['a.txt', 'b.txt', 'new/c.txt']) await filesIn(place.cwd).write(name, text)
await rm(join(place.cwd, 'gone.txt'), { force: true })
say('changed')
if (killedAt !== '') killAt(killedAt)
await place.merge(signal)
say('merged')
await place.discard()
await places.close()
say('closed')

/** Ends this process, as a kill from outside would, in place of a call: `renameSync:2` is the second rename from now on. */
function killAt(call: string): void {
  const [name, number] = call.split(':')
  const key = name === 'unlinkSync' ? name : 'renameSync'
  const real = fs[key] as (...paths: readonly fs.PathLike[]) => void
  let left = Number(number)
  fs[key] = (...paths: readonly fs.PathLike[]) => {
    // Of what lies aside beside the files that are written.
    if (paths.some((path) => String(path).includes('.codex-'))) left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    else real(...paths)
  }
  syncBuiltinESMExports()
}
