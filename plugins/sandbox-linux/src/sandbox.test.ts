// Past 400 lines: all tests share the sandbox, the workspace and the way to look at both from outside.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxPolicy, WrappedCommand } from 'codex-kernel/plugin-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { holdPlaceholder } from './placeholder.ts'
import { privateDirectory } from './private-directory.ts'
import { sandbox } from './sandbox.ts'

let root: string
let workspace: string
let outside: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-linux-')))
  workspace = join(root, 'workspace')
  outside = join(root, 'outside')
  for (const directory of [workspace, outside]) mkdirSync(directory)
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const policy = (changes: Partial<SandboxPolicy> = {}): SandboxPolicy => ({
  cwd: workspace,
  readable: 'all',
  denyRead: [],
  writable: [workspace],
  readOnly: [],
  temp: 'private',
  network: 'none',
  limits: {},
  ...changes,
})

function start(wrapped: WrappedCommand, output: number | 'pipe'): ChildProcess {
  const [file, ...args] = wrapped.argv
  const fds = Object.entries(wrapped.fds).map(([, fd]) => fd)
  return spawn(file, args, { env: wrapped.env, detached: true, stdio: ['ignore', output, output, ...fds] })
}

async function run(
  script: string,
  changes: Partial<SandboxPolicy> = {},
): Promise<{ exitCode: number; output: string }> {
  const command = { argv: ['/bin/bash', '-c', script] as const, env: { PATH: process.env.PATH ?? '', HOME: root } }
  const wrapped = await sandbox.wrap({ ...command, argv: [...command.argv] }, policy(changes))
  const file = join(root, 'output')
  const fd = openSync(file, 'w')
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      start(wrapped, fd)
        .on('exit', (code) => resolve(code ?? -1))
        .on('error', reject)
    })
    expect(await wrapped.hasFailed?.()).toBe(false)
    return { exitCode, output: readFileSync(file, 'utf8') }
  } finally {
    closeSync(fd)
    await wrapped.cleanup()
  }
}

/** Polls, for at most five seconds. */
async function eventually(holds: () => boolean): Promise<boolean> {
  for (const end = Date.now() + 5_000; Date.now() < end; await delay(20)) if (holds()) return true
  return holds()
}

test('the probe finds bubblewrap', async () => {
  expect(await sandbox.probe(new AbortController().signal)).toMatchObject({ available: true })
})

describe('files', () => {
  test('only the workspace and a discarded /tmp can be written', async () => {
    const { output } = await run(
      `echo a > in.txt; echo b > ${outside}/no; echo c > /tmp/codex-discarded-${process.pid} && cat /tmp/codex-discarded-${process.pid}; echo d > /etc/no`,
    )
    expect(readFileSync(join(workspace, 'in.txt'), 'utf8')).toBe('a\n')
    expect(existsSync(join(outside, 'no'))).toBe(false)
    expect(output).toContain('c\n')
    expect(existsSync(`/tmp/codex-discarded-${process.pid}`)).toBe(false)
    expect(existsSync('/etc/no')).toBe(false)
  })

  test('nothing can be written where nothing is writable, and the workspace can be read', async () => {
    writeFileSync(join(workspace, 'a.txt'), 'content')
    const { output } = await run('cat a.txt; echo x > a.txt; touch b.txt', { writable: [] })
    expect(output).toContain('content')
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('content')
    expect(existsSync(join(workspace, 'b.txt'))).toBe(false)
  })

  test('a symbolic link out of the workspace leads to nothing writable', async () => {
    symlinkSync(outside, join(workspace, 'link'))
    await run('echo x > link/no')
    expect(readdirSync(outside)).toEqual([])
  })

  test('a denied file answers EACCES, by any way to it, and cannot be changed', async () => {
    const secret = join(workspace, '.env')
    writeFileSync(secret, 'TOKEN=s3cr3t\n')
    const script =
      'cat .env; echo "code $?"; cat /proc/1/root$PWD/.env; ln .env copy; chmod 644 .env; cat .env copy; rm -f .env'
    const { output } = await run(script, { denyRead: [secret] })
    expect(output).toContain('.env: Permission denied\ncode 1')
    expect(output).not.toContain('s3cr3t')
    expect(readFileSync(secret, 'utf8')).toBe('TOKEN=s3cr3t\n')
  })

  test('a denied directory cannot be entered', async () => {
    const directory = join(workspace, 'keys')
    mkdirSync(directory)
    writeFileSync(join(directory, 'id'), 's3cr3t')
    const { output } = await run('cat keys/id; ls keys; cd keys; chmod 755 keys; cat keys/id', {
      denyRead: [directory, join(directory, 'id')],
    })
    expect(output).not.toContain('s3cr3t')
    expect(output).toContain('Permission denied')
  })

  test('where readable paths are named, others do not exist', async () => {
    writeFileSync(join(outside, 'a'), 's3cr3t')
    writeFileSync(join(workspace, 'b'), 'visible')
    const { output } = await run(`cat ${outside}/a; cat b`, { readable: [workspace], writable: [] })
    expect(output).not.toContain('s3cr3t')
    expect(output).toContain('visible')
  })

  test('the kernel settings under /proc cannot be written', async () => {
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8')
    const { output } = await run(
      'for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger; do echo x > $f && echo WRITTEN; done',
    )
    expect(output).not.toContain('WRITTEN')
    expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before)
  })
})

describe('protected paths', () => {
  const protectedOf = (gitDir: string): readonly string[] =>
    ['hooks', 'config', 'config.worktree', 'info/attributes', 'commondir'].map((name) => join(gitDir, name))

  function makeRepository(directory: string): void {
    mkdirSync(directory, { recursive: true })
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: directory, env: { PATH: process.env.PATH ?? '', HOME: root } })
    git('init', '-q', '-b', 'main', '--template=')
    git('config', 'user.name', 't')
    git('config', 'user.email', 't@example.invalid')
    mkdirSync(join(directory, '.git/hooks'))
    writeFileSync(join(directory, 'a.txt'), 'one\n')
    git('add', '-A')
    git('commit', '-qm', 'first')
  }

  test('git commit works while hooks and config stay as they are', async () => {
    makeRepository(workspace)
    const config = readFileSync(join(workspace, '.git/config'), 'utf8')
    const readOnly = protectedOf(join(workspace, '.git'))
    const script = `echo two > a.txt && git commit -qam second && git log --format=%s
      echo '#!/bin/sh' > .git/hooks/pre-commit; git config core.fsmonitor x; echo y > .git/info/attributes; echo z > .git/config.worktree; echo ../evil > .git/commondir`
    const { output } = await run(script, { readOnly })
    expect(output).toContain('second\nfirst\n')
    expect(readdirSync(join(workspace, '.git/hooks'))).toEqual([])
    expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toBe(config)
    expect(existsSync(join(workspace, '.git/info/attributes'))).toBe(false)
    expect(existsSync(join(workspace, '.git/config.worktree'))).toBe(false)
    expect(existsSync(join(workspace, '.git/commondir'))).toBe(false)
  })

  test.each([['.'], ['nested/deep']])('the repository in %s cannot be renamed away and replaced', async (where) => {
    const repository = join(workspace, where)
    makeRepository(repository)
    const readOnly = protectedOf(join(repository, '.git'))
    const script = `cd ${where}; mv .git .moved; cd ${workspace}; mv nested moved; mkdir -p ${where}/.git/hooks && touch ${where}/.git/hooks/pre-commit; mv ${workspace} ${workspace}2`
    await run(script, { readOnly })
    expect(existsSync(join(repository, '.git/hooks/pre-commit'))).toBe(false)
    expect(existsSync(join(repository, '.moved'))).toBe(false)
    expect(existsSync(join(workspace, 'moved'))).toBe(false)
  })

  test('a missing one cannot be made, and no placeholder stays', async () => {
    const readOnly = ['.git', '.codex', 'sub/config.toml'].map((name) => join(workspace, name))
    const script =
      'git init -q .; mkdir -p .codex/agents; mkdir x; mv x .codex; ln -s x .codex; mkdir -p sub; touch sub/config.toml'
    await run(script, { readOnly })
    expect(readdirSync(workspace)).toEqual(['x'])
  })

  test('a placeholder stays as long as another command needs it', async () => {
    const readOnly = [join(workspace, '.codex')]
    const wrapped = await sandbox.wrap(
      { argv: ['/bin/bash', '-c', 'echo ready; read; mkdir -p .codex/x; echo done'], env: {} },
      policy({ readOnly }),
    )
    const fds = Object.values(wrapped.fds)
    const [file, ...args] = wrapped.argv
    const child = spawn(file, args, { env: wrapped.env, stdio: ['pipe', 'pipe', 'ignore', ...fds] })
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    expect(await eventually(() => output.includes('ready'))).toBe(true)
    await run('true', { readOnly })
    expect(existsSync(join(workspace, '.codex'))).toBe(true)
    child.stdin?.write('\n')
    await new Promise((resolve) => child.on('close', resolve))
    await wrapped.cleanup()
    expect(output).toContain('done')
    expect(existsSync(join(workspace, '.codex'))).toBe(false)
  })

  test('an empty directory of the user stays', async () => {
    mkdirSync(join(workspace, '.codex'))
    await run('touch .codex/x', { readOnly: [join(workspace, '.codex')] })
    expect(readdirSync(join(workspace, '.codex'))).toEqual([])
  })

  test("they hold in the machine's temp directory too, which is writable by itself", async () => {
    const script = `mkdir -p .codex/x; touch ${root}/reached; [ -e ${root}/reached ] && echo shared`
    const { output } = await run(script, { writable: [], temp: 'host', readOnly: [join(workspace, '.codex')] })
    expect(readdirSync(workspace)).toEqual([])
    expect(output).toContain('shared')
  })

  test('a symbolic link on the way refuses to run', async () => {
    symlinkSync(outside, join(workspace, '.codex'))
    await expect(run('true', { readOnly: [join(workspace, '.codex')] })).rejects.toMatchObject({
      code: 'sandbox.failed',
    })
    await expect(run('true', { readOnly: [join(workspace, '.codex/agents')] })).rejects.toMatchObject({
      code: 'sandbox.failed',
    })
    expect(readdirSync(outside)).toEqual([])
  })

  test('a .git file stays as it is', async () => {
    writeFileSync(join(workspace, '.git'), 'gitdir: elsewhere\n')
    await run('echo "gitdir: evil" > .git; rm -f .git; mv .git x', { readOnly: protectedOf(join(workspace, '.git')) })
    expect(readFileSync(join(workspace, '.git'), 'utf8')).toBe('gitdir: elsewhere\n')
  })
})

describe('network', () => {
  test('a listener of this machine is not reached; one inside is', async () => {
    const requests: string[] = []
    const server = createServer((request, response) => {
      requests.push(request.url ?? '')
      response.end('outside')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo // a TCP server's
      const ask = `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET /x HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`
      expect((await run(ask)).output).not.toContain('outside')
      expect(requests).toEqual([])
      expect((await run(ask, { network: 'host' })).output).toContain('outside')
      const inside = 'my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1");'
      const answer = 'unless (fork) { my $c = $s->accept; print $c "inside"; exit }'
      const client = 'my $c = IO::Socket::INET->new("127.0.0.1:" . $s->sockport); print <$c>'
      expect((await run(`perl -MIO::Socket::INET -e '${inside} ${answer} ${client}'`)).output).toContain('inside')
    } finally {
      server.close()
    }
  })

  test('Unix sockets, namespaces, ptrace and io_uring are refused', async () => {
    const script = `unshare -Ur true && echo NAMESPACE; mount -t tmpfs x /mnt && echo MOUNT
perl -e 'socket(my $s, 1, 1, 0) and print "UNIX\\n"; my $b = "\\0" x 120; syscall(425, 4, $b) >= 0 and print "URING\\n"; syscall(101, 0, 0, 0, 0) == 0 and print "PTRACE\\n"; socket($s, 2, 1, 0) and print "INET\\n"'`
    const { output } = await run(script)
    expect(output).not.toMatch(/NAMESPACE|MOUNT|UNIX|URING|PTRACE/)
    if (process.arch === 'x64') expect(output).toContain('INET')
  })
})

describe('processes', () => {
  test('exit codes come through, signals as 128 + N', async () => {
    expect((await run('exit 7')).exitCode).toBe(7)
    expect((await run('kill -9 $$')).exitCode).toBe(137)
  })

  test('what forked twice and left the session dies with the command', async () => {
    const { output } = await run(
      `(setsid bash -c 'echo $$ > started; while :; do echo x >> beat; sleep 0.02; done' &) ; while [ ! -s beat ]; do sleep 0.01; done; echo alive`,
    )
    expect(output).toContain('alive')
    expect(await hasStopped(join(workspace, 'beat'))).toBe(true)
  })

  test('a killed sandbox takes everything with it', async () => {
    const wrapped = await sandbox.wrap(
      {
        argv: ['/bin/bash', '-c', 'trap "" TERM; while :; do echo x >> beat; sleep 0.02; done'],
        env: { PATH: '/usr/bin:/bin' },
      },
      policy(),
    )
    const child = start(wrapped, 'pipe')
    expect(await eventually(() => existsSync(join(workspace, 'beat')))).toBe(true)
    child.kill('SIGKILL')
    await new Promise((resolve) => child.on('exit', resolve))
    expect(await hasStopped(join(workspace, 'beat'))).toBe(true)
    await wrapped.cleanup()
  })

  test('the number of processes is bounded', async () => {
    const script = `perl -e 'my $n = 0; for (1..60) { my $p = fork; last unless defined $p; if (!$p) { sleep 20; exit } $n++ } print "forked $n\\n"'`
    const { output } = await run(script, { limits: { maxProcesses: 20 } })
    expect(Number(/forked (\d+)/.exec(output)?.[1])).toBeLessThan(20)
  })

  test('no capability, other process or terminal is there', async () => {
    const { output } = await run(
      `grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; ls /proc | grep -cx ${process.pid}; (: < /dev/tty) 2>/dev/null && echo TTY`,
    )
    expect(output).toMatch(/CapEff:\t0{16}\nCapBnd:\t0{16}\nNoNewPrivs:\t1\n0\n/)
    expect(output).not.toContain('TTY')
  })

  test('the command does not get the descriptors that set the sandbox up', async () => {
    const { output } = await run('for n in 0 1 2 3 4 5 6; do [ -e /proc/$$/fd/$n ] && echo "open $n"; done')
    expect(output).toBe('open 0\nopen 1\nopen 2\n')
  })
})

test('after cleaning up nothing is open or left behind', async () => {
  const openNow = () => readdirSync('/proc/self/fd').length
  await run('true')
  const before = openNow()
  for (let count = 0; count < 5; count += 1)
    await run('true', { readOnly: [join(workspace, '.codex')], denyRead: [join(workspace, 'none')] })
  expect(openNow()).toBe(before)
  expect(readdirSync(workspace)).toEqual([])
  const groups = join('/sys/fs/cgroup/pids')
  const left = existsSync(groups) ? readdirSync(groups).filter((name) => name.startsWith(`codex-${process.pid}-`)) : []
  expect(left).toEqual([])
})

test('what a killed program left goes with the next probe', async () => {
  const gone = execFileSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim()
  const left = join(privateDirectory(), `run-${gone}-x`)
  mkdirSync(left)
  await sandbox.probe(new AbortController().signal)
  expect(existsSync(left)).toBe(false)
})

test('a placeholder that a killed program left goes with the next command', async () => {
  const codex = join(workspace, '.codex')
  holdPlaceholder(codex, 'directory')
  renameSync(...holdOfAnotherProcess())
  await run('true', { readOnly: [codex] })
  expect(existsSync(codex)).toBe(false)
})

/** The one hold of this process, and its name as a process that has ended would have given it. */
function holdOfAnotherProcess(): [string, string] {
  const holds = join(privateDirectory(), 'holds')
  const own = readdirSync(holds).filter((name) => name.includes(`.${process.pid}.`))
  expect(own).toHaveLength(1)
  const gone = execFileSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim()
  const name = own.join('')
  return [join(holds, name), join(holds, name.replace(`.${process.pid}.`, `.${gone}.`))]
}

test('a sandbox that could not be set up says so', async () => {
  const wrapped = await sandbox.wrap({ argv: ['/bin/true'], env: {} }, policy())
  rmSync(workspace, { recursive: true })
  await new Promise((resolve) => start(wrapped, 'pipe').on('exit', resolve))
  expect(await wrapped.hasFailed?.()).toBe(true)
  await wrapped.cleanup()
})

/** True once a file that was growing has kept its size for ten looks. */
async function hasStopped(file: string): Promise<boolean> {
  let size = lstatSync(file).size
  let looks = 0
  return eventually(() => {
    const now = statSync(file).size
    looks = now === size ? looks + 1 : 0
    size = now
    return looks >= 10
  })
}
