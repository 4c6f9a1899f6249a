import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const rules = `prefix_rule(pattern=["ls"])
prefix_rule(pattern=["echo"])
prefix_rule(pattern=["env"])
prefix_rule(pattern=["rm", ["-r", "-rf"]], decision="forbidden", justification="Trees are removed by people.")
prefix_rule(pattern=["touch", "asked"], decision="prompt")
`
const policy = `id = "mine"

[[rules]]
pattern = ["touch", "made"]
`

async function lab() {
  const session = await scriptedSession([], { files: { 'a.txt': '', 'my.rules': rules, 'mine.toml': policy } })
  const { path } = session.workspace
  return {
    path,
    sandbox: (...argv: readonly string[]) => session.run(['sandbox', '-p', 'workspace-write', ...argv]),
    isThere: (name: string) => existsSync(join(path, name)),
    run: session.run,
    audit: join(session.home.codexHome, 'audit'),
  }
}

test.each([
  { script: 'ls a.txt', stdout: 'a.txt\n' },
  { script: 'ls a.txt && bash -c "echo b | env cat 2>&1" || echo no', stdout: 'no\n', denied: true },
  { script: 'echo one; (echo two)', stdout: 'one\ntwo\n' },
  { script: 'timeout 5 ls a.txt', stdout: 'a.txt\n' },
])('of a rules file, each command has to be allowed: $script', async ({ script, stdout, denied = false }) => {
  const { sandbox } = await lab()
  const ran = await sandbox('--rules', 'my.rules', '--', 'bash', '-c', script)
  expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual(
    denied ? { exitCode: 5, stdout: '' } : { exitCode: 0, stdout },
  )
})

test.each([
  'touch made',
  'ls; touch made',
  'touch asked; ls',
  'true; touch made',
  '> made',
  'echo x > made | touch made',
  'PATH=.:$PATH ls > made',
  'cd .; > made',
  '[[ -e a.txt ]] && > made',
  'x=1',
])('what no rule allows does not start: %s', async (script) => {
  const { sandbox, isThere } = await lab()
  const { exitCode, stderr } = await sandbox('--rules', 'my.rules', '--', 'bash', '-c', script)
  expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: expect.stringContaining('code: permission.denied') })
  expect(isThere('made') || isThere('asked')).toBe(false)
})

test('the rules of the file are the only ones, and several files are one', async () => {
  const { sandbox, isThere } = await lab()
  expect((await sandbox('--rules', 'my.rules', '--', 'cat', 'a.txt')).exitCode).toBe(5)
  expect((await sandbox('--rules', 'mine.toml', '--', 'ls')).exitCode).toBe(5)
  expect((await sandbox('--rules', 'my.rules', '--rules', 'mine.toml', '--', 'touch', 'made')).exitCode).toBe(0)
  expect(isThere('made')).toBe(true)
})

test('a refusal names rule, file, line and justification, and is data with --json', async () => {
  const { sandbox, path } = await lab()
  const { stderr } = await sandbox('--rules', 'my.rules', '--', 'rm', '-rf', 'a.txt')
  expect(stderr).toContain('forbidden rm (-r|-rf): Trees are removed by people.')
  expect(stderr).toContain(`at ${path}/my.rules:4\n`)
  const { exitCode, stdout } = await sandbox('--json', '--rules', 'my.rules', '--', 'rm', '-rf', 'a.txt')
  expect({ exitCode, data: JSON.parse(stdout) }).toMatchObject({
    exitCode: 5,
    data: {
      ...{ type: 'denial', layer: 'exec policy', rule: 'forbidden rm (-r|-rf)', exit_code: 5 },
      ...{ file: join(path, 'my.rules'), line: 4, justification: 'Trees are removed by people.' },
    },
  })
})

test('--explain says what each layer answers and how the command would be held, and runs nothing', async () => {
  const { sandbox, path, isThere, audit } = await lab()
  const asked = ['--rules', 'my.rules', '--explain', '--', 'bash', '-c', 'ls; touch made']
  const { exitCode, stdout } = await sandbox(...asked, '--json')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^deny: exec policy forbids it/)
  const { stdout: json } = await sandbox('--json', ...asked)
  const { verdict, layers, sandbox: held, profile } = JSON.parse(json)
  expect({ profile, verdict }).toMatchObject({
    profile: 'workspace-write',
    verdict: { answer: 'deny', layer: 'exec policy', file: join(path, 'my.rules') },
  })
  expect(layers.map(({ layer, answer }: Record<string, string>) => `${answer} ${layer}`)).toEqual([
    'allow profile workspace-write',
    'deny exec policy',
    'allow floor',
    'allow protected paths',
  ])
  expect(held).toMatchObject({ needed: 'required', policy: { cwd: path, network: 'none' } })
  expect(held.policy.writable).toContain(path)
  expect([isThere('made'), existsSync(audit)]).toEqual([false, false])
})

test('profiles explain says the same of a command', async () => {
  const { sandbox, run } = await lab()
  const one = await sandbox('--explain', '--', 'git', 'push')
  const other = await run(['profiles', 'explain', '-p', 'workspace-write', 'exec', 'git push'])
  expect(one.stdout).toBe(other.stdout)
})

test.each([
  { argv: ['--rules', 'gone.rules', '--', 'ls'], exitCode: 1, says: 'gone.rules: The file cannot be read: ENOENT' },
  { argv: ['--rules', '.', '--', 'ls'], exitCode: 1, says: 'This is not a regular file' },
  { argv: ['--rules', 'bad.rules', '--', 'ls'], exitCode: 1, says: 'bad.rules:2:20: ' },
  { argv: ['--rules', 'bad.toml', '--explain', '--', 'ls'], exitCode: 1, says: 'bad.toml:1:6: ' },
  { argv: ['--rules', 'my.rules'], exitCode: 2, says: 'There is no command to run' },
  { argv: ['--rules'], exitCode: 2, says: '--rules expects a value' },
  { argv: ['--security-profile', 'offlin', '--', 'ls'], exitCode: 2, says: 'Did you mean offline' },
])('$argv is refused with what is wrong: $says', async ({ argv, exitCode, says }) => {
  const bad = { 'my.rules': rules, 'bad.rules': '# one\nprefix_rule(patern=["ls"])\n', 'bad.toml': 'id = \n' }
  const { run } = await scriptedSession([], { files: bad })
  expect(await run(['sandbox', ...argv])).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(says) })
})
