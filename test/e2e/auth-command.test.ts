import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'

/** The configuration of the scripted provider asks this program for its token. */
const byCommand = { SCRIPTED_MODEL_KEY: undefined }

/** A program in CODEX_HOME that counts its runs and prints `token-N`. */
async function tokenProgram(session: Awaited<ReturnType<typeof execCase>>, more = ''): Promise<void> {
  const file = join(session.home.codexHome, 'token.sh')
  const count = join(session.home.codexHome, 'runs')
  await writeFile(file, `#!/bin/sh\necho run >> ${count}\n${more}\necho token-$(wc -l < ${count})\n`)
  await chmod(file, 0o755)
}

const runsOf = async (session: Awaited<ReturnType<typeof execCase>>) =>
  (await readFile(join(session.home.codexHome, 'runs'), 'utf8').catch(() => '')).split('\n').filter(Boolean).length

const authLine = (more = '') => `-c=model_providers.scripted.auth={command=["./token.sh"]${more}}`

test('the token that a command prints is sent, and the command runs once for a turn of several requests', async () => {
  const session = await execCase([{ calls: [{ shell: 'echo hi' }] }, { text: 'ok' }])
  await tokenProgram(session)
  const result = await session.exec([authLine(), 'go'], { env: byCommand })
  expect(result.exitCode).toBe(0)
  expect(session.server.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-1',
  ])
  expect(await runsOf(session)).toBe(1)
})

test('a token that was refused is taken anew once; a second refusal fails the turn and says why', async () => {
  const refused = { failure: { kind: 'status', status: 401, body: { error: { message: 'expired' } } } } as const
  const session = await execCase([refused, { text: 'ok' }, refused, refused])
  await tokenProgram(session)
  expect((await session.exec([authLine(), 'go'], { env: byCommand })).exitCode).toBe(0)
  expect(session.server.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-2',
  ])
  const failed = await session.exec([authLine(), 'go'], { env: byCommand })
  expect(failed.exitCode).toBe(1)
  expect(session.server.requests).toHaveLength(4)
  expect(failed.events.at(-1)).toMatchObject({ type: 'turn.failed', error: { code: 'provider.credential' } })
})

test('a token is taken anew when its interval is over', async () => {
  const session = await execCase([{ calls: [{ shell: 'sleep 0.3' }] }, { text: 'ok' }])
  await tokenProgram(session)
  await session.exec([authLine(',refresh_interval_ms=100'), '-s', 'workspace-write', 'go'], { env: byCommand })
  expect(session.server.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-2',
  ])
})

test('a command that fails or takes too long fails the turn before anything is sent, and shows and keeps nothing of what it printed', async () => {
  const session = await execCase([])
  await tokenProgram(session, 'echo plainly; echo "refused SECRETe123456789" >&2; exit 4')
  const failed = await session.exec([authLine(), 'go'], { env: byCommand })
  expect(failed.exitCode).toBe(1)
  expect(failed.events.at(-1)).toMatchObject({
    error: { code: 'credential.command', message: expect.stringMatching(/ended with 4$/) },
  })
  const [file = ''] = await session.rollouts()
  const rollout = await readFile(file, 'utf8')
  expect(rollout).toContain('ended with 4')
  expect(`${failed.stdout}${failed.stderr}${rollout}`).not.toMatch(/SECRETe|refused|plainly/)
  await tokenProgram(session, 'exec sleep 30')
  const late = await session.exec([authLine(',timeout_ms=200'), 'go'], { env: byCommand })
  expect(late.events.at(-1)).toMatchObject({ error: { message: expect.stringContaining('longer than 200 ms') } })
  expect(session.server.requests).toEqual([])
})

test('a repository, even a trusted one, can name no command', async () => {
  const config = (marker: string) =>
    `auth = { command = ["/bin/sh", "-c", "touch ${marker}; echo t"] }\n[model_providers.scripted.auth]\ncommand = ["/bin/sh", "-c", "touch ${marker}; echo t"]\n`
  const session = await execCase([{ text: 'ok' }, { text: 'ok' }])
  const marker = join(session.home.homeDir, 'was-run')
  await session.workspace.write({ '.codex/config.toml': config(marker) })
  await session.exec(['--trust', 'go'])
  const result = await session.exec(['go'])
  expect(result.exitCode).toBe(0)
  await expect(readFile(marker)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(session.server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer key', 'Bearer key'])
  for (const key of ['auth', 'model_providers']) {
    expect(result.stdout).toContain(`A repository cannot set ${key}; it is ignored`)
  }
})

test('organisation and project of openai are sent, from the environment and the configuration', async () => {
  const session = await execCase([{ text: 'ok' }, { text: 'ok' }])
  const argv = ['-c', 'model_provider="openai"', '-c', `openai_base_url="${session.server.url}"`]
  await session.exec([...argv, '-c', 'openai_project="proj-1"', 'go'], { env: { OPENAI_ORGANIZATION: 'org-1' } })
  await session.exec([...argv, 'go'])
  const sent = session.server.requests.map(({ headers }) => [headers['openai-organization'], headers['openai-project']])
  expect(sent).toEqual([
    ['org-1', 'proj-1'],
    [undefined, undefined],
  ])
})
