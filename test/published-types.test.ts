import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fencedBlocks } from './support/fenced-blocks.ts'
import { compile, installPacked, repositoryRoot } from './support/packed-package.ts'
import { makeWorkspace, type TempWorkspace } from './support/temp-workspace.ts'

let project: TempWorkspace

beforeAll(async () => {
  project = await makeWorkspace()
  await cp(join(repositoryRoot, 'test', 'fixtures', 'plugin-api-v1'), project.path, { recursive: true })
  await installPacked(project.path, ['zod', '@oclif/core', '@types/node', 'undici-types'])
}, 60_000)
afterAll(() => project.remove())

test('a plugin written for apiVersion 1 compiles against the packed package, its declarations checked as well', async () => {
  expect(await compile(project.path)).toEqual({ exitCode: 0, output: '' })
})

test('a mistake of the plugin is found through the packed declarations', async () => {
  const file = join(project.path, 'src', 'mistake.ts')
  await writeFile(
    file,
    `import { apiVersion, type ToolContext } from 'codex-kernel/plugin-api'
export const version: 2 = apiVersion
export const spawn = (ctx: ToolContext) => ctx.spawn('ls')
`,
  )
  const { exitCode, output } = await compile(project.path)
  expect(exitCode).not.toBe(0)
  expect(output.match(/mistake\.ts\(\d+,\d+\): error TS\d+/g)).toHaveLength(2)
})

test('the TypeScript of the page about plugins compiles under the same settings', async () => {
  const page = await readFile(join(repositoryRoot, 'docs', 'write-a-plugin.md'), 'utf8')
  const blocks = fencedBlocks(page).filter(({ language }) => language === 'ts')
  expect(blocks.length).toBeGreaterThan(8)
  const docs = join(project.path, 'docs')
  await mkdir(join(docs, 'src', 'commands'), { recursive: true })
  await cp(join(project.path, 'tsconfig.json'), join(docs, 'tsconfig.json'))
  await cp(join(project.path, 'package.json'), join(docs, 'package.json'))
  for (const { file, text, line } of blocks) {
    // What is not named is a new version of the tool, or a test.
    const name = file ?? (text.includes('node:test') ? `src/line-${line}.test.ts` : 'src/changed.ts')
    await writeFile(join(docs, name), file === undefined ? text.replace('./count-lines.ts', './changed.ts') : text)
  }
  expect(await compile(docs)).toEqual({ exitCode: 0, output: '' })
})
