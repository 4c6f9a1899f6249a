import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../../test/support/temp-workspace.ts'
import { npmEnvironment, scriptEnvironment } from './npm-environment.ts'

/** A variable as `.npmrc` names it. */
const named = (name: string) => `$\{${name}}`
const core = { PATH: '/bin', HOME: '/home/me' }

test('npm sees its settings, proxies and what .npmrc names, and nothing else', async () => {
  const home = await makeWorkspace({
    files: { '.npmrc': `//r.example/:_authToken=${named('NPM_TOKEN')}\nother=${named('OTHER?')}\n` },
  })
  onTestFinished(() => home.remove())
  const env = {
    ...{
      HOME: home.path,
      NPM_TOKEN: 'n',
      OTHER: 'o',
      UNNAMED_TOKEN: 'u',
      OPENAI_API_KEY: 'k',
      https_proxy: 'p',
      NO_PROXY: 'x',
    },
    ...{
      npm_config_registry: 'r',
      NPM_CONFIG_CAFILE: 'c',
      npm_config_ignore_scripts: 'false',
      npm_config_global: 'true',
    },
  }
  const { npm_config_ignore_scripts, ...seen } = await npmEnvironment(env, core)
  expect(npm_config_ignore_scripts).toBe('true')
  expect(seen).toMatchObject({
    NPM_TOKEN: 'n',
    OTHER: 'o',
    https_proxy: 'p',
    NO_PROXY: 'x',
    npm_config_registry: 'r',
    NPM_CONFIG_CAFILE: 'c',
  })
  for (const name of ['UNNAMED_TOKEN', 'OPENAI_API_KEY', 'npm_config_global']) expect(seen).not.toHaveProperty(name)
})

test('the file that npm is told to read instead counts', async () => {
  const home = await makeWorkspace({ files: { npmrc: `key=${named('ELSEWHERE')}\n` } })
  onTestFinished(() => home.remove())
  const env = { HOME: '/nowhere', npm_config_userconfig: join(home.path, 'npmrc'), ELSEWHERE: 'e' }
  expect(await npmEnvironment(env, core)).toHaveProperty('ELSEWHERE', 'e')
})

test('nobody is asked for a password, and an ssh program of the user stays', async () => {
  const seen = await npmEnvironment({ GIT_SSH_COMMAND: 'my-ssh -v', SSH_AUTH_SOCK: '/agent' }, core)
  expect(seen).toMatchObject({
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: 'my-ssh -v -oBatchMode=yes',
    SSH_AUTH_SOCK: '/agent',
  })
})

test('install scripts see what every command sees', () => {
  expect(scriptEnvironment(core)).toEqual({ ...core, npm_config_update_notifier: 'false' })
})
