import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findProgram } from './find-program.ts'

let directory: string

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'find-program-')))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

function makeProgram(parent: string, name: string): string {
  mkdirSync(parent, { recursive: true })
  const file = join(parent, name)
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, 0o755)
  return file
}

test('a program of the system comes before one of the same name on the search path', () => {
  makeProgram(directory, 'sh')
  expect(findProgram('sh', { searchPath: directory })).toMatch(/^\/(usr\/)?bin\/sh$/)
})

test('the search path is used for what the system does not have', () => {
  const program = makeProgram(join(directory, 'bin'), 'only-here')
  expect(findProgram('only-here', { searchPath: ['/none', join(directory, 'bin')].join(delimiter) })).toBe(program)
})

test('nothing is taken from a repository, a node_modules or a relative entry', () => {
  const repository = join(directory, 'repository')
  makeProgram(join(repository, 'bin'), 'only-here')
  makeProgram(join(directory, 'node_modules/.bin'), 'only-here')
  const searchPath = ['.', 'bin', join(repository, 'bin'), join(directory, 'node_modules/.bin')].join(delimiter)
  expect(findProgram('only-here', { searchPath, notBelow: repository })).toBeUndefined()
})

test('a file that cannot be run is no program', () => {
  writeFileSync(join(directory, 'text'), '')
  expect(findProgram('text', { searchPath: directory })).toBeUndefined()
})
