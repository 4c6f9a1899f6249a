import { expect, test } from 'vitest'
import { filesOfWords } from './files-of-words.ts'
import { readScript } from './read-script.ts'

const places = { homeDir: '/home/u', codexHome: '/home/u/.codex', workspaceRoot: '/w', tempDir: '/tmp' }

test('a name may start from where each cd leads, or from where it started before', async () => {
  const [, , last] = filesOfWords(await readScript('cd a; cd b; cat c'), { places, cwd: '/w' })
  expect(last?.pathsOf('c')).toEqual(['/w/c', '/w/a/c', '/w/b/c', '/w/a/b/c'])
})

test('many cds are followed to the directory that they lead to', async () => {
  const names = Array.from({ length: 40 }, (_, at) => `d${at}`)
  const reading = await readScript([...names.map((name) => `cd ${name}`), 'cat c'].join('\n'))
  const paths = filesOfWords(reading, { places, cwd: '/w' }).at(-1)?.pathsOf('c')
  expect(paths).toEqual(expect.arrayContaining(['/w/c', `/w/${names.join('/')}/c`]))
})
