import { execFileSync } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems, execCase, jsonLines, userTexts } from '../support/exec-case.ts'

/** Files may not grow beyond so many bytes: a write fails as it does on a full disk, in the middle of a line. */
const fullAt = (bytes: number) => ['prlimit', `--fsize=${bytes}`]

test('on a full disk the turn stops, nothing is shown that is not kept, and the thread goes on once there is room', async () => {
  const long = 'x'.repeat(3_000_000)
  const { exec, rollouts, server, workspace } = await execCase([
    { text: 'A first step.', calls: [{ shell: 'touch first' }] },
    { text: long, calls: [{ shell: 'touch second' }] },
    { text: 'gone on' },
  ])
  const stopped = await exec(['-s', 'workspace-write', 'the question'], { through: fullAt(2_000_000) })
  const [file = ''] = await rollouts()
  expect(stopped.exitCode).toBe(1)
  expect(stopped.stderr).toContain(`The rollout ${file} cannot be written: EFBIG`)
  expect(stopped.stderr).toContain('Free space on the disk of CODEX_HOME, then resume the thread')
  expect(completedItems(stopped, 'agent_message').map(({ text }) => text)).toEqual(['A first step.'])
  expect(stopped.events.map(({ type }) => type)).not.toContain('turn.completed')
  await expect(stat(join(workspace.path, 'second'))).rejects.toMatchObject({ code: 'ENOENT' })
  const kept = await readFile(file, 'utf8')
  expect(kept.length).toBeLessThan(100_000)
  expect(jsonLines(kept).at(-1)).toMatchObject({ type: expect.any(String) })

  const resumed = await exec(['resume', String(stopped.events[0]?.thread_id), 'go on'])
  expect(resumed.exitCode).toBe(0)
  const said = userTexts(server.requests.at(-1)?.body ?? {}).filter((text) => !text.startsWith('<'))
  expect(said).toEqual(['the question', 'go on'])
})

test('in a home that cannot be written no thread begins and no model is asked; what it has is listed, found and shown', async () => {
  const { exec, run, home, workspace, server } = await execCase([{ text: 'kept before' }])
  expect((await exec(['the question'])).exitCode).toBe(0)
  for (const path of [home.homeDir, workspace.path]) execFileSync('chmod', ['-R', 'a+rX,a-w', path])
  onTestFinished(() => void execFileSync('chmod', ['-R', 'u+w', home.homeDir, workspace.path]))
  // Not as root, who may write everywhere.
  const somebody = process.getuid?.() === 0 ? { userId: 65_534 } : {}
  const refused = await exec(['hi'], somebody)
  expect(refused).toMatchObject({ exitCode: 5, stdout: '' })
  expect(refused.stderr).toContain(`The audit log in ${home.codexHome}/audit (heads in`)
  expect(server.requests).toHaveLength(1)
  for (const argv of [['list'], ['search', 'question'], ['show', 'last']]) {
    const shown = await run(['threads', ...argv], somebody)
    expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('the question') })
  }
  const id = String(JSON.parse((await run(['threads', 'list', '--json'], somebody)).stdout)[0].id)
  for (const argv of [
    ['archive', id],
    ['delete', id, '--force'],
    ['rename', id, 'a name'],
  ]) {
    const changed = await run(['threads', ...argv], somebody)
    expect(changed).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /cannot be written: (?:EACCES|EROFS): [a-z -]+\nhint: Make CODEX_HOME writable\.\n/,
      ),
    })
    const named = argv[0] === 'rename' ? `list of names ${join(home.codexHome, 'session_index.jsonl')}` : 'rollout'
    expect(changed.stderr).toContain(`The ${named} `)
  }
  const forked = await run(['fork', id], somebody)
  expect(forked).toMatchObject({ exitCode: 1, stderr: expect.not.stringContaining('--ephemeral') })
})
