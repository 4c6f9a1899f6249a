import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

/** A log with one command that ran and one that was denied. */
async function audited(): Promise<ScriptedSession> {
  const session = await scriptedSession([], { files: { 'a.txt': 'x\n' } })
  expect((await session.run(['sandbox', '--', 'cat', 'a.txt'])).exitCode).toBe(0)
  expect((await session.run(['sandbox', '--', 'sh', '-c', 'echo "=1,2" > b.txt'])).exitCode).toBe(5)
  return session
}

async function logFile({ home }: ScriptedSession): Promise<string> {
  const [name = ''] = await readdir(join(home.codexHome, 'audit'))
  return join(home.codexHome, 'audit', name)
}

test('why LAST names the newest denial with its layer, rule and file', async () => {
  const session = await audited()
  const { stdout, exitCode } = await session.run(['audit', 'why', 'LAST'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^denied +exec sh -c /)
  expect(stdout).toMatch(/^layer +profile offline$/m)
  expect(stdout).toMatch(/^rule +write: allows nothing$/m)
  expect(stdout).toMatch(/^said by +\/.*profiles\/offline\.toml:\d+$/m)
  expect((await session.run(['audit', 'why'])).stdout).toBe(stdout)
})

test('a query narrows by outcome, kind, thread, time and text, and shows what came of each', async () => {
  const { run } = await audited()
  const query = async (...argv: readonly string[]) =>
    JSON.parse((await run(['audit', 'query', '--json', ...argv])).stdout)
  const [done, denied] = await query()
  expect([done.record.outcome, done.result, denied.record.outcome, denied.result]).toEqual([
    'allow',
    { status: 'done', exitCode: 0 },
    'deny',
    undefined,
  ])
  for (const [argv, ids] of [
    [['--outcome', 'deny'], [denied.id]],
    [['--outcome', 'allow', '--kind', 'exec'], [done.id]],
    [['--kind', 'network'], []],
    [['--text', 'a.txt'], [done.id]],
    [
      ['--thread', 'sand'],
      [done.id, denied.id],
    ],
    [['--since', '9999'], []],
    [['-n', '1'], [denied.id]],
  ] as const) {
    expect((await query(...argv)).map(({ id }: { id: string }) => id)).toEqual(ids)
  }
  expect(JSON.parse((await run(['audit', 'show', done.id, '--json'])).stdout)).toEqual(done)
})

test('a time or a head that is none is refused, and a list that was cut says so', async () => {
  const { run } = await audited()
  for (const argv of [
    ['query', '--since', 'yesterday'],
    ['export', '--since', 'garbage'],
    ['stats', '--since', '1'],
    ['verify', '--head', 'deadbeef'],
  ]) {
    const { exitCode, stdout, stderr } = await run(['audit', ...argv])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/is no (time|head)/)
  }
  expect((await run(['audit', 'query', '--since', '1h'])).stdout.trim().split('\n')).toHaveLength(2)
  expect((await run(['audit', 'query', '-n', '1'])).stderr).toContain('there are older ones: -n 10')
  expect((await run(['audit', 'query', '-n', '2'])).stderr).toBe('')
})

test('stats count by kind and by the layer that said no', async () => {
  const { run } = await audited()
  expect(JSON.parse((await run(['audit', 'stats', '--json'])).stdout)).toMatchObject({
    ...{ decisions: 2, allowed: 1, denied: 1, agreed: 0, threads: 1 },
    byKind: { exec: { allowed: 1, denied: 1 } },
    deniedBy: { 'profile offline': 1 },
  })
})

test('an export is JSON lines, or CSV that a spreadsheet reads as text', async () => {
  const session = await audited()
  const { stdout } = await session.run(['audit', 'export'])
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).record.outcome),
  ).toEqual(['allow', 'deny'])
  await session.run(['audit', 'export', '--format', 'csv', '--outcome', 'deny', '-o', 'out.csv'])
  const csv = await readFile(join(session.workspace.path, 'out.csv'), 'utf8')
  expect(csv).toMatch(/^time,id,thread,outcome,action,/)
  expect(csv).toContain(`,"exec sh -c 'echo ""=1,2"" > b.txt'",profile offline,`)
})

test('a line that was changed says so, and verify finds it', async () => {
  const session = await audited()
  const file = await logFile(session)
  await writeFile(file, (await readFile(file, 'utf8')).replace('write: allows nothing', 'write: allows nothing more'))
  expect((await session.run(['audit', 'why'])).stdout).toContain('codex audit verify')
  expect((await session.run(['audit', 'verify'])).exitCode).toBe(1)
})

test('records cut off the end are found by the heads, and by one that was kept elsewhere where those are gone too', async () => {
  const session = await audited()
  const { head } = JSON.parse((await session.run(['audit', 'verify', '--json'])).stdout)
  expect((await session.run(['audit', 'verify', '--head', head])).exitCode).toBe(0)
  const file = await logFile(session)
  await writeFile(file, (await readFile(file, 'utf8')).replace(/[^\n]*\n$/, ''))
  const cut = await session.run(['audit', 'verify'])
  expect({ exitCode: cut.exitCode, stdout: cut.stdout }).toEqual({
    exitCode: 1,
    stdout: expect.stringContaining('are missing, which its head names'),
  })
  const heads = file.replace('/audit/', '/audit-heads/')
  await writeFile(heads, (await readFile(heads, 'utf8')).replace(/\n[^\n]*$/, ''))
  expect((await session.run(['audit', 'verify'])).exitCode).toBe(0)
  const { exitCode, stdout } = await session.run(['audit', 'verify', '--head', head])
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining('lines were cut off') })
})

test('an empty log and an unknown id are said as such', async () => {
  const { run } = await scriptedSession([])
  expect((await run(['audit', 'query'])).stdout).toBe('No such decision.\n')
  expect((await run(['audit', 'why'])).stderr).toContain('The audit log holds no decision yet')
  expect((await run(['audit', 'show', 'nothing'])).exitCode).toBe(2)
})

test('a log that is no file, or a directory that is none, is told as such by every command that reads it', async () => {
  const session = await audited()
  const { codexHome } = session.home
  const readers = ['verify', 'query', 'show', 'why', 'stats', 'export']
  const told = async (place: string, words: RegExp) => {
    for (const reader of readers) {
      const argv = ['audit', reader, ...(reader === 'show' ? ['LAST'] : [])]
      const { exitCode, stdout, stderr } = await session.run(argv)
      expect([reader, exitCode, stdout]).toEqual([reader, 1, ''])
      expect(stderr).toContain(`The audit log cannot be read: ${place}: `)
      expect(stderr).toMatch(words)
      expect(stderr).toMatch(/^hint: Move it away, then try again\.\ncode: audit\.unreadable$/m)
    }
  }
  const file = await logFile(session)
  await rm(file)
  await mkdir(file)
  await told(file, /a directory stands where a file belongs/)
  const denied = await session.run(['sandbox', '--', 'touch', join(session.workspace.path, 'made')])
  expect(denied).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('audit.unwritable') })
  const directory = join(codexHome, 'audit')
  await rename(directory, join(codexHome, 'away'))
  await writeFile(directory, '')
  await told(directory, /a file stands where a directory belongs/)
})

test('what no record can be asked for is a usage error, and an id that several begin with is none', async () => {
  const { run } = await audited()
  for (const argv of [
    ['query', '--kind', 'nope'],
    ['query', '--host', 'https://example.com'],
    ['query', '--since', '2026-02-31'],
    ['show', ''],
    ['why', ''],
  ]) {
    expect(await run(['audit', ...argv])).toMatchObject({ exitCode: 2, stdout: '' })
  }
  const [first, second] = JSON.parse((await run(['audit', 'query', '--json'])).stdout)
  const own = 1 + [...first.id].findIndex((letter, index) => letter !== second.id[index])
  expect((await run(['audit', 'show', first.id.slice(0, own)])).exitCode).toBe(0)
  if (own > 1) expect((await run(['audit', 'show', first.id.slice(0, own - 1)])).stderr).toContain('Several decisions')
})
