import { expect, test } from 'vitest'
import type { HistoryItem } from '../plugin-api/index.ts'
import { fileLines, workSoFar } from './work-so-far.ts'
import { writtenByCommands } from './written-by-commands.ts'

const call = (name: string, given: unknown, id = '1'): HistoryItem => ({
  ...{ type: 'function_call', call_id: id, name, arguments: JSON.stringify(given) },
})

/** The files of one script, as a compaction tells them. */
async function linesOf(cmd: string, more: object = {}): Promise<readonly string[]> {
  const items = [call('exec_command', { cmd, ...more })]
  return fileLines(workSoFar(items, '/w', await writtenByCommands(items, '/w')))
}

test('files that a command writes, copies, moves or removes are named, and that a command did it', async () => {
  expect(await linesOf('echo x > a.txt; sort < in.txt | tee -a "b c.txt" >/dev/null')).toEqual([
    'a.txt: written by a command',
    'b c.txt: written by a command',
  ])
  expect(await linesOf('cp -r a.txt b.txt src/ && mv old.ts new.ts && rm -f gone.txt')).toEqual([
    'src/a.txt: written by a command',
    'src/b.txt: written by a command',
    'old.ts: moved by a command',
    'new.ts: written by a command',
    'gone.txt: deleted by a command',
  ])
  expect(await linesOf('rm x.txt', { workdir: 'sub' })).toEqual(['sub/x.txt: deleted by a command'])
  const items = [call('shell', { command: ['bash', '-lc', "echo 'x y' > a.txt"] })]
  expect([...(await writtenByCommands(items, '/w')).values()]).toEqual([[['/w/a.txt', 'written by a command']]])
})

test('what is not known before a command runs is not named', async () => {
  for (const script of [
    'rm $FILE',
    'rm *.txt',
    'cd sub && echo x > a.txt',
    'cp -t dir a.txt',
    'python3 make.py',
    'rm ~/a',
  ])
    expect(await linesOf(script), script).toEqual([])
  const failed: HistoryItem = { type: 'function_call_output', call_id: '1', output: 'denied', failed: true }
  const items = [call('exec_command', { cmd: 'rm a.txt' }), failed, call('other_tool', { cmd: 'rm b.txt' }, '2')]
  expect(fileLines(workSoFar(items, '/w', await writtenByCommands(items, '/w')))).toEqual([])
})
