import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ExecCase, execCase, jsonLines } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-server.ts'

const names = Array.from({ length: 24 }, (_, index) => `f${String(index).padStart(2, '0')}`)
const turns: readonly ModelTurn[] = [{ calls: names.map((name) => ({ shell: `touch ${name}` })) }, { text: 'ok' }]

/** Runs the program with a directory of its own that has so much room, as in a namespace of its own anybody may make one; what was written there is kept. */
const withRoom = (directory: string, options: string) => [
  ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'],
  `mount -t tmpfs -o ${options} tmpfs "$CODEX_HOME/${directory}" || exit 99
   "$@"; code=$?; cp -r "$CODEX_HOME/audit" "$CODEX_HOME/seen" && exit $code`,
  'sh',
]

async function opened(): Promise<ExecCase> {
  const session = await execCase(turns)
  for (const name of ['audit', 'audit-heads']) await mkdir(join(session.home.codexHome, name))
  return session
}

/** Files that the allowed commands of a log would have made, and those that are there. */
async function allowedAndMade({ home, workspace }: ExecCase, directory: string) {
  const log = join(home.codexHome, directory)
  const texts = await Promise.all((await readdir(log)).map((name) => readFile(join(log, name), 'utf8')))
  const whole = texts.map((text) => text.slice(text.lastIndexOf('\0') + 1, text.lastIndexOf('\n') + 1)).join('')
  const allowed = jsonLines(whole).flatMap(({ argv, outcome }) => (outcome === 'allow' && argv ? [argv] : []))
  const made = (await readdir(workspace.path)).filter((name) => names.includes(name))
  return { allowed: allowed.map((argv) => JSON.stringify(argv)), made: made.toSorted() }
}

test.each(['audit', 'audit-heads'])('once the disk of %s is full, no command starts any more', async (directory) => {
  const session = await opened()
  const { exitCode, stdout, stderr } = await session.exec(['-s', 'workspace-write', 'go'], {
    through: withRoom(directory, directory === 'audit' ? 'size=16k' : 'size=4k'),
  })
  expect([exitCode, `${stdout}${stderr}`]).toEqual([5, expect.stringContaining('audit log')])
  const { allowed, made } = await allowedAndMade(session, 'seen')
  expect(made.length).toBeGreaterThan(0)
  expect(made.length).toBeLessThan(names.length)
  // The first ones, each with its record. What ran when the disk was full was ended, maybe before it had made its file.
  expect(allowed).toEqual(names.slice(0, allowed.length).map((name) => JSON.stringify([['touch', name]])))
  for (const name of made) expect(allowed).toContain(JSON.stringify([['touch', name]]))
  expect(allowed.length).toBeLessThan(names.length)
  expect(session.server.requests).toHaveLength(1)
})

test('a log that may not grow denies, and what was torn off stays visible', async () => {
  const session = await opened()
  const month = `${new Date().toISOString().slice(0, 7)}.jsonl`
  const limitBytes = 8 * 1024 * 1024
  const file = join(session.home.codexHome, 'audit', month)
  await writeFile(file, '')
  await truncate(file, limitBytes - 3000)
  const { exitCode } = await session.exec(['-s', 'workspace-write', 'go'], {
    through: ['bash', '-c', `trap '' XFSZ; ulimit -f ${limitBytes / 1024}; exec "$@"`, 'bash'],
  })
  expect(exitCode).toBe(5)
  const { allowed, made } = await allowedAndMade(session, 'audit')
  expect(made.length).toBeLessThan(names.length)
  expect(allowed).toHaveLength(made.length)
})

test.each(['audit', 'audit-heads'])(
  'where %s cannot be written nothing is asked and nothing starts',
  async (directory) => {
    const session = await opened()
    const { exitCode, stdout, stderr } = await session.exec(['-s', 'workspace-write', 'go'], {
      through: withRoom(directory, 'ro'),
    })
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' })
    expect(stderr).toContain('audit.unwritable')
    expect(session.server.requests).toHaveLength(0)
    expect(await readdir(session.workspace.path)).toEqual([])
  },
)
