import { expect, test } from 'vitest'
import { filesOfWords } from './files-of-words.ts'
import { floorOfProcesses } from './floor-of-processes.ts'
import { readScript } from './read-script.ts'

const places = { workspaceRoot: '/w', tempDir: '/tmp', homeDir: '/home/u', codexHome: '/home/u/.codex' }
const floorOf = async (script: string) =>
  floorOfProcesses(filesOfWords(await readScript(script), { places, cwd: places.workspaceRoot }))

test.each([
  'cat /proc/1/environ',
  'cat /proc/$PPID/environ',
  'cat "/proc/$(pgrep codex)/environ"',
  'strings /proc//$PPID/environ',
  'tr "\\0" "\\n" < /proc/1/environ',
  'cat /proc/*/environ',
  'cat /proc/[0-9]*/env*',
  'grep -az KEY /proc/4/task/4/environ',
  'cd /proc/1 && cat environ',
  'cp /proc/1/environ env.txt',
  'dd if=/proc/7/mem of=out bs=1 skip=4096',
  'bash -c "cat /proc/1/environ"',
  'cat /proc/../proc/1/environ',
  'cat /proc/self/root/proc/1/environ',
  'python3 dump.py /proc/1/mem',
])('the floor keeps other processes from: %s', async (script) => {
  expect(await floorOf(script)).toMatch(/^reading .*\/(?:environ|mem|env\*), of another process$/)
})

test.each([
  'cat /proc/self/environ',
  'tr "\\0" "\\n" < /proc/self/environ',
  'cat /proc/$$/environ',
  'cat /proc/1/status /proc/1/maps',
  'cat /proc/meminfo',
  'ls -l /proc/1/environ',
  'echo /proc/1/environ',
  'echo "/proc/$PPID/environ"',
  'cat docs/proc/1/environ',
])('it is no matter of: %s', async (script) => {
  expect(await floorOf(script)).toBeUndefined()
})
