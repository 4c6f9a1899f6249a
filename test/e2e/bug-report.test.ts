import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { execCase } from '../support/exec-case.ts'
import { madeUpSecrets } from '../support/made-up-secret.ts'
import { runCodex } from '../support/run-codex.ts'

const titles = (report: string) => [...report.matchAll(/^## (.*)$/gm)].map(([, title]) => title)

test('a report has the program, its configuration, plugins, the thread, its errors, its audit records and its recording', async () => {
  const body = { error: { message: 'no such thing', code: 'invalid_request' } }
  const session = await execCase([
    { calls: [{ shell: 'echo hi; echo "```"' }] },
    { failure: { kind: 'status', status: 400, body } },
  ])
  const recording = join(session.home.homeDir, 'thread.jsonl')
  const first = await session.exec(['--record', recording, 'what is wrong?'])
  const file = join(session.home.homeDir, 'report.md')
  const made = await session.run(['bug-report', '-o', file, '--recording', recording])
  expect(made).toMatchObject({ exitCode: 0, stdout: `${file}\n`, stderr: expect.stringContaining('Nothing was sent') })
  const report = await readFile(file, 'utf8')
  expect(titles(report)).toEqual([
    'What went wrong',
    'What is in it',
    'Program',
    'Checks',
    'Configuration',
    'Problems in files',
    'Plugins',
    'Thread',
    'Errors of the thread',
    'Record of the thread',
    'Audit log',
    'Recording',
  ])
  expect(report).toContain(String(first.events[0]?.thread_id))
  expect(report).toContain('model_provider = "scripted"   # user: <<codex_home>>/config.toml')
  expect(report).toMatch(/no such thing/)
  expect(report).toMatch(/"type":"session_meta"/)
  expect(report).toMatch(/"type":"decision"/)
  expect(report).toMatch(/"type":"recording"/)
  // A fence of the thread ends no fence of the report.
  expect(report).toContain('````jsonl')
})

test('no secret of the environment, the configuration, a key file, a file or a command, and no directory of the person is in a report', async () => {
  const made = Object.values(madeUpSecrets(7))
  const secrets = {
    SCRIPTED_MODEL_KEY: 'prov-1f2e3d4c5b6a79880',
    MY_SERVICE_TOKEN: 'tok-5e4d3c2b1a0f9e8d7c6b',
    DB_PASSWORD: 'pass-77aa88bb99cc00dd',
  }
  const inConfig = 'bearer-0011223344556677'
  const inKeyFile = 'kept-8899aabbccddeeff00'
  const assigned = 'q7Zp2LxT9vKd4RmW'
  const thoughtOut = 'hunter2Xy9zQ'
  const session = await execCase(
    [
      { calls: [{ shell: 'cat notes.txt; pwd' }, { name: 'read_file', arguments: { path: 'notes.txt' } }] },
      { text: 'ok' },
    ],
    {
      files: { 'notes.txt': `password = "${assigned}"\npassword=${thoughtOut}\n${made.join('\n')}\n${inKeyFile}\n` },
      home: { 'auth.json': JSON.stringify({ OPENAI_API_KEY: inKeyFile }) },
      config: `model_providers.other = { base_url = "http://127.0.0.1:9/v1", experimental_bearer_token = "${inConfig}" }\n`,
    },
  )
  await session.exec([`my token is ${secrets.MY_SERVICE_TOKEN}`], { env: secrets })
  const { exitCode, stdout } = await session.run(['bug-report', '-o', '-'], { env: secrets })
  expect(exitCode).toBe(0)
  for (const secret of [...Object.values(secrets), ...made, inConfig, inKeyFile, assigned, thoughtOut])
    expect(stdout).not.toContain(secret)
  for (const place of [session.home.homeDir, session.workspace.path, process.cwd()]) expect(stdout).not.toContain(place)
  expect(stdout).toMatch(/Taken out, besides what is kept nowhere: [1-9]\d* secrets/)
})

test('a report is made where config.toml is broken and where there is no thread, and says so', async () => {
  const home = await makeCodexHome({ 'config.toml': 'model = "x\nkey = [', 'agents/bad.toml': 'not toml at all' })
  onTestFinished(() => home.remove())
  const { exitCode, stdout } = await runCodex(['bug-report', '-o', '-'], { home })
  expect(exitCode).toBe(0)
  expect(titles(stdout)).not.toContain('Thread')
  expect(stdout).toMatch(/error +config: .*config\.toml/)
  expect(stdout).toContain('bad.toml')
})

test('a report asks nothing over the network', async () => {
  const session = await execCase([{ text: 'hi' }])
  await session.exec(['hello'])
  const asked = session.server.requests.length
  const watch = join(session.home.homeDir, 'watch.mjs')
  const log = join(session.home.homeDir, 'sockets.txt')
  await writeFile(
    watch,
    `import net from 'node:net'
     import { appendFileSync } from 'node:fs'
     const note = (what) => appendFileSync(${JSON.stringify(log)}, what + '\\n')
     note('watching')
     const connect = net.Socket.prototype.connect
     net.Socket.prototype.connect = function (...given) { note('connect'); return connect.apply(this, given) }`,
  )
  const { exitCode } = await session.run(['bug-report', 'last', '-o', '-'], {
    env: { NODE_OPTIONS: `--import=${watch}` },
  })
  expect(exitCode).toBe(0)
  expect(await readFile(log, 'utf8')).toBe('watching\n')
  expect(session.server.requests).toHaveLength(asked)
})

test('a thread that is not there, a file that is there and a folder that is not are refused, each with a way on', async () => {
  const session = await execCase([{ text: 'hi' }])
  const file = join(session.home.homeDir, 'old.md')
  await writeFile(file, 'precious')
  expect(await session.run(['bug-report', 'nonsense', '-o', '-'])).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('thread.not_found'),
  })
  expect(await session.run(['bug-report', '-o', file])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--force'),
  })
  expect(await readFile(file, 'utf8')).toBe('precious')
  expect((await session.run(['bug-report', '-o', join(file, 'none.md')])).exitCode).toBe(1)
  expect((await session.run(['bug-report', '-o', file, '--force'])).exitCode).toBe(0)
  const folder = await session.run(['bug-report', '-o', session.home.homeDir, '--force'])
  expect(folder).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('it is a directory') })
  const made = join(session.home.homeDir, 'new.md')
  const recording = join(session.home.homeDir, 'none.jsonl')
  expect(await session.run(['bug-report', '-o', made, '--recording', recording])).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('recording.unreadable'),
  })
  await expect(readFile(made)).rejects.toThrow('ENOENT')
})

test('a part that cannot be read is named, and the others stand', async () => {
  const session = await execCase([{ text: 'hi' }])
  await session.exec(['hello'])
  await rm(join(session.home.codexHome, 'audit'), { recursive: true })
  await writeFile(join(session.home.codexHome, 'audit'), '')
  const file = join(session.home.homeDir, 'report.md')
  const { stdout, stderr } = await session.run(['bug-report', '-o', file, '--json'])
  expect(stderr).toContain('Could not be read, and says why: Audit log.')
  expect(JSON.parse(stdout)).toMatchObject({ unread: ['Audit log'], parts: expect.not.arrayContaining(['Audit log']) })
  expect(await readFile(file, 'utf8')).toContain('This part could not be read: ')
})
