import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installedPlugins } from '../support/installed-plugins.ts'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

const helper = '[agent]\nid = "helper"\nname = "helper"\ndescription = "d"\n[prompt]\nsystem = "Work."\n'
const rights = '[permissions]\nfile_access = "read-write"\nshell_execution = true\n'

/** A thread that runs a command, is refused a file and a host, and hands work to an agent that runs another command. */
async function audited(): Promise<ScriptedSession> {
  const session = await scriptedSession(
    [
      {
        calls: [
          { shell: 'cat a.txt | wc -l; exit 3' },
          { name: 'read_file', arguments: { path: '/home/somebody/.ssh/id_rsa' } },
          { name: 'web_fetch', arguments: { url: 'https://denied.example/x' } },
          { name: 'hand_on', arguments: { agent: 'helper', prompt: 'look closer' } },
        ],
      },
      { calls: [{ shell: 'cat "$HOME"/notes; cat /home/planter/x' }] },
      { text: 'found it' },
      { text: 'Done.' },
    ],
    {
      files: { 'a.txt': 'x\n' },
      home: { ...installedPlugins('hands-on'), 'agents/helper.toml': `${helper}${rights}` },
    },
  )
  const env = { USER: 'planter', LOGNAME: 'planter' }
  expect((await session.run(['exec', '-s', 'workspace-write', 'go'], { env })).exitCode).toBe(0)
  return session
}

async function query({ run }: ScriptedSession, ...argv: readonly string[]) {
  return JSON.parse((await run(['audit', 'query', '--json', ...argv])).stdout)
}

test('records name turn, agent path, profile, words, backend, exit code, and what was denied, and can be asked for by them', async () => {
  const session = await audited()
  const [command, ofHelper] = await query(session, '--kind', 'exec')
  expect(command.record).toMatchObject({
    ...{ turn: expect.stringMatching(/^[0-9a-f-]{36}$/), agentPath: ['default'], profile: 'workspace-write' },
    ...{
      argv: [
        ['cat', 'a.txt'],
        ['wc', '-l'],
        ['exit', '3'],
      ],
      backend: 'bubblewrap',
    },
  })
  expect(command.result).toEqual({ status: 'done', exitCode: 3 })
  expect(ofHelper.record).toMatchObject({ agentPath: ['default', 'helper'], backend: 'bubblewrap' })
  expect(ofHelper.record.turn).not.toBe(command.record.turn)
  const text = JSON.stringify(ofHelper)
  expect(text).not.toContain('planter')
  expect(text).toContain('/home/[USER]/x')

  const [file] = await query(session, '--path', '/home/somebody')
  expect(file.record).toMatchObject({ outcome: 'deny', deniedPaths: ['/home/[USER]/.ssh/id_rsa'] })
  const [host] = await query(session, '--host', 'denied.example')
  expect(host.record).toMatchObject({ outcome: 'deny', deniedHosts: ['denied.example:443'] })
  for (const [argv, ids] of [
    [['--exit-code', '3'], [command.id]],
    [['--exit-code', '3', '-n', '1'], [command.id]],
    [['--turn', command.record.turn, '--kind', 'exec'], [command.id]],
    [['--agent', 'helper', '--kind', 'exec'], [ofHelper.id]],
    [
      ['--backend', 'bubblewrap'],
      [command.id, ofHelper.id],
    ],
    [['--backend', 'none'], []],
    [['--profile', 'trusted'], []],
    [['--host', 'denied.example:80'], []],
  ] as const) {
    expect((await query(session, ...argv)).map(({ id }: { id: string }) => id)).toEqual(ids)
  }
  const why = (await session.run(['audit', 'why', ofHelper.id])).stdout
  expect(why).toMatch(/^agent +default > helper$/m)
  expect(why).toMatch(/^sandbox +bubblewrap$/m)
  expect((await session.run(['audit', 'why', host.id])).stdout).toMatch(/^hosts +denied\.example:443$/m)
  expect(JSON.parse((await session.run(['audit', 'stats', '--json'])).stdout)).toMatchObject({
    byBackend: { bubblewrap: 2 },
    byExitCode: { 3: 1 },
    deniedHosts: { 'denied.example:443': 1 },
  })
})

test('the end of a command names the hosts that it was refused, of a thread and of codex sandbox', async () => {
  const session = await scriptedSession([
    { calls: [{ shell: 'curl -s http://refused.example/; curl -s http://other.example:81/; exit 4' }] },
    { calls: [{ shell: 'echo nothing is asked for' }] },
    { text: 'Done.' },
  ])
  expect((await session.run(['exec', '-c', 'security_profile="workspace-net"', 'go'])).exitCode).toBe(0)
  const sandboxed = ['sandbox', '-P', 'workspace-net', '--', 'curl', '-s', 'http://refused.example/']
  expect((await session.run(sandboxed)).stderr).toContain('refused.example:80')
  const commands = await query(session, '--kind', 'exec')
  const both = ['refused.example:80', 'other.example:81']
  expect(commands.map(({ result }: { result: unknown }) => result)).toEqual([
    { status: 'done', exitCode: 4, deniedHosts: both },
    { status: 'done', exitCode: 0 },
    { status: 'done', exitCode: expect.any(Number), deniedHosts: ['refused.example:80'] },
  ])
  const asked = await query(session, '--host', 'other.example')
  expect(asked.map(({ record }: { record: { action: { kind: string } } }) => record.action.kind)).toEqual([
    'exec',
    'network',
  ])
  const why = (await session.run(['audit', 'why', commands[0].id])).stdout
  expect(why).toMatch(/^hosts +refused\.example:80, other\.example:81$/m)
  // Each is a denial of its own, which is what is counted.
  const { deniedHosts } = JSON.parse((await session.run(['audit', 'stats', '--json'])).stdout)
  expect(deniedHosts).toEqual({ 'refused.example:80': 2, 'other.example:81': 1 })
})

test('an export replaces no file unless it is told to', async () => {
  const { run, workspace } = await scriptedSession([])
  const file = join(workspace.path, 'out.csv')
  await writeFile(file, 'mine')
  const refused = await run(['audit', 'export', '-o', 'out.csv'])
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('out.csv exists already')])
  expect(await readFile(file, 'utf8')).toBe('mine')
  expect((await run(['audit', 'export', '--format', 'csv', '-o', 'out.csv', '--force'])).exitCode).toBe(0)
  expect(await readFile(file, 'utf8')).toMatch(/^time,id,/)
})
