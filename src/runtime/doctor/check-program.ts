import { realpathSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { delimiter, isAbsolute, join } from 'node:path'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import { isExecutable } from '../../sandbox/find-program.ts'
import { loginShell } from '../../sandbox/login-shell.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { readProxy } from '../request-proxy.ts'

const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']

/** Node, the shell, which `codex` PATH finds, proxies. */
export async function checkProgram({ kernel }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const { env } = kernel.options
  const cache = getCompileCacheDir()
  return [
    {
      name: 'node',
      status: 'ok',
      detail: `${process.versions.node}; compile cache ${cache === undefined ? 'off, so starts are slower' : `in ${cache}`}`,
    },
    checkShell(loginShell(env)),
    ...checkCommand(env.PATH ?? ''),
    ...proxyNames.flatMap((name) => checkProxy(name, env[name])),
  ]
}

function checkShell(shell: string): DoctorCheck {
  if (isExecutable(shell)) return { name: 'shell', status: 'ok', detail: shell }
  const detail = `${shell} cannot be run, so agents run no commands`
  return { name: 'shell', status: 'error', detail, fix: 'Install bash, or set SHELL to a shell that is there.' }
}

/** Several programs of one name: the first in PATH is run, which may be another than this one. */
function checkCommand(searchPath: string): readonly DoctorCheck[] {
  const files = searchPath
    .split(delimiter)
    .filter(isAbsolute)
    .map((directory) => join(directory, 'codex'))
  const found = [...new Set(files.filter(isExecutable))]
  const programs = new Set(found.map((file) => realpathSync(file)))
  if (programs.size < 2) return []
  const detail = `PATH has several: ${found.join(', ')}; the first is run`
  return [{ name: 'command', status: 'warning', detail, fix: 'Change the order of PATH, or uninstall the others.' }]
}

/** The value is not shown: it may hold a password. */
function checkProxy(name: string, value: string | undefined): readonly DoctorCheck[] {
  if (value === undefined || value === '') return []
  const url = readProxy(value)
  if (url) return [{ name: 'proxy', status: 'ok', detail: `${name}: ${url.host}` }]
  const fix = `Set it as http://HOST:PORT, or unset it: unset ${name}`
  return [{ name: 'proxy', status: 'warning', detail: `${name} is no http or https URL`, fix }]
}
