import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openPrivateGit } from '../../sandbox/private-git.ts'
import { defaultLimits, recordTree } from './record-tree.ts'

const signal = new AbortController().signal

/** A directory with `count` files besides some that git could change on their way in. */
async function directoryOf(count: number): Promise<{ readonly place: string; readonly workTree: string }> {
  const place = await mkdtemp(join(tmpdir(), 'record-'))
  onTestFinished(() => rm(place, { recursive: true, force: true }))
  const workTree = join(place, 'work')
  const files = {
    '.gitattributes': '* text=auto eol=lf ident\n*.bin filter=lfs working-tree-encoding=UTF-16\n',
    'crlf.txt': 'one\r\ntwo\r\n',
    'ident.txt': '$Id$\n',
    'zero.bin': '\0\xff\0',
    empty: '',
    ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index % 7}/f${index}`, `${index}\r\n`])),
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workTree, path)), { recursive: true })
    await writeFile(join(workTree, path), text)
  }
  await symlink('crlf.txt', join(workTree, 'link'))
  await chmod(join(workTree, 'crlf.txt'), 0o755)
  return { place, workTree }
}

async function recorded({ place, workTree }: Awaited<ReturnType<typeof directoryOf>>, isTakenAwayWhole: boolean) {
  const gitDir = join(place, isTakenAwayWhole ? 'packed' : 'loose')
  const git = openPrivateGit({ gitDir, workTree })
  if (!git) throw new Error('git is not installed')
  const deps = { git, gitDir, workTree, trackedIgnored: async () => [], mayRecord: () => true, isTakenAwayWhole }
  const made = await recordTree(defaultLimits, deps, signal)
  if ('off' in made) throw new Error(made.off)
  const contentOf = async (path: string) =>
    (await git.run(['cat-file', 'blob', `${made.tree}:${path}`], {}, signal)).stdout.toString('latin1')
  const packs = (await readdir(join(gitDir, 'objects', 'pack')).catch(() => [])).filter((name) =>
    name.endsWith('.pack'),
  )
  const objects = (await readdir(join(gitDir, 'objects'), { recursive: true })).filter((name) =>
    /^..\/.{38}$/.test(name),
  )
  return { ...made, packs: packs.length, objects: objects.length, contentOf }
}

test('many contents are one file where all goes as a whole, and are the same byte for byte', async () => {
  const directory = await directoryOf(300)
  const [packed, loose] = [await recorded(directory, true), await recorded(directory, false)]
  expect(packed.tree).toBe(loose.tree)
  expect([packed.packs, loose.packs]).toEqual([1, 0])
  expect(packed.objects).toBeLessThan(20)
  expect(loose.objects).toBeGreaterThan(300)
  expect(await packed.contentOf('crlf.txt')).toBe('one\r\ntwo\r\n')
  expect(await packed.contentOf('ident.txt')).toBe('$Id$\n')
  expect(await packed.contentOf('d3/f3')).toBe('3\r\n')
})

test('few contents are a file each', async () => {
  const { packs, objects } = await recorded(await directoryOf(10), true)
  expect([packs, objects > 10]).toEqual([0, true])
})

test.each(['.own', 'a/[b] *?!', 'trailing ', '#x', '!y', 'back\\slash'])(
  'what lies in %j is not looked at, and what is named alike is',
  async (name) => {
    const { place, workTree } = await directoryOf(0)
    const gitDir = join(place, 'git')
    const git = openPrivateGit({ gitDir, workTree })
    if (!git) throw new Error('git is not installed')
    for (const each of [name, 'a/b xx', '.ownership', join('deeper', name)]) {
      await mkdir(join(workTree, each), { recursive: true })
      await writeFile(join(workTree, each, 'file'), 'text')
    }
    const seen: string[] = []
    const mayRecord = (path: string) => seen.push(path) > 0
    const deps = { git, gitDir, workTree, trackedIgnored: async () => [], mayRecord, without: join(workTree, name) }
    await recordTree(defaultLimits, deps, signal)
    expect(seen).not.toContain(join(workTree, name, 'file'))
    for (const each of ['a/b xx', '.ownership', join('deeper', name)])
      expect(seen).toContain(join(workTree, each, 'file'))
    seen.length = 0
    await writeFile(join(workTree, 'new'), '')
    const all = { ...deps, without: join(place, 'elsewhere') }
    await recordTree(defaultLimits, all, signal)
    expect(seen).toContain(join(workTree, name, 'file'))
  },
)
