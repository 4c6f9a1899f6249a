import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ExecCase, execCase, inputOf } from '../support/exec-case.ts'

interface Shown {
  readonly dry_run: true
  readonly provider: string
  readonly model: string
  readonly url?: string
  readonly reason?: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly parts: readonly { readonly part: string; readonly bytes: number; readonly tokens: number }[]
  readonly total_tokens: number
  readonly notices: readonly string[]
}

async function dryRun(session: ExecCase, argv: readonly string[], env = {}): Promise<Shown> {
  const result = await session.exec(['--dry-run', ...argv], { env })
  expect(result.exitCode, result.stderr).toBe(0)
  return JSON.parse(result.stdout)
}

/** What differs from one thread to the next. */
function withoutIds(body: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(body).replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, '<id>')
}

const wroteThreads = async ({ home }: ExecCase) => (await readdir(home.codexHome)).includes('sessions')

test('exec --dry-run shows the body that would be sent, and sends and keeps nothing', async () => {
  const session = await execCase([{ text: 'ok' }], {
    files: { 'AGENTS.md': 'Use tabs.' },
    config: 'developer_instructions = "Be brief."',
  })
  const shown = await dryRun(session, ['explain src'])
  expect(session.server.requests).toEqual([])
  expect(await wroteThreads(session)).toBe(false)
  expect(shown).toMatchObject({ provider: 'scripted', model: 'scripted-model', url: `${session.server.url}/responses` })
  await session.exec(['explain src'])
  expect(withoutIds(shown.body ?? {})).toBe(withoutIds(session.server.requests[0]?.body ?? {}))
})

test('each part has its size in bytes, and a token for four of them', async () => {
  const session = await execCase([], { files: { 'AGENTS.md': 'Use tabs.' } })
  const { parts, total_tokens: total } = await dryRun(session, ['-c', 'instructions="12345678"', 'explain src'])
  expect(parts.map(({ part }) => part)).toEqual([
    ...['base prompt', 'developer', 'AGENTS.md', 'environment', 'tools', 'prompt'],
  ])
  const sizeOf = (name: string) => parts.find(({ part }) => part === name)
  expect(sizeOf('developer')).toEqual({ part: 'developer', bytes: 8, tokens: 2 })
  expect(sizeOf('prompt')).toEqual({ part: 'prompt', bytes: 11, tokens: 3 })
  expect(total).toBe(parts.reduce((sum, { tokens }) => sum + tokens, 0))
})

test('a thread that would go on is shown with its history, and stays as it was', async () => {
  const session = await execCase([{ text: 'the answer' }])
  await session.exec(['first question'])
  const before = await session.rollouts()
  const shown = await dryRun(session, ['resume', '--last', 'second question'])
  const texts = JSON.stringify(inputOf(shown.body ?? {}))
  for (const text of ['first question', 'the answer', 'second question']) expect(texts).toContain(text)
  expect(shown.parts.find(({ part }) => part === 'history')?.tokens).toBeGreaterThan(10)
  const fork = await dryRun(session, ['fork', '--last', 'third question'])
  expect(JSON.stringify(inputOf(fork.body ?? {}))).toContain('third question')
  expect(await session.rollouts()).toEqual(before)
  expect(session.server.requests).toHaveLength(1)
})

test('secrets are taken out, and no command is asked for a token', async () => {
  const session = await execCase([])
  const key = 'prvkey-1f2e3d4c5b6a7988'
  const marker = join(session.home.homeDir, 'was-run')
  const auth = `-c=model_providers.scripted.auth={command=["/bin/sh","-c","touch ${marker}; echo t"]}`
  const shown = await session.exec(['--dry-run', auth, `my key is ${key}`], {
    env: { SCRIPTED_MODEL_KEY: undefined, OTHER_KEY: key },
  })
  expect(shown.exitCode).toBe(0)
  expect(shown.stdout).toContain('my key is [redacted]')
  expect(shown.stdout).not.toContain(key)
  expect(await readdir(session.home.homeDir)).not.toContain('was-run')
})

test('for people the request comes first, then the table, and stderr says that nothing was sent', async () => {
  const session = await execCase([])
  const result = await session.run(['exec', '--skip-git-repo-check', '--dry-run', 'hi'])
  expect(result.exitCode).toBe(0)
  expect(result.stdout).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/v1\/responses\n\n\{\n {2}"model": "scripted-model"/)
  expect(result.stdout).toMatch(
    /\npart +bytes +tokens\nbase prompt +\d+ +\d+\n[\s\S]*\ntotal +\d+ +\d+\nTokens are an estimate/,
  )
  expect(result.stderr).toContain('Dry run: nothing was sent, and no thread was kept.')
})

test('prompts, commands and agents can be shown too', async () => {
  const session = await execCase([], { files: { 'src/a.ts': 'export const a = 1\n' } })
  const shownBy = async (argv: readonly string[]) => {
    const result = await session.run(['--dry-run', '--json', ...argv])
    expect(result.exitCode, result.stderr).toBe(0)
    const shown: Shown = JSON.parse(result.stdout)
    return shown
  }
  expect(JSON.stringify((await shownBy(['say hi'])).body)).toContain('say hi')
  expect(JSON.stringify((await shownBy(['/explain', 'src/a.ts'])).body)).toContain('src/a.ts')
  const agent = await session.run(['agent', '--dry-run', '--json', 'code-reviewer', 'look at src'])
  expect(agent.exitCode, agent.stderr).toBe(0)
  const shown: Shown = JSON.parse(agent.stdout)
  expect(shown.reason).toContain('playbook would run first')
  expect(JSON.stringify(shown.body)).toContain('look at src')
  const playbook = await session.run(['agent', '--dry-run', '--json', '--playbook', 'code-reviewer', 'look'])
  expect(JSON.parse(playbook.stdout)).toMatchObject({
    provider: 'playbook',
    reason: expect.stringContaining('without a language model'),
  })
  const handler = await session.run(['--dry-run', '/status'])
  expect(handler).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('code: usage.arguments') })
  expect(session.server.requests).toEqual([])
  expect(await wroteThreads(session)).toBe(false)
})

test('a run that could not begin says so in a dry run as well', async () => {
  const session = await execCase([])
  const result = await session.exec(['--dry-run', '-c', 'model_provider="openai"', 'hi'], {
    env: { SCRIPTED_MODEL_KEY: undefined },
  })
  expect(result).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('no API key is set') })
})
