import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fixtureSession } from '../support/fixture-session.ts'

const manifest = new URL('../../oclif.manifest.json', import.meta.url)
const { commands } = JSON.parse(readFileSync(manifest, 'utf8')) as {
  commands: Readonly<Record<string, unknown>> // as oclif writes it
}

/** What each command is called with. */
const argvOf: Readonly<Record<string, readonly string[]>> = {
  agent: ['security-analyst', '--playbook', 'look at this'],
  'agents:new': ['my-agent'],
  'agents:route': ['find flaws'],
  'agents:show': ['security-analyst'],
  'commands:new': ['my-command'],
  'commands:render': ['review'],
  'commands:show': ['review'],
  'config:explain': ['model'],
  'config:get': ['model'],
  'config:set': ['model_verbosity', 'low'],
  'config:unset': ['model'],
  exec: ['hello'],
  'plugins:create': ['my-plugin'],
  'plugins:inspect': ['./not-there'],
  'plugins:install': ['./not-there'],
  'plugins:link': ['./not-there'],
  'plugins:uninstall': ['not-there'],
  'policies:new': ['my-policy'],
  'policy:test': ['git status'],
  'profiles:new': ['my-profile'],
  sandbox: ['--', 'true'],
  'scan:rules:new': ['my-rule'],
  'scan:rules:show': ['not-there'],
}

/** `completion` prints a script for a shell; `dev` runs until it is stopped, and dev.test.ts reads its lines. */
const others = ['completion', 'dev']

test.each(Object.keys(commands).filter((id) => !others.includes(id)))(
  'codex %s --json prints JSON and nothing else, or ends with an error as JSON',
  async (id) => {
    const session = await fixtureSession('example-files', [{ text: 'done' }])
    const [first, ...rest] = argvOf[id] ?? []
    const words =
      first === undefined ? ['--json'] : first === '--' ? ['--json', first, ...rest] : [first, ...rest, '--json']
    const { exitCode, stdout, stderr } = await session.run([...id.split(':'), ...words])
    if (stdout === '') {
      expect(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')).toEqual({
        error: {
          code: expect.stringContaining('.'),
          message: expect.any(String),
          hint: expect.toSatisfy((hint: unknown) => hint === null || typeof hint === 'string'),
          location: expect.toSatisfy((location: unknown) => location === null || typeof location === 'object'),
          exit_code: exitCode,
        },
      })
      return
    }
    expect(problemOf(stdout)).toBeUndefined()
  },
)

test('an error with --json has its place in the file', async () => {
  const session = await fixtureSession('example-files')
  await session.home.write({ 'config.toml': 'model = 5\n' })
  const { exitCode, stdout, stderr } = await session.run(['agents', 'list', '--json'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'config.invalid', location: { line: 1, field: 'model' } })
})

/** What keeps a text from being one JSON value or JSON lines. */
function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch {
    return text
      .trimEnd()
      .split('\n')
      .find((line) => !isJson(line))
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
