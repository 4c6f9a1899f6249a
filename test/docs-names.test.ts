import { existsSync, globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fencedBlocks } from './support/fenced-blocks.ts'

const page = readFileSync('docs/architecture.md', 'utf8')

test('each function that the page lists is in the sources', () => {
  const sources = globSync('src/**/*.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const listed = fencedBlocks(page)
    .filter(({ language }) => language === 'ts')
    .flatMap(({ text }) => [...text.replace(/\/\/.*/g, '').matchAll(/\b([a-z]\w+)\(/g)])
    .flatMap(([, name]) => name ?? [])
  expect(listed.length).toBeGreaterThan(50)
  expect(listed.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([])
})

test('each file of the sources that a page names is there', () => {
  const pages = [...globSync('docs/*.md'), ...globSync('docs/decisions/*.md'), 'README.md', 'SECURITY.md']
  const rooms = globSync('src/*').join('|').replaceAll('src/', '')
  const missing = pages.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(new RegExp(`\`((?:src/)?(?:${rooms})/[\\w./-]+\\.ts)\``, 'g'))].flatMap(
      ([, name = '']) => (existsSync(name) || existsSync(`src/${name}`) ? [] : `${file}: ${name}`),
    ),
  )
  expect(missing).toEqual([])
})
