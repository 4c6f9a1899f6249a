// Opens the copy of a task, changes what it is told to, and merges: to be killed meanwhile. Says each step on stdout.
import { openWorkplaces } from '../../src/runtime/worktrees/open-workplaces.ts'
import { filesIn, snapshotOf } from './writing-run.ts'

const [homeDir = '', codexHome = '', workspace = '', runId = '', text = ''] = process.argv.slice(2)
const { signal } = new AbortController()
const say = (step: string) => process.stdout.write(`${step}\n`)
const places = await openWorkplaces({ runId }, await snapshotOf({ homeDir, codexHome, workspace }), signal)
say('opened')
const place = await places.openWorkplace({ id: 'one', title: 'Work', write: ['**'] }, 1, signal)
say('copied')
for (const name of ['a.txt', 'b.txt', 'new/c.txt']) await filesIn(place.cwd).write(name, text)
say('changed')
await place.merge(signal)
say('merged')
await place.discard()
await places.close()
say('closed')
