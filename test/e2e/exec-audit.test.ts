import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, jsonLines } from '../support/exec-case.ts'

const turns = [
  {
    calls: [
      { shell: 'true' },
      { shell: 'exit 4' },
      { name: 'apply_patch', input: '*** Begin Patch\n*** Add File: n.txt\n+hi\n*** End Patch' },
    ],
  },
  { text: 'ok' },
]

test('each action has its decision before it and its outcome after it', async () => {
  const { exec, audit, workspace } = await execCase([
    {
      calls: [
        { shell: 'cat "$HOME"/.codex/audit/*.jsonl > seen; ls -la "$HOME/.codex/audit"' },
        ...(turns[0]?.calls ?? []),
      ],
    },
    { text: 'ok' },
  ])
  const { events } = await exec(['-s', 'workspace-write', 'go'])
  const records = jsonLines(await audit())
  const threadId = events[0]?.thread_id
  for (const record of records) expect(record.thread).toBe(threadId)
  const decisions = records.filter(({ type }) => type === 'decision')
  for (const kind of ['network', 'tool', 'exec', 'write']) {
    expect(decisions).toContainEqual(
      expect.objectContaining({
        outcome: 'allow',
        action: expect.objectContaining({ kind }),
        layer: expect.any(String),
        rule: expect.any(String),
      }),
    )
  }
  const position = (record: Readonly<Record<string, unknown>>) => records.indexOf(record)
  for (const outcome of records.filter(({ type }) => type === 'outcome')) {
    const of = decisions.find(({ chain, seq }) => `${String(chain)}-${String(seq)}` === outcome.of)
    expect(of && position(of) < position(outcome)).toBe(true)
  }
  const settled = new Set(records.map(({ of }) => of))
  const acted = decisions.filter(({ action }) =>
    ['exec', 'write', 'tool', 'network'].includes((action as { kind: string }).kind),
  )
  for (const { chain, seq } of acted) expect(settled).toContain(`${String(chain)}-${String(seq)}`)
  expect(await stat(join(workspace.path, 'n.txt'))).toBeTruthy()
})

test('a denial is in the log, with the rule that denied', async () => {
  const { exec, audit } = await execCase(turns)
  await exec(['-s', 'read-only', 'go'])
  expect(jsonLines(await audit())).toContainEqual(
    expect.objectContaining({ type: 'decision', outcome: 'deny', action: expect.objectContaining({ kind: 'write' }) }),
  )
})

test('codex audit verify accepts the log, and refuses it after one byte was changed', async () => {
  const { exec, run, home } = await execCase([...turns, ...turns])
  await exec(['-s', 'workspace-write', 'go'])
  await exec(['go'])
  const accepted = await run(['audit', 'verify', '--json'])
  expect(accepted.exitCode).toBe(0)
  const [name = ''] = await readdir(join(home.codexHome, 'audit'))
  const file = join(home.codexHome, 'audit', name)
  const whole = await readFile(file)
  expect(JSON.parse(accepted.stdout)).toMatchObject({
    ok: true,
    chains: 2,
    records: whole.toString().trimEnd().split('\n').length,
  })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  for (const place of [0.2, 0.5, 0.8]) {
    const changed = Buffer.from(whole)
    const index = Math.floor(whole.length * place)
    changed[index] = (changed[index] ?? 0) ^ 1
    await writeFile(file, changed)
    const refused = await run(['audit', 'verify'])
    expect(refused.exitCode).toBe(1)
    const line = whole.subarray(0, index).toString().split('\n').length
    expect(`${refused.stdout}${refused.stderr}`).toContain(`${file}:${line}`)
  }
  await writeFile(file, whole)
  expect(await run(['audit', 'verify'])).toMatchObject({ exitCode: 0 })
})

test('where the log cannot be written nothing is done', async () => {
  const { exec, home, server } = await execCase(turns)
  await home.write({ audit: 'a file where the folder belongs' })
  const refused = await exec(['-s', 'workspace-write', 'go'])
  expect(refused).toMatchObject({ exitCode: 5, stdout: '' })
  expect(refused.stderr).toContain('audit.unwritable')
  expect(server.requests).toHaveLength(0)
})
