import { existsSync } from 'node:fs'
import { chmod, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lastUserText, scriptedSession, sentBody } from '../support/scripted-session.ts'

const command = (text: string) => `---\nname: own\ndescription: d\n---\n{{#if true}}${text}{{/if}}\n`

async function open() {
  const session = await scriptedSession([{ text: 'Done.' }, { text: 'Done.' }, { text: 'Done.' }], {
    home: { 'commands/own.md': command('one') },
  })
  const cacheDir = join(session.home.codexHome, 'cache', 'definitions')
  const asked = async (...argv: string[]) => {
    const result = await session.run(['exec', ...argv, '/own'])
    expect(result.exitCode, result.stderr).toBe(0)
    return lastUserText(sentBody(session.server, -1)).trim()
  }
  return { ...session, cacheDir, asked }
}

test('a command that changes without a trace in its size and times counts at once', async () => {
  const { home, asked } = await open()
  const file = join(home.codexHome, 'commands', 'own.md')
  const times = new Date('2020-01-01')
  await utimes(file, times, times)
  expect(await asked()).toBe('one')
  await writeFile(file, command('two'))
  await utimes(file, times, times)
  expect(await asked()).toBe('two')
})

test('a cache that is damaged, or that others can write, is done without', async () => {
  const { cacheDir, asked } = await open()
  await asked()
  const files = (await readdir(cacheDir)).map((name) => join(cacheDir, name))
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) await writeFile(file, (await readFile(file, 'utf8')).replaceAll('one', 'two'))
  expect(await asked()).toBe('one')
  await chmod(cacheDir, 0o777)
  expect(await asked()).toBe('one')
})

test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['exec with --no-cache', ['exec', '--no-cache', '/own'], {}],
  ['exec with CODEX_NO_CACHE=1', ['exec', '/own'], { CODEX_NO_CACHE: '1' }],
  ['commands list with --no-cache', ['commands', 'list', '--no-cache'], {}],
])('%s keeps nothing', async (_, argv, env) => {
  const { run, cacheDir } = await open()
  expect(await run(argv, { env })).toMatchObject({ exitCode: 0 })
  const kept = () => [cacheDir, join(cacheDir, '../templates')].map((directory) => existsSync(directory))
  expect(kept()).toEqual([false, false])
  expect((await run(argv.filter((word) => word !== '--no-cache'))).exitCode).toBe(0)
  expect(kept()).toEqual([true, argv[0] === 'exec'])
})
