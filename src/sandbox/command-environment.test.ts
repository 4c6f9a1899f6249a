import { describe, expect, test } from 'vitest'
import { commandEnvironment, isSecretName } from './command-environment.ts'

const parent = {
  PATH: '/usr/bin:.:node_modules/.bin::/bin',
  HOME: '/home/t',
  LC_TIME: 'de_DE.UTF-8',
  EDITOR: 'vi',
  OPENAI_API_KEY: 'sk',
  GITHUB_TOKEN: 'gh',
  AWS_SECRET_ACCESS_KEY: 'aws',
  MY_DB_PASSWORD: 'pw',
  SSH_AUTH_SOCK: '/agent',
  EMPTY: undefined,
}
const names = (env: Record<string, string>): string[] => Object.keys(env)

describe('by default', () => {
  test('a command gets the core set and is told that nobody watches', () => {
    const env = commandEnvironment(parent, {}, { CODEX_THREAD_ID: 'x' })
    expect(env).toMatchObject({
      HOME: '/home/t',
      CODEX_CI: '1',
      NO_COLOR: '1',
      PAGER: 'cat',
      GIT_PAGER: 'cat',
      CODEX_THREAD_ID: 'x',
    })
    expect(env.LC_TIME).toBe('de_DE.UTF-8')
    for (const name of [
      'EDITOR',
      'OPENAI_API_KEY',
      'GITHUB_TOKEN',
      'AWS_SECRET_ACCESS_KEY',
      'MY_DB_PASSWORD',
      'SSH_AUTH_SOCK',
      'EMPTY',
    ]) {
      expect(names(env)).not.toContain(name)
    }
  })

  test('PATH loses what is relative', () => {
    expect(commandEnvironment(parent, {}, {}).PATH).toBe('/usr/bin:/bin')
  })
})

describe('by the policy of the user', () => {
  test('all is everything but secrets, unless it says otherwise', () => {
    expect(commandEnvironment(parent, { inherit: 'all' }, {})).toMatchObject({ EDITOR: 'vi' })
    expect(names(commandEnvironment(parent, { inherit: 'all' }, {}))).not.toContain('GITHUB_TOKEN')
    expect(names(commandEnvironment(parent, { inherit: 'all', ignore_default_excludes: false }, {}))).not.toContain(
      'GITHUB_TOKEN',
    )
    expect(commandEnvironment(parent, { inherit: 'all', ignore_default_excludes: true }, {})).toMatchObject({
      GITHUB_TOKEN: 'gh',
    })
  })

  test('none inherits nothing, not even PATH', () => {
    const env = commandEnvironment(parent, { inherit: 'none', set: { A: '1' } }, {})
    expect(env).toMatchObject({ A: '1', CODEX_CI: '1' })
    expect(names(env)).not.toContain('PATH')
  })

  test('exclude takes away, without regard to case', () => {
    const env = commandEnvironment(parent, { inherit: 'all', exclude: ['edit*', 'lc_????'] }, {})
    expect(names(env)).not.toContain('EDITOR')
    expect(names(env)).not.toContain('LC_TIME')
    expect(env.HOME).toBe('/home/t')
  })

  test('include_only leaves what it names, and a secret only by its exact name', () => {
    const byGlob = commandEnvironment(parent, { inherit: 'all', include_only: ['PATH', 'GITHUB_*'] }, {})
    expect(names(byGlob)).not.toContain('GITHUB_TOKEN')
    expect(names(byGlob)).not.toContain('HOME')
    const byName = commandEnvironment(parent, { include_only: ['PATH', 'GITHUB_TOKEN'] }, {})
    expect(byName).toMatchObject({ GITHUB_TOKEN: 'gh', PATH: '/usr/bin:/bin' })
  })

  test('set wins over the fixed variables, and what the caller gives over all', () => {
    const env = commandEnvironment(
      parent,
      { set: { PAGER: 'less', MY_TOKEN: 't', CODEX_THREAD_ID: 'no' } },
      { CODEX_THREAD_ID: 'yes' },
    )
    expect(env).toMatchObject({ PAGER: 'less', MY_TOKEN: 't', CODEX_THREAD_ID: 'yes' })
  })
})

test.each([
  ['AWS_ACCESS_KEY_ID', true],
  ['npm_config__authToken', true],
  ['PGPASSWORD', true],
  ['DB_PASS', true],
  ['GIT_AUTHOR_NAME', false],
  ['PATH', false],
  ['COMPASSION', false],
])('%s looks like a secret: %s', (name, expected) => {
  expect(isSecretName(name)).toBe(expected)
})
