import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, jsonLines } from '../support/exec-case.ts'

test('no secret of the environment, a key, a file, a command, a header or a model that repeats it in pieces is in a recording', async () => {
  const secrets = {
    SCRIPTED_MODEL_KEY: 'prov-1f2e3d4c5b6a79880',
    MY_SERVICE_TOKEN: 'tok-5e4d3c2b1a0f9e8d7c6b',
    DB_PASSWORD: 'pass-77aa88bb99cc00dd',
    HEADER_TOKEN: 'head-00112233445566778899',
  }
  const inFile = `ghp_${'a1'.repeat(18)}`
  const session = await execCase(
    [
      {
        text: `I see ${secrets.MY_SERVICE_TOKEN} here`,
        deltaSize: 3,
        calls: [
          { shell: `cat notes.txt; echo ${secrets.DB_PASSWORD} | rev | rev; env` },
          { name: 'read_file', arguments: { path: 'notes.txt' } },
        ],
      },
      {
        failure: {
          kind: 'status',
          status: 400,
          body: { error: { message: `bad ${secrets.SCRIPTED_MODEL_KEY} ${secrets.HEADER_TOKEN}` } },
        },
      },
    ],
    { files: { 'notes.txt': `${inFile} and ${secrets.MY_SERVICE_TOKEN}\n`, 'AGENTS.md': `Use ${inFile} to push.\n` } },
  )
  const file = join(session.home.homeDir, 'secret.jsonl')
  const header = ['-c', 'model_providers.scripted.env_http_headers={"X-Auth"="HEADER_TOKEN"}']
  await session.exec([...header, '--record', file, `is ${secrets.DB_PASSWORD} safe?`], { env: secrets })
  const text = await readFile(file, 'utf8')
  const lines = jsonLines(text)
  expect(lines.at(-1)).toMatchObject({ type: 'end', outcome: 'failed' })
  const said = lines
    .flatMap(({ type, event }) => (type === 'event' ? [event as { delta?: string }] : []))
    .map(({ delta = '' }) => delta)
  for (const secret of [...Object.values(secrets), inFile]) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 12))
    expect(said.join('')).not.toContain(secret)
  }
  expect(said.join('')).toContain('[redacted]')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('neither the home directory nor its user stands in a recording', async () => {
  const session = await execCase([{ calls: [{ shell: 'pwd; echo $HOME' }] }, { text: 'ok' }])
  const file = join(session.home.homeDir, 'places.jsonl')
  await session.exec(['--record', file, `look at ${session.workspace.path}/src`])
  const text = await readFile(file, 'utf8')
  expect(text).not.toContain(session.home.homeDir)
  expect(text).not.toContain(session.workspace.path)
  expect(text).toContain('look at <<workspace>>/src')
})

test('a file that is there is kept, and nothing is asked; with --force it gives way', async () => {
  const session = await execCase([{ text: 'hi' }])
  const file = join(session.home.homeDir, 'old.jsonl')
  await writeFile(file, 'precious')
  const refused = await session.exec(['--record', file, 'hello'])
  expect(refused).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringMatching(/exists already[\s\S]*--force/),
  })
  expect(await readFile(file, 'utf8')).toBe('precious')
  expect(session.server.requests).toHaveLength(0)
  const forced = await session.exec(['--record', file, '--force', 'hello'])
  expect(forced.exitCode).toBe(0)
  expect(jsonLines(await readFile(file, 'utf8'))[0]).toMatchObject({ type: 'recording', version: 1 })
})

test.each([
  ['a directory that is not there', 'none/there.jsonl', 'its directory does not exist'],
  ['a directory', '.', 'it is a directory'],
])('%s is refused before anything is asked', async (_, name, why) => {
  const session = await execCase([{ text: 'hi' }])
  const file = join(session.home.homeDir, name)
  const result = await session.exec(['--record', file, 'hello'])
  expect(result).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining(`cannot be written: ${why}`),
  })
  expect(session.server.requests).toHaveLength(0)
})

test('a link is followed, and what it led to is replaced only with --force', async () => {
  const session = await execCase([{ text: 'hi' }])
  const [target, link] = ['target.jsonl', 'link.jsonl'].map((name) => join(session.home.homeDir, name))
  await writeFile(target ?? '', 'precious')
  await symlink(target ?? '', link ?? '')
  expect((await session.exec(['--record', link ?? '', 'hello'])).exitCode).toBe(2)
  expect((await session.exec(['--record', link ?? '', '--force', 'hello'])).exitCode).toBe(0)
  expect(jsonLines(await readFile(target ?? '', 'utf8')).at(-1)).toMatchObject({ type: 'end' })
})

test('a disk that fills up stops the turn with a clear error, and no half line stays', async () => {
  const filler = { count: 400, size: 100 }
  const session = await execCase([{ filler, calls: [{ shell: 'touch after.txt' }] }, { text: 'never' }])
  const file = join(session.home.homeDir, 'full.jsonl')
  // A file may have at most so many blocks of 1,024 bytes: no other file of this turn gets so long.
  const through = ['bash', '-c', 'ulimit -f 80; exec "$@"', 'limited']
  const result = await session.exec(['--ephemeral', '-s', 'workspace-write', '--record', file, 'hello'], { through })
  expect(result.exitCode).toBe(1)
  expect(result.events.at(-1)).toMatchObject({
    type: 'turn.failed',
    error: { code: 'recording.unwritable', message: expect.stringContaining('EFBIG') },
  })
  const text = await readFile(file, 'utf8')
  expect(text.endsWith('}\n')).toBe(true)
  expect(jsonLines(text).length).toBeGreaterThan(2)
  await expect(stat(join(session.workspace.path, 'after.txt'))).rejects.toThrow('ENOENT')
})
