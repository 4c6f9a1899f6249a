import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { realEntryAtUse, realPathAtUse } from './real-path.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd', 'file', 'missing', 'é', '-x y')
const step = fc.oneof({ weight: 5, arbitrary: name }, fc.constantFrom('..', '.', ''))
const route = fc.array(step, { minLength: 1, maxLength: 6 }).map((steps) => steps.join('/').replace(/^\/+/, '') || '.')
const link = fc.record({ at: fc.tuple(fc.constantFrom('', 'a/', 'b/'), name), to: route, isAbsolute: fc.boolean() })
const forest = fc.record({
  links: fc.array(link, { maxLength: 6 }),
  routes: fc.array(route, { minLength: 20, maxLength: 20 }),
})

/** Where each leads by Python's own walk over links, of what exists and of what does not, and whether it exists. */
const walk = `
import json, os, sys
print(json.dumps([[os.path.realpath(path), os.path.exists(path)] for path in json.load(sys.stdin)]))
`

test('a path leads where another walk over the same links says, whatever of it exists', async () => {
  await fc.assert(
    fc.asyncProperty(forest, async ({ links, routes }) => {
      const root = realpathSync(mkdtempSync(join(tmpdir(), 'real-path-laws-')))
      try {
        for (const directory of ['a', 'b/c']) mkdirSync(join(root, directory), { recursive: true })
        writeFileSync(join(root, 'file'), '')
        for (const { at, to, isAbsolute } of links) makeLink(isAbsolute ? `${root}/${to}` : to, join(root, at.join('')))
        const paths = routes.map((each) => `${root}/${each}`)
        const { stdout } = spawnSync('python3', ['-c', walk], { input: JSON.stringify(paths), encoding: 'utf8' })
        const expected: readonly (readonly [string, boolean])[] = JSON.parse(stdout)
        const found = await Promise.all(paths.map((path) => realPathAtUse(path).catch(circle)))
        // What does not exist may be refused: its links go in a circle.
        const differ = paths.flatMap((path, index) => {
          const [place, exists] = expected[index] ?? ['', true]
          const ours = found[index]
          return ours === place || (ours === null && !exists) ? [] : [{ path, ours, place }]
        })
        expect(differ).toEqual([])
        // A place that is asked about again is the same: there is no link left in it.
        const whole = found.filter((path) => path !== null)
        expect(await Promise.all(whole.map((path) => realPathAtUse(path)))).toEqual(whole)
        for (const path of paths)
          if (!/(?:^|\/)\.{0,2}$/.test(path)) expect(await entry(path)).toBe(path.split('/').at(-1))
      } finally {
        rmSync(root, { recursive: true })
      }
    }),
    { numRuns: (fc.readConfigureGlobal()?.numRuns ?? 600) / 50 },
  )
})

function makeLink(to: string, at: string): void {
  try {
    symlinkSync(to, at)
  } catch (error) {
    if (
      !(
        error instanceof Error &&
        'code' in error &&
        ['EEXIST', 'ENOENT', 'ENOTDIR', 'ELOOP'].includes(String(error.code))
      )
    )
      throw error
  }
}

function circle(error: unknown): null {
  expect(error).toMatchObject({ code: expect.stringMatching(/ELOOP|ENOTDIR/) })
  return null
}

/** The last name is not followed. */
async function entry(path: string): Promise<string | undefined> {
  const place = await realEntryAtUse(path).catch(circle)
  return place === null ? path.split('/').at(-1) : place.split('/').at(-1)
}
