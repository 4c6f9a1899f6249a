import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openLinuxSandboxLab } from '../../../test/support/linux-sandbox-lab.ts'
import { privateDirectory } from './private-directory.ts'
import { sandbox } from './sandbox.ts'

const lab = openLinuxSandboxLab()
const { workspace, outside, policy, start, run, eventually } = lab
beforeEach(lab.reset)
afterAll(lab.close)

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

test('a sandbox that could not be set up says so', async () => {
  const wrapped = await sandbox.wrap({ argv: ['/bin/true'], env: {} }, policy())
  rmSync(workspace, { recursive: true })
  await new Promise((resolve) => start(wrapped, 'pipe').on('exit', resolve))
  expect(await wrapped.hasFailed?.()).toBe(true)
  await wrapped.cleanup()
})

test('a directory of another user that no command may enter is named, with what to do', async () => {
  const isRoot = process.geteuid?.() === 0
  const closed = join(workspace, 'closed')
  const inside = join(closed, '.codex')
  mkdirSync(inside, { recursive: true })
  chmodSync(closed, 0o700)
  if (isRoot) for (const path of [inside, closed]) chownSync(path, 4242, 4242)
  const wrapped = await sandbox.wrap({ argv: ['/bin/true'], env: {} }, policy({ readOnly: [inside] }))
  await new Promise((resolve) => start(wrapped, 'pipe').on('exit', resolve))
  expect(await wrapped.hasFailed?.()).toBe(isRoot)
  const expected = {
    reason: `no command may enter ${closed} (of user 4242, mode 0700), so ${inside} cannot be protected`,
    fix: expect.stringContaining(`chmod o+x ${closed}`),
  }
  expect(await wrapped.explainFailure?.()).toEqual(isRoot ? expected : undefined)
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
