import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sandbox } from '../../plugins/sandbox-macos/src/sandbox.ts'
import { chooseBackend } from '../../src/sandbox/choose-backend.ts'
import { openSeatbeltLab } from '../support/seatbelt-lab.ts'

const signal = new AbortController().signal

test('it works where it is tried', async () => {
  expect(await chooseBackend([sandbox], process.platform, signal)).toMatchObject({ backend: sandbox })
})

test('the workspace and a temp directory of its own are written, and nothing else', async () => {
  const { run, workspace, outside } = openSeatbeltLab()
  const beside = `/private/tmp/codex-seatbelt-${process.pid}`
  const script = `echo a > in.txt; echo b > "$TMPDIR/x" && cat "$TMPDIR/x"; echo c > ${outside}/no; echo d > ${beside}; echo e > /etc/no; echo f > /dev/stdout`
  const { output } = await run(script)
  expect(output).toContain('b\n')
  expect(output).toContain('f\n')
  expect(readFileSync(join(workspace, 'in.txt'), 'utf8')).toBe('a\n')
  expect([join(outside, 'no'), beside, '/etc/no'].filter((path) => existsSync(path))).toEqual([])
})

test('a file outside is not written by a second name inside', async () => {
  const { run, outside } = openSeatbeltLab()
  writeFileSync(join(outside, 'f'), 'before')
  await run(`ln ${outside}/f f; echo x > f; ln -f ${outside}/f g; echo x >> g`)
  expect(readFileSync(join(outside, 'f'), 'utf8')).toBe('before')
})

test('temp files of others are not read where the temp directory is private', async () => {
  const { run } = openSeatbeltLab()
  const other = openSeatbeltLab({ note: 'planted' })
  expect((await run(`cat ${other.workspace}/note`)).output).not.toContain('planted')
  expect((await run(`cat ${other.workspace}/note`, { temp: 'host' })).output).toContain('planted')
})

describe('a denied file', () => {
  const ways: Readonly<Record<string, string>> = {
    'by its name': 'cat conf/.env',
    'in another letter case': 'cat conf/.ENV CONF/.env',
    'through a link': 'ln -s conf/.env link && cat link',
    'by a second name': 'ln conf/.env copy; cat copy',
    'moved away': 'mv conf/.env copy; cat copy',
    'with its directory moved away': 'mv conf other; cat other/.env',
    'as a clone': 'cp -c conf/.env copy; cat copy',
    'in a clone of its directory': `python3 -c 'import ctypes; ctypes.CDLL(None).clonefile(b"conf", b"copy", 0)'; cat copy/.env`,
    'after a change of its mode': 'chmod 777 conf/.env; cat conf/.env',
    'by a program': `python3 -c 'print(open("conf/.env").read())'; perl -pe 1 conf/.env; tar -cf - conf`,
  }
  test.each(Object.entries(ways))('is not read %s', async (_, script) => {
    const { run, workspace } = openSeatbeltLab({ 'conf/.env': 'planted', 'conf/a': 'shown' })
    const { output } = await run(`${script}; cat conf/a`, { denyRead: [join(workspace, 'conf/.env')] })
    expect(output).not.toContain('planted')
    expect(output).toContain('shown')
    expect(readFileSync(join(workspace, 'conf/.env'), 'utf8')).toBe('planted')
  })
})

describe('what must stay as it is', () => {
  const protectedFiles = { '.git/config': 'before', '.git/hooks/sample': 'before', '.git/HEAD': 'ref' }
  const ways: Readonly<Record<string, string>> = {
    'is not written': 'echo x > .git/config; echo x > .git/hooks/pre-commit',
    'is not written in another letter case': 'echo x > .GIT/CONFIG; mkdir .git/HOOKS; echo x > .git/Hooks/pre-commit',
    'is not replaced':
      'echo x > new; mv -f new .git/config; rm -rf .git/hooks; mkdir .git/hooks; echo x > .git/hooks/pre-commit',
    'is not moved away': 'mv .git old; mv .git/hooks old; mkdir -p .git/hooks; echo x > .git/hooks/pre-commit',
    'is not written by a second name': 'ln .git/config second; echo x > second',
  }
  test.each(Object.entries(ways))('%s', async (_, script) => {
    const { run, workspace } = openSeatbeltLab(protectedFiles)
    const readOnly = [join(workspace, '.git/config'), join(workspace, '.git/hooks')]
    const { output } = await run(`${script}; echo y > .git/objects && echo went on`, { readOnly })
    expect(output).toContain('went on')
    expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toBe('before')
    expect(readdirSync(join(workspace, '.git/hooks'))).toEqual(['sample'])
  })

  test('what is missing is not made, in any letter case, and leaves no trace', async () => {
    const { run, workspace } = openSeatbeltLab()
    const readOnly = ['.git', '.git/hooks', '.codex', '.agents'].map((name) => join(workspace, name))
    const script =
      'mkdir .git .GIT .Codex .AGENTS ".agent\u017f"; echo x > .codex; mkdir new; mv new .codex; ln -s new .git; git init; ls -A'
    expect((await run(`${script} | grep -v new`, { readOnly })).output).not.toMatch(/^\.(?:git|codex|agent)/im)
    expect(readdirSync(workspace)).toEqual(['new'])
  })
})

test('a workspace with characters of the profile’s own language in its name is one like others', async () => {
  const { run, workspace } = openSeatbeltLab({ 'a (1) "b" \\ ; #\n日本/x': 'text' })
  const odd = join(workspace, 'a (1) "b" \\ ; #\n日本')
  const changes = { cwd: odd, writable: [odd], readOnly: [join(odd, '.git')] }
  const { output } = await run('cat x; echo y > y && cat y; mkdir .git; echo z > ../z', changes)
  expect(output).toContain('texty\n')
  expect(readdirSync(odd).sort()).toEqual(['x', 'y'])
  expect(existsSync(join(workspace, 'z'))).toBe(false)
})

test('what was granted is opened, and nothing beside it', async () => {
  const { run, outside } = openSeatbeltLab()
  mkdirSync(join(outside, 'there'))
  writeFileSync(join(outside, 'there/old'), 'old')
  const granted = [
    { access: 'write', path: join(outside, 'there') },
    { access: 'write', path: join(outside, 'new/deep/file') },
  ] as const
  const script = `cd ${outside}; echo x > there/new; mkdir -p new/deep; echo x > new/deep/file; echo x > new/deep/other; echo x > beside; mv there away`
  await run(script, { granted })
  expect(readdirSync(outside).sort()).toEqual(['new', 'there'])
  expect(readdirSync(join(outside, 'there')).sort()).toEqual(['new', 'old'])
  expect(readdirSync(join(outside, 'new/deep'))).toEqual(['file'])
})

test('where readable paths are named, others are not read, and programs run', async () => {
  const { run, workspace, outside } = openSeatbeltLab({ a: 'shown' })
  writeFileSync(join(outside, 'b'), 'planted')
  const { output, exitCode } = await run(`cat a; ls ${outside}; cat ${outside}/b; python3 -c 'print(1 + 1)'`, {
    readable: [workspace],
    writable: [],
  })
  expect(output).toContain('shown')
  expect(output).toContain('2\n')
  expect(output).not.toContain('planted')
  expect(exitCode).toBe(0)
})

test('ordinary work goes on: git, a build of several processes, a terminal of its own, locks', async () => {
  const { run, workspace } = openSeatbeltLab({ Makefile: 'all: a b\na b:\n\techo $@ > $@\n' })
  const git = 'git -c user.name=T -c user.email=t@example.invalid'
  const script = [
    `git init -q . && git add Makefile && ${git} commit -qm first && git log --format=%s`,
    'make -j2 -s && cat a b',
    `python3 -c 'import pty; pty.spawn(["/bin/echo", "from a terminal"])'`,
    `python3 -c 'import multiprocessing as m; l = m.Lock(); l.acquire(); print("locked")'`,
    'id -un > /dev/null && node -e "console.log(os.cpus().length > 0)"',
  ].join(' && ')
  const { output, exitCode } = await run(script)
  expect(output.replaceAll('\r', '')).toContain('first\na\nb\nfrom a terminal\nlocked\ntrue\n')
  expect(exitCode).toBe(0)
  expect(existsSync(join(workspace, '.git/HEAD'))).toBe(true)
})
