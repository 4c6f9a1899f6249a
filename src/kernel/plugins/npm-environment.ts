import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

const proxyNames = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'PROXY', 'NOPROXY'])

/**
 * The environment of npm and git while a plugin is fetched: what programs need (`core`), npm's own settings, proxies, and
 * the variables that the user's `.npmrc` names. Nothing else of the user's environment, whatever it is called.
 *
 * @param env of the program
 * @param core the part of it that every command gets
 */
export async function npmEnvironment(
  env: Env,
  core: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const wanted = await namesInNpmrc(env)
  const taken = Object.entries(env).flatMap(([name, value]) => {
    const isWanted = /^npm_config_/i.test(name) || proxyNames.has(name.toUpperCase()) || wanted.has(name)
    return isWanted && value !== undefined ? [[name, value] as const] : []
  })
  return {
    ...core,
    ...Object.fromEntries(taken.filter(([name]) => !derivedNames.has(name.toLowerCase()))),
    ...unattendedGit(env),
    // Said here too: npm starts another npm for a dependency that comes from git.
    npm_config_ignore_scripts: 'true',
    npm_config_update_notifier: 'false',
  }
}

/** The environment of a plugin's install scripts: what programs need, and not one thing more. */
export function scriptEnvironment(core: Readonly<Record<string, string>>): Record<string, string> {
  return { ...core, npm_config_update_notifier: 'false' }
}

/** What npm says to the programs that it starts (`npm exec codex`); it is about that run. */
const derivedNames = new Set([
  ...['npm_config_global', 'npm_config_local_prefix', 'npm_config_global_prefix', 'npm_config_prefix'],
  ...['npm_config_dry_run', 'npm_config_json', 'npm_config_workspace', 'npm_config_workspaces', 'npm_config_location'],
  ...['npm_config_ignore_scripts', 'npm_config_call', 'npm_config_package', 'npm_config_package_lock_only'],
])

/** Whoever asks for a password finds nobody, and says so at once. An ssh agent is a way in that the user has set up. */
function unattendedGit(env: Env): Record<string, string> {
  return {
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS: 'false',
    SSH_ASKPASS_REQUIRE: 'never',
    GCM_INTERACTIVE: 'never',
    GIT_SSH_COMMAND: `${env.GIT_SSH_COMMAND ?? 'ssh'} -oBatchMode=yes`,
    ...(env.SSH_AUTH_SOCK !== undefined && { SSH_AUTH_SOCK: env.SSH_AUTH_SOCK }),
  }
}

/** The variables that the user's `.npmrc` puts in, as `${NAME}` or `${NAME?}`. */
async function namesInNpmrc(env: Env): Promise<ReadonlySet<string>> {
  const file =
    env.npm_config_userconfig ?? env.NPM_CONFIG_USERCONFIG ?? join(env.HOME ?? env.USERPROFILE ?? '', '.npmrc')
  const text = await readFile(file, 'utf8').catch(() => '')
  return new Set([...text.matchAll(/\$\{([^}?]+)\??\}/g)].map(([, name = '']) => name))
}
