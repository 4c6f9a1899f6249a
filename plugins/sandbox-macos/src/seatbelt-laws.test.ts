import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seatbeltModel } from '../../../test/support/seatbelt-model.ts'
import { isWithin } from './is-within.ts'
import { seatbeltProfile } from './seatbelt-profile.ts'

let root: string
const names = ['a', 'b']
const directories = names.flatMap((x) => [
  x,
  ...names.flatMap((y) => [`${x}/${y}`, ...names.map((z) => `${x}/${y}/${z}`)]),
])
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'seatbelt-')))
  for (const directory of directories) mkdirSync(join(root, directory), { recursive: true })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const some = fc.subarray(directories, { maxLength: 4 })
/** Some are there, others are not. */
const someProtected = fc.subarray([...directories, 'a/new', 'b/a/new', 'a/b/b/new'], { maxLength: 4 })
const paths = ['', ...directories, 'a/new', 'b/a/new', 'a/b/b/new', 'c'].flatMap((path) => [path, `${path}/file`])

const policies = fc
  .record({
    writable: some,
    readOnly: someProtected,
    denyRead: some,
    granted: fc.subarray(directories, { maxLength: 2 }),
  })
  .map(({ writable, readOnly, denyRead, granted }): SandboxPolicy => {
    const at = (path: string) => join(root, path)
    return {
      ...{ cwd: '/usr', readable: 'all', temp: 'none', network: 'none', limits: {} },
      ...{ writable: writable.map(at), readOnly: readOnly.map(at), denyRead: denyRead.map(at) },
      granted: granted.map((path) => ({ access: 'write', path: at(path) })),
    }
  })

const covers = (roots: readonly string[], path: string) => roots.some((each) => isWithin(path, each))

/** What a policy says of writing, in its own words. What stays as it is lies inside of something writable; another path says nothing. */
function mayWrite({ writable, readOnly, denyRead, granted = [] }: SandboxPolicy, path: string): boolean {
  if (covers(denyRead, path)) return false
  const inside = readOnly.filter((each) => covers(writable, each))
  if (covers(writable, path) && !covers(inside, path)) return true
  return granted.some((grant) => {
    const within = readOnly.filter((each) => isWithin(each, grant.path))
    return isWithin(path, grant.path) && !covers(within, path)
  })
}

test.each(['last', 'named'] as const)(
  'a profile lets write and read what its policy says, where the %s rule counts',
  (order) => {
    fc.assert(
      fc.property(policies, (policy) => {
        const model = seatbeltModel(seatbeltProfile(policy), order)
        for (const each of paths) {
          const path = join(root, each)
          const asked = ['file-write-data', 'file-write-create', 'file-write-mode'].map((operation) =>
            model.allows({ operation, path }),
          )
          const says = mayWrite(policy, path)
          expect({ path, asked }).toEqual({ path, asked: [says, says, says] })
          expect({ path, read: model.allows({ operation: 'file-read-data', path }) }).toEqual({
            path,
            read: !covers(policy.denyRead, path),
          })
          if (!says) expect(model.allows({ operation: 'file-write-unlink', path })).toBe(false)
        }
      }),
    )
  },
)

test.each(['last', 'named'] as const)(
  'nothing that leads to what is protected can be moved, where the %s rule counts',
  (order) => {
    fc.assert(
      fc.property(policies, (policy) => {
        const model = seatbeltModel(seatbeltProfile(policy), order)
        const held = [...policy.readOnly, ...policy.denyRead]
        for (const each of directories) {
          const path = join(root, each)
          const holds = held.some(
            (one) => isWithin(one, path) && (mayWrite(policy, path) || mayWrite(policy, join(path, '..'))),
          )
          if (holds)
            expect({ path, moved: model.allows({ operation: 'file-write-unlink', path }) }).toEqual({
              path,
              moved: false,
            })
        }
      }),
    )
  },
)
