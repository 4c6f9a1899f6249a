import { readFile as readBytes, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Action, type ApprovalAnswer, defineTool, z } from 'codex-kernel/plugin-api'
import { afterEach, expect, test } from 'vitest'
import { linuxSandbox, openToolBench, phasesOf, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool as applyPatch } from './apply-patch.ts'
import { tool as readFile } from './read-file.ts'
import { tool } from './request-permissions.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})

const sh = defineTool({
  name: 'sh',
  description: '',
  effects: ['exec'],
  parallel: false,
  input: z.strictObject({ script: z.string() }),
  async run({ script }, ctx) {
    let text = ''
    for await (const event of ctx.exec({ script, cwd: 'open' })) if (event.type === 'exit') text = event.output
    return { text }
  },
})

/** `open` is allowed, `asked` may be asked for (but not what is in `asked/never`), the rest is denied. */
async function open(answer?: (action: Action) => ApprovalAnswer, more: object = {}) {
  const asked: Action[] = []
  const bench = await openToolBench([tool, readFile, applyPatch, sh], {
    files: { 'open/a': 'a', 'asked/b': 'b', 'asked/never/c': 'c', 'shut/d': 'd' },
    permissions: (root) => {
      const deny = [`${root}/asked/never`]
      const system = ['/usr', '/bin', '/lib', '/lib64', '/etc', '/dev', '/proc']
      const rules = (...always: readonly string[]) => ({
        allow: [{ allow: [`${root}/open`, ...always], deny }],
        askable: [{ allow: [`${root}/open`, `${root}/asked`, ...always], deny }],
      })
      const net = (...allow: readonly string[]) => [{ allow, deny: [] }]
      return {
        read: rules(...system),
        write: rules(),
        network: {
          allow: net('GET open.example'),
          askable: net('GET open.example', '* asked.example', 'GET *.wild.example'),
        },
      }
    },
    ...(answer && {
      approve: async ({ action }: { readonly action: Action }) => {
        asked.push(action)
        return answer(action)
      },
    }),
    ...more,
  })
  benches.push(bench)
  const path = (name: string) => join(bench.workspace.path, name)
  const request = async (input: object) =>
    await bench.run('request_permissions', { reason: 'The task needs it.', ...input })
  return {
    bench,
    asked,
    path,
    request,
    read: async (name: string) => (await bench.run('read_file', { path: name })).output,
  }
}

test('what a person grants holds for all below it, is not asked again, and denies stay', async () => {
  const { request, read, asked, path, bench } = await open(() => 'turn')
  const { output } = await request({ read: ['asked', 'open'], hosts: ['asked.example'] })
  expect(output.output).toBe(
    `granted: read ${path('asked')}\ngranted: read ${path('open')}\ngranted: network asked.example`,
  )
  expect(asked).toMatchObject([
    { kind: 'permission', of: 'read', subject: path('asked'), purpose: 'The task needs it.' },
    { kind: 'permission', of: 'network', subject: 'asked.example' },
  ])
  expect((await read('asked/b')).output).toBe('1\tb')
  expect(await read('asked/never/c')).toMatchObject({ failed: true })
  expect(bench.gate.mayRead(path('asked/b'))).toBe(true)
  expect(bench.gate.mayRead(path('asked/never/c'))).toBe(false)
  const network = { kind: 'network', method: 'POST', host: 'asked.example', port: 443 } as const
  const { signal } = new AbortController()
  expect(await bench.gate.authorize(network, signal)).toMatchObject({ outcome: 'allow', approvedBy: 'grant' })
  expect(asked).toHaveLength(2)
  bench.gate.endTurn()
  expect(bench.gate.mayRead(path('asked/b'))).toBe(false)
})

test('what may not even be asked for is denied without a question, with the reason', async () => {
  const { request, asked, path, bench } = await open(() => 'session')
  await symlink('../shut', path('open/way-out'))
  const { output, events } = await request({
    read: ['shut', 'open/way-out', 'asked/never'],
    write: ['/etc'],
    hosts: ['other.example'],
  })
  expect(asked).toEqual([])
  expect(output.output).toContain(`denied: read ${path('shut')}. profile bench denies`)
  expect(output.output).toContain('denied: network other.example')
  expect(phasesOf(events).filter((phase) => phase === 'completed:denial')).toHaveLength(5)
  expect(bench.gate.mayRead(path('shut/d'))).toBe(false)
})

test('of what is wider than may be granted the parts that may be are asked for, and what lies between stays denied', async () => {
  const { request, asked, path, bench, read } = await open(() => 'turn')
  const { output } = await request({ read: ['.'], hosts: ['open.example', '*.wild.example'] })
  expect(output.output.split('\n')).toEqual([
    `granted: read ${path('asked')}`,
    `granted: read ${path('open')}`,
    'granted: network GET open.example',
    'granted: network GET *.wild.example',
  ])
  // What the question names is what is granted.
  expect(asked).toMatchObject([{ subject: path('asked') }, { subject: 'GET *.wild.example' }])
  const { signal } = new AbortController()
  const get = async (host: string, method = 'GET', port = 443) =>
    (await bench.gate.authorize({ kind: 'network', method, host, port }, signal)).approvedBy
  expect(await get('a.wild.example')).toBe('grant')
  expect([await get('wild.example'), await get('a.wild.example', 'POST')]).toEqual([undefined, undefined])
  expect((await read('asked/b')).output).toBe('1\tb')
  expect(await read('asked/never/c')).toMatchObject({ failed: true })
  expect(await read('shut/d')).toMatchObject({ failed: true })
})

test('a path is meant from where the turn that asks is, and kept as a real one', async () => {
  const { request, bench, path } = await open(() => 'session')
  await symlink('asked', path('link'))
  await request({ write: ['open/../link'] })
  expect(bench.gate.granted()).toEqual([{ access: 'write', path: path('asked') }])
})

test('no host at all is no host that can be granted', async () => {
  const { request, asked } = await open(() => 'turn')
  for (const hosts of [['*'], ['*:443']]) expect((await request({ hosts })).output).toMatchObject({ failed: true })
  expect(asked).toEqual([])
})

test('a person may say no, and nobody may be there: then nothing is granted', async () => {
  for (const answer of [() => 'deny' as const, undefined]) {
    const { request, read, bench, path } = await open(answer)
    const { output } = await request({ write: ['asked'] })
    expect(output).toMatchObject({
      failed: true,
      output: expect.stringMatching(/^denied: write .*(?:refused|nobody can be asked)/),
    })
    expect(await read('asked/b')).toMatchObject({ failed: true })
    expect(bench.gate.mayRead(path('asked/b'))).toBe(false)
  }
})

test('a grant to write is one to read, and none to read is one to write', async () => {
  const patch = '*** Begin Patch\n*** Add File: asked/new\n+x\n*** End Patch'
  const first = await open((action) => (action.kind === 'permission' ? 'once' : 'deny'))
  await first.request({ read: ['asked'] })
  expect((await first.bench.run('apply_patch', patch)).output).toMatchObject({ failed: true })
  await expect(readBytes(first.path('asked/new'))).rejects.toMatchObject({ code: 'ENOENT' })
  await first.request({ write: ['asked'] })
  expect((await first.bench.run('apply_patch', patch)).output).not.toHaveProperty('failed')
  expect((await first.read('asked/new')).output).toBe('1\tx')
})

test('commands in the sandbox write where that was granted, and not before', async () => {
  const { bench, request, path } = await open(() => 'turn', { sandbox: linuxSandbox })
  // By a program's argument, which the gate cannot read paths from: the sandbox alone holds it back.
  const runAll = async () => {
    for (const name of ['asked/late', 'shut/late', 'asked/never/late'])
      await bench.run('sh', { script: `touch ${path(name)}` })
  }
  await runAll()
  await expect(readBytes(path('asked/late'))).rejects.toMatchObject({ code: 'ENOENT' })
  await request({ write: ['asked'] })
  await runAll()
  expect(await readBytes(path('asked/late'), 'utf8')).toBe('')
  await expect(readBytes(path('shut/late'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(readBytes(path('asked/never/late'))).rejects.toMatchObject({ code: 'ENOENT' })
})
