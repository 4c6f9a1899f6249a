import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inheritedDescriptors } from '../inherited-descriptors.ts'
import { posixSpawn, type SpawnSpec } from './posix-spawn.ts'

let directory: string
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'posix-spawn-')))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const bash = (script: string, ...args: string[]): SpawnSpec['argv'] => ['/bin/bash', '-c', script, 'bash', ...args]

/** Runs it with its output in a file. Undefined where it was not started. */
async function run(changes: Partial<SpawnSpec>) {
  const output = join(directory, 'output')
  const fd = openSync(output, 'w')
  try {
    const spec = { argv: bash('true'), cwd: directory, env: { PATH: '/usr/bin:/bin' }, inherited: [] }
    const fds = { 1: fd, 2: fd, ...changes.fds }
    const child = posixSpawn({ ...spec, leadsSession: true, isWaitedFor: true, ...changes, fds })
    return child && { pid: child.pid, exitCode: await child.exited, output: readFileSync(output, 'utf8') }
  } finally {
    closeSync(fd)
  }
}

test('words, variables and directory come as they are', async () => {
  const words = ['', 'a b', 'ä 🙂', '*', "it's", 'x'.repeat(100_000)]
  const ended = await run({
    argv: bash('pwd; printf "%s\\n" "$GREETING" "$@"', ...words),
    env: { GREETING: 'grüß = dich\n!' },
  })
  expect(ended).toMatchObject({ exitCode: 0, output: [directory, 'grüß = dich\n!', ...words, ''].join('\n') })
})

test.each([
  ['exit 0', 0],
  ['exit 3', 3],
  ['exit 255', 255],
  ['kill -KILL $$', 137],
  ['kill -TERM $$', 143],
  ['kill -PIPE $$', 141], // which Node ignores, and its children do not
  ['kill -INT $$', 130],
])('%s: exit code %i', async (script, exitCode) => {
  expect(await run({ argv: bash(script) })).toMatchObject({ exitCode })
})

test('many at once each have their own code', async () => {
  const codes = Array.from({ length: 60 }, (_, index) => index)
  const ended = await Promise.all(codes.map((code) => run({ argv: bash(`sleep 0.0${code % 5}; exit ${code}`) })))
  expect(ended.map((each) => each?.exitCode)).toEqual(codes)
  const pids = ended.map((each) => String(each?.pid)).join()
  expect(() => execFileSync('ps', ['-o', 'pid=', '-p', pids])).toThrow() // none is left, not even as a zombie
})

test('it leads a session of its own where it is told to', async () => {
  const ids = async (leadsSession: boolean) => {
    const ended = await run({ leadsSession, argv: bash('ps -o sid=,pgid= -p $$') })
    return { pid: ended?.pid, ids: ended?.output.trim().split(/\s+/).map(Number) }
  }
  const leader = await ids(true)
  expect(leader.ids).toEqual([leader.pid, leader.pid])
  const follower = await ids(false)
  expect(follower.ids).not.toContain(follower.pid)
})

test('descriptors get the numbers that they are to have, whatever numbers they had; nothing else is open', async () => {
  const files = ['a', 'b', 'c'].map((name) => {
    const file = join(directory, name)
    writeFileSync(file, name)
    return openSync(file, 'r')
  })
  const [a = -1, b = -1, c = -1] = files
  const inherited = inheritedDescriptors()
  try {
    const script = `cat <&${b}; cat <&${a}; cat <&${c}; cat <&0; echo; ls /proc/$$/fd; :`
    // Each of three gets the number of another, and one of them a second number.
    const ended = await run({ argv: bash(script), fds: { [b]: a, [c]: b, [a]: c, 9: b }, inherited })
    const open = [0, 1, 2, 9, a, b, c].map(String).toSorted()
    expect(ended).toMatchObject({ exitCode: 0, output: `acb\n${open.join('\n')}\n` })
  } finally {
    for (const fd of files) closeSync(fd)
  }
})

test('what this process inherited is closed', () => {
  const program = join(directory, 'program.mjs')
  const moduleUrl = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)
  writeFileSync(
    program,
    `const { posixSpawn } = await import(${moduleUrl('./posix-spawn.ts')})
    const { inheritedDescriptors } = await import(${moduleUrl('../inherited-descriptors.ts')})
    const how = { cwd: '/', env: {}, leadsSession: true, isWaitedFor: true, fds: { 1: 1 }, inherited: [300, ...inheritedDescriptors()] }
    const child = posixSpawn({ ...how, argv: ['/bin/bash', '-c', 'cat <&40; cat <&200; ls /proc/$$/fd; :'] })
    process.exitCode = await child.exited`,
  )
  const secret = join(directory, 'secret')
  writeFileSync(secret, 's3cr3t')
  const script = `exec 40<${secret} 200<${secret}; exec ${process.execPath} ${program} 2>&1`
  const output = execFileSync('/bin/bash', ['-c', script], { encoding: 'utf8' })
  expect(output.split('\n').filter((line) => /^\d+$/.test(line))).toEqual(['0', '1', '2'])
  expect(output).not.toContain('s3cr3t')
})

test('what was not started says so, and nothing ran', async () => {
  const script = join(directory, 'no-interpreter')
  writeFileSync(script, 'touch ran', { mode: 0o755 })
  const notRunnable = join(directory, 'data')
  writeFileSync(notRunnable, '')
  const touch = bash('touch ran')
  const cases: readonly Partial<SpawnSpec>[] = [
    { argv: [join(directory, 'missing')] },
    { argv: ['bash', '-c', 'touch ran'] }, // Node looks for it
    { argv: [script] }, // Node gives it to a shell
    { argv: [notRunnable] },
    { argv: touch, cwd: join(directory, 'missing') },
    { argv: [...touch, 'a\0b'] },
    { argv: touch, env: { A: 'b\0c' } },
    { argv: touch, fds: { 5: 4000 } },
    { argv: [...touch, 'x'.repeat(200_000)] },
  ]
  for (const changes of cases) expect({ changes, ended: await run(changes) }).toEqual({ changes, ended: undefined })
  expect(await run({ argv: bash('ls') })).toMatchObject({ output: 'data\nno-interpreter\noutput\n' })
})
