import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { holdPlaceholder, isHeldPlaceholder, sweepPlaceholders } from './placeholder.ts'
import { privateDirectory } from './private-directory.ts'

let workspace: string
let path: string
const programs: ChildProcess[] = []

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'codex-placeholder-'))
  path = join(workspace, '.codex')
})
afterEach(() => {
  for (const program of programs.splice(0)) program.kill('SIGKILL')
  rmSync(workspace, { recursive: true, force: true })
})

const urlOf = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

/** Another program that uses placeholders; `holdPlaceholder` and `path` are there. */
function start(script: string): ChildProcess {
  const source = `import { resolvePluginApi } from ${urlOf('../../../src/kernel/resolve-plugin-api.ts')}
    resolvePluginApi(${urlOf('../../../src/plugin-api/index.ts')})
    const { holdPlaceholder } = await import(${urlOf('./placeholder.ts')})
    const path = ${JSON.stringify(path)}
    ${script}`
  const program = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  programs.push(program)
  return program
}

/** One that holds the path and is killed. */
async function killedHolder(): Promise<void> {
  const program = start(`holdPlaceholder(path, 'directory'); console.log('held'); setInterval(() => {}, 1e6)`)
  const ended = once(program, 'exit')
  await Promise.race([once(program.stdout ?? program, 'data'), ended])
  expect(existsSync(path)).toBe(true)
  program.kill('SIGKILL')
  await ended
}

/** Directories of holds in which something names a path of this test. */
function holdsHere(): readonly string[] {
  const holds = join(privateDirectory(), 'placeholders')
  return readdirSync(holds).filter((key) =>
    readdirSync(join(holds, key)).some((name) => name.includes(`.${process.pid}.`)),
  )
}

test('a placeholder is there as long as somebody holds it, and goes with the last one', () => {
  const [first, second] = [holdPlaceholder(path, 'directory'), holdPlaceholder(path, 'directory')]
  expect(isHeldPlaceholder(path)).toBe(true)
  first.release()
  expect(existsSync(path)).toBe(true)
  second.release()
  expect(existsSync(path)).toBe(false)
  expect(holdsHere()).toEqual([])
})

test('what somebody put into it stays, and is no placeholder', () => {
  const held = holdPlaceholder(path, 'directory')
  writeFileSync(join(path, 'mine'), '')
  held.release()
  expect(readdirSync(path)).toEqual(['mine'])
  expect(isHeldPlaceholder(path)).toBe(false)
})

test('an empty directory of the user is none', () => {
  mkdirSync(path)
  expect(isHeldPlaceholder(path)).toBe(false)
})

test('what a killed program left goes with the next sweep, and nothing of it is kept', async () => {
  await killedHolder()
  expect(isHeldPlaceholder(path)).toBe(true)
  sweepPlaceholders()
  expect(existsSync(path)).toBe(false)
  mkdirSync(path)
  expect(isHeldPlaceholder(path)).toBe(false)
})

test('what a killed program left goes with the next command, where that has a hold of its own', async () => {
  await killedHolder()
  const held = holdPlaceholder(path, 'directory')
  sweepPlaceholders()
  expect(existsSync(path)).toBe(true)
  held.release()
  expect(existsSync(path)).toBe(false)
  expect(holdsHere()).toEqual([])
})

test('what a killed program left and cannot be removed is left for later, and stops no sweep', async () => {
  await killedHolder()
  writeFileSync(join(path, 'mine'), '')
  sweepPlaceholders()
  expect(readdirSync(path)).toEqual(['mine'])
  rmSync(workspace, { recursive: true })
  expect(sweepPlaceholders).not.toThrow()
})

test('while programs take and give back the same placeholder, and others sweep, it is there for each that holds it', async () => {
  const taking = `
    const { existsSync } = await import('node:fs')
    let missing = 0
    for (let round = 0; round < 200; round += 1) {
      const held = holdPlaceholder(path, 'directory')
      for (let look = 0; look < 5; look += 1) if (!existsSync(path)) missing += 1
      held.release()
    }
    console.log(missing)`
  const sweeping = `
    const { sweepPlaceholders } = await import(${urlOf('./placeholder.ts')})
    for (let round = 0; round < 200; round += 1) sweepPlaceholders()
    console.log(0)`
  const outputs = await Promise.all(
    [taking, taking, taking, sweeping].map(async (script) => {
      const program = start(script)
      const [[output]] = await Promise.all([once(program.stdout ?? program, 'data'), once(program, 'exit')])
      return String(output)
    }),
  )
  expect(outputs).toEqual(['0\n', '0\n', '0\n', '0\n'])
  expect(existsSync(path)).toBe(false)
})
