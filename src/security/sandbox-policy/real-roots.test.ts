import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { realRoots } from './real-roots.ts'

function place(...directories: readonly string[]): (...parts: readonly string[]) => string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'real-roots-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const each of directories) mkdirSync(path.join(root, each), { recursive: true })
  return (...parts) => path.join(root, ...parts)
}

test('places are given as they are, without those that are not there', () => {
  const at = place('ws/docs', 'tmp')
  expect(realRoots([at('ws'), at('ws/docs'), at('tmp'), at('none')], 'write')).toEqual([
    at('tmp'),
    at('ws'),
    at('ws/docs'),
  ])
})

test.each([
  ['beside it', 'out'],
  ['at all of the disk', '/'],
  ['at the directory above it', 'ws'],
])('a link %s opens nothing: it is refused', (_, target) => {
  const at = place('ws', 'out')
  symlinkSync(path.resolve(at(), target), at('ws/docs'))
  const refused = expect.objectContaining({
    code: 'sandbox.failed',
    message: `${at('ws/docs')} may be written, but it is a link to ${path.resolve(at(), target)}, which may not.`,
  })
  expect(() => realRoots([at('ws/docs')], 'write')).toThrow(refused)
})

test('a place below a link is refused as the link is', () => {
  const at = place('ws', 'out/sub')
  symlinkSync(at('out'), at('ws/docs'))
  expect(() => realRoots([at('ws/docs/sub')], 'read')).toThrow(/may be read, but it is a link to/)
})

test('a link to what is named too is followed', () => {
  const at = place('ws', 'out/sub')
  symlinkSync(at('out/sub'), at('ws/docs'))
  expect(realRoots([at('ws/docs'), at('out')], 'write')).toEqual([at('out'), at('out/sub')])
})

test('a link within another of the places opens nothing, and is in nobody’s way', () => {
  const at = place('ws', 'out')
  symlinkSync(at('out'), at('ws/docs'))
  expect(realRoots([at('ws'), at('ws/docs')], 'write')).toEqual([at('ws')])
})
