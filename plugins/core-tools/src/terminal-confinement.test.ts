import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { linuxSandbox, openToolBench, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool as execCommand } from './exec-command.ts'

const releases: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0)) await release()
})

/** Runs a Python program in the sandbox, on a terminal or not; what it printed. */
async function attempts(bench: ToolBench, tty: boolean): Promise<string> {
  const { output } = await bench.run('exec_command', { cmd: 'python3 attempts.py', tty, yield_time_ms: 30_000 })
  return output.output.replaceAll('\r\n', '\n').replace(/^[\s\S]*?\nOutput:\n/, '')
}

/** Tries what a command must not, and says how each attempt ended. */
const program = (outside: string, port: number): string => `
import ctypes, errno, fcntl, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, act):
    try:
        print(name, 'done', act())
    except OSError as error:
        print(name, errno.errorcode.get(error.errno, error.errno))
def call(number, *values):
    if libc.syscall(number, *values) < 0:
        raise OSError(ctypes.get_errno(), '')
def write(path):
    open(path, 'w').close()
attempt('write outside', lambda: write('${outside}/made'))
attempt('write to the home directory', lambda: write('${homedir()}/codex-made'))
attempt('read a secret', lambda: open('.env').read())
attempt('connect', lambda: socket.create_connection(('127.0.0.1', ${port}), 2))
attempt('unix socket', lambda: socket.socket(socket.AF_UNIX))
attempt('TIOCSTI', lambda: fcntl.ioctl(sys.stdout.fileno(), 0x5412, b'x'))
attempt('TIOCLINUX', lambda: fcntl.ioctl(sys.stdout.fileno(), 0x541C, b'\\x02'))
attempt('unshare', lambda: call(272, 0x10000000))
attempt('mount', lambda: call(165, None, b'/mnt', b'tmpfs', 0, None))
attempt('ptrace', lambda: call(101, 16, 1, 0, 0))
attempt('other terminals', lambda: sorted(name for name in os.listdir('/dev/pts') if name != 'ptmx'))
def target(fd):
    try:
        return os.readlink('/proc/self/fd/' + fd)
    except OSError:
        return '/dev/null'
attempt('descriptors', lambda: [to for to in map(target, os.listdir('/proc/self/fd')[3:]) if to != '/dev/null'])
attempt('capabilities', lambda: [line for line in open('/proc/self/status') if line.startswith('CapEff')])
attempt('processes', lambda: len([name for name in os.listdir('/proc') if name.isdigit()]) < 8)
`

test('a command on a terminal is held as one without is', async () => {
  const outside = await realpath(await mkdtemp(join(homedir(), '.codex-outside-')))
  releases.push(() => rm(outside, { recursive: true }))
  let requests = 0
  const server = createServer((_request, response) => {
    requests += 1
    response.end()
  }).on('connection', () => {
    requests += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  releases.push(async () => void server.close())
  const { port } = server.address() as AddressInfo // a server that listens on a port has one
  const bench = await openToolBench([execCommand], {
    sandbox: linuxSandbox,
    files: { '.env': 'TOKEN=1\n' },
    permissions: (workspace) => ({
      write: { allow: [{ allow: [`${workspace}/**`], deny: [] }], askable: [{ allow: [`${workspace}/**`], deny: [] }] },
      network: { allow: [{ allow: [], deny: [] }], askable: [{ allow: [], deny: [] }] },
    }),
  })
  releases.push(() => bench.close())
  await writeFile(join(bench.workspace.path, 'attempts.py'), program(outside, port))

  const [withTerminal, without] = [await attempts(bench, true), await attempts(bench, false)]
  expect(withTerminal).toBe(without.replace('TIOCSTI ENOTTY', 'TIOCSTI EPERM'))
  expect(withTerminal.split('\n')).toEqual([
    // Below the system's temporary folder there is nothing at all; elsewhere what is there cannot be written.
    expect.stringMatching(/^write outside (?:EROFS|ENOENT)$/),
    expect.stringMatching(/^write to the home directory (?:EROFS|ENOENT)$/),
    'read a secret EACCES',
    'connect ECONNREFUSED',
    'unix socket EPERM',
    'TIOCSTI EPERM',
    'TIOCLINUX EPERM',
    'unshare EPERM',
    'mount EPERM',
    'ptrace EPERM',
    'other terminals done []',
    'descriptors done []',
    "capabilities done ['CapEff:\\t0000000000000000\\n']",
    'processes done True',
    '',
  ])
  expect(existsSync(join(outside, 'made'))).toBe(false)
  expect(requests).toBe(0)
})
