import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const patchOf = (...lines: readonly string[]) => `${['*** Begin Patch', ...lines, '*** End Patch'].join('\n')}\n`
const change = patchOf(
  ...['*** Update File: f', '@@', '-a', '+b', '*** Delete File: d'],
  ...['*** Update File: old', '*** Move to: new/n', '@@', '-o', '+n', '*** Add File: sub/a', '+one'],
)

async function lab() {
  const files = { f: 'a\n', d: 'd\n', old: 'o\n', 'change.patch': change }
  const session = await scriptedSession([], { files })
  const { path } = session.workspace
  return {
    path,
    home: session.home.codexHome,
    apply: (argv: readonly string[], input?: string) =>
      session.run(['apply-patch', '-p', 'workspace-write', ...argv], input === undefined ? {} : { stdin: input }),
    run: session.run,
    text: (name: string) => readFile(join(path, name), 'utf8').catch(() => 'gone'),
  }
}

test.each([
  { argv: ['change.patch'], input: undefined },
  { argv: [], input: change },
  { argv: ['-'], input: change },
])('a patch from $argv is applied, and what changed is told', async ({ argv, input }) => {
  const { apply, text } = await lab()
  expect(await apply(argv, input)).toMatchObject({
    exitCode: 0,
    stdout: 'Success. Updated the following files:\nA sub/a\nM f\nM new/n\nD d\n',
    stderr: '',
  })
  expect(await Promise.all(['f', 'd', 'old', 'new/n', 'sub/a'].map(text))).toEqual([
    'b\n',
    'gone',
    'gone',
    'n\n',
    'one\n',
  ])
})

test('with --json the changes are data', async () => {
  const { apply, path } = await lab()
  const { exitCode, stdout } = await apply(['--json', 'change.patch'])
  expect({ exitCode, data: JSON.parse(stdout) }).toEqual({
    exitCode: 0,
    data: {
      changes: [
        { path: join(path, 'd'), kind: 'delete' },
        { path: join(path, 'f'), kind: 'update' },
        { path: join(path, 'old'), kind: 'update' },
        { path: join(path, 'sub/a'), kind: 'add' },
      ],
      exit_code: 0,
    },
  })
})

const up = '../'.repeat(20)

test.each([
  ['a path above', ['*** Add File: UPOUT/made', '+x'], 'OUT/made'],
  ['a path down and above', ['*** Add File: sub/UPOUT/made', '+x'], 'OUT/made'],
  ['an absolute path', ['*** Add File: OUT/made', '+x'], 'OUT/made'],
  ['a linked directory', ['*** Add File: door/made', '+x'], 'OUT/made'],
  ['a move out', ['*** Update File: old', '*** Move to: door/made', '@@', '-o', '+n'], 'OUT/made'],
  ['the configuration of agents', ['*** Add File: .codex/made', '+x'], '.codex/made'],
  ['a hook of git', ['*** Add File: .git/hooks/made', '+x'], '.git/hooks/made'],
  ['a secret', ['*** Add File: .env', '+x'], '.env'],
])('%s is denied with exit 5, and no file of the patch changes', async (_, lines, made) => {
  const { apply, path, text } = await lab()
  // Beside the temp directory of the machine, which the profile lets be written.
  const outside = await mkdtemp('/var/tmp/codex-patch-')
  onTestFinished(() => rm(outside, { recursive: true, force: true }))
  await symlink(outside, join(path, 'door'))
  const filled = lines.map((line) => line.replace('UP', up).replace('OUT', outside))
  const denied = await apply(['--json'], patchOf('*** Update File: f', '@@', '-a', '+b', ...filled))
  expect({ exitCode: denied.exitCode, data: JSON.parse(denied.stdout) }).toMatchObject({
    exitCode: 5,
    data: { type: 'denial', exit_code: 5 },
  })
  expect(JSON.parse(denied.stderr).error.code).toBe('permission.denied')
  expect(existsSync(resolve(path, made.replace('OUT', outside)))).toBe(false)
  expect(await Promise.all(['f', 'old'].map(text))).toEqual(['a\n', 'o\n'])
})

test('under the default profile nothing is written, and the profile that would is named', async () => {
  const { run, text } = await lab()
  const { exitCode, stdout, stderr } = await run(['apply-patch', 'change.patch'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' })
  expect(stderr).toContain('Not permitted: profile offline denies')
  expect(stderr).toContain('hint: Choose a profile that allows it')
  expect(await text('f')).toBe('a\n')
})

test('each decision is in the audit log', async () => {
  const { apply, run } = await lab()
  await apply(['change.patch'])
  const { stdout } = await run(['audit', 'query', '--json'])
  expect(stdout).toContain('"apply_patch"')
  expect(stdout).toContain('sub/a')
})

test.each([
  { argv: ['gone.patch'], exitCode: 1, says: 'The patch gone.patch cannot be read: ENOENT' },
  { argv: ['.'], exitCode: 1, says: 'cannot be read: EISDIR' },
  { argv: ['f'], exitCode: 1, says: "The first line of the patch must be '*** Begin Patch'" },
  { argv: ['change.patch', 'f'], exitCode: 2, says: 'Unexpected argument' },
  { argv: ['-p', 'nothing-like-it', 'change.patch'], exitCode: 2, says: 'No profile is called "nothing-like-it"' },
])('$argv is exit $exitCode and says what is wrong', async ({ argv, exitCode, says }) => {
  const { run, text } = await lab()
  expect(await run(['apply-patch', ...argv])).toMatchObject({
    exitCode,
    stdout: '',
    stderr: expect.stringContaining(says),
  })
  expect(await text('d')).toBe('d\n')
})

test('a patch that does not apply changes nothing', async () => {
  const { apply, text } = await lab()
  const patch = patchOf('*** Update File: f', '@@', '-a', '+b', '*** Update File: d', '@@', '-nothing', '+x')
  expect(await apply([], patch)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('code: patch.invalid') })
  expect(await Promise.all(['f', 'd'].map(text))).toEqual(['a\n', 'd\n'])
})
