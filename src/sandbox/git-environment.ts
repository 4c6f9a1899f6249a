import { devNull } from 'node:os'

/** What would run a program, if it came from a configuration: said again, though git sees no configuration but ours. */
export const inertSettings: readonly string[] = [
  ...['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.pager=cat', 'core.sshCommand=false', 'core.askPass='],
  ...[
    'diff.external=',
    'credential.helper=',
    'log.showSignature=false',
    'submodule.recurse=false',
    'core.quotePath=false',
  ],
].flatMap((setting) => ['-c', setting])

/** The whole environment of a git that the kernel starts: no configuration, attributes or transport but what is said here. */
export function gitEnvironment(gitDir: string, workTree: string): Record<string, string> {
  const systemRoot = process.platform === 'win32' ? process.env.SYSTEMROOT : undefined
  return {
    // Windows starts no program without it.
    ...(systemRoot === undefined ? {} : { SYSTEMROOT: systemRoot }),
    PATH: '/usr/bin:/bin',
    HOME: gitDir,
    XDG_CONFIG_HOME: gitDir,
    LC_ALL: 'C.UTF-8',
    GIT_DIR: gitDir,
    GIT_WORK_TREE: workTree,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    // No protocol at all: a partial clone would fetch what it lacks.
    GIT_ALLOW_PROTOCOL: '',
    GIT_NO_LAZY_FETCH: '1',
  }
}
