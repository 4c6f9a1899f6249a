import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const under = (profile: string, script: string) => ['sandbox', '--profile', profile, '--', 'sh', '-c', script]
/** npm of the Node that runs the tests, or of the machine. */
const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` }

test('npm packs, installs and runs from files in a home directory that has no cache yet', async () => {
  const { run, home, workspace } = await scriptedSession([], {
    files: {
      'library/package.json': '{ "name": "library", "version": "1.0.0", "bin": "cli.js" }',
      'library/cli.js': '#!/usr/bin/env node\nconsole.log("it runs")\n',
      'app/package.json': '{ "name": "app", "version": "1.0.0", "scripts": { "test": "library" } }',
    },
  })
  const script = [
    ...['set -e', 'cd library', 'npm pack --silent', 'cd ../app'],
    ...[
      'npm install --silent ../library/library-1.0.0.tgz',
      'mv node_modules old',
      'npm ci --silent',
      'npm test',
      'npx library',
    ],
  ]
  const result = await run(under('workspace-write', script.join('\n')), { env })
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(result.stdout.match(/it runs/g)).toHaveLength(2)
  expect(await readFile(join(workspace.path, 'app/package-lock.json'), 'utf8')).toContain('library-1.0.0.tgz')
  expect(readdirSync(home.homeDir)).toContain('.npm')
})

test('programs that npx keeps, and this program itself, are not written', async () => {
  const { run, home } = await scriptedSession([])
  const kept = join(home.homeDir, '.npm/_npx/tool')
  mkdirSync(kept, { recursive: true })
  const own = fileURLToPath(new URL('../../bin/codex.js', import.meta.url))
  const before = readFileSync(own)
  const script = `echo evil > ${kept}/evil; touch ${dirname(own)}/evil; echo >> ${own}; mv ${dirname(own)} ${dirname(own)}2`
  expect((await run(under('workspace-write', script), { env })).exitCode).not.toBe(0)
  expect(readdirSync(kept)).toEqual([])
  expect(readdirSync(dirname(own))).toEqual(['codex.js'])
  expect(readFileSync(own)).toEqual(before)
})

test('under a profile that writes nothing no cache is made', async () => {
  const { run, home } = await scriptedSession([])
  await run(under('offline', 'npm --version'), { env })
  expect(readdirSync(home.homeDir)).not.toContain('.npm')
})

test.each([
  ['standard output by name', 'echo a > /dev/stdout; echo b > /dev/stderr; exec 3>&1; echo c > /dev/fd/3', 'a\nb\nc\n'],
  ['a here-document', 'cat <<END\nline\nEND', 'line\n'],
  ['a terminal', 'script -qec tty /dev/null | grep -c pts', '1\n'],
  ['a lock, a hard link and a rename', 'flock lock true; echo a > x; ln x y; mv y z; rm x; cat z', 'a\n'],
  ['a key in a temp directory', 'd=$(mktemp -d); ssh-keygen -q -t ed25519 -N "" -f $d/k; ls $d', 'k\nk.pub\n'],
  ['an archive', 'mkdir d; echo a > d/a; tar czf d.tgz d; mv d e; tar xzf d.tgz; cat d/a', 'a\n'],
  ['sixty-four processes', 'for i in $(seq 64); do (echo $i > p$i) & done; wait; ls p* | wc -l', '64\n'],
])('ordinary work: %s', async (_, script, stdout) => {
  const { run } = await scriptedSession([])
  expect(await run(under('workspace-write', script))).toMatchObject({ exitCode: 0, stdout })
})

test.each([
  ['a file watcher', `fs.watch('.', () => process.exit(0)); setTimeout(() => fs.writeFileSync('new', ''), 50)`],
  ['threads', `new (require('worker_threads').Worker)('process.exit(0)', { eval: true }).on('exit', process.exit)`],
  [
    'a forked child that answers',
    `fs.writeFileSync('c.js', 'process.send(0)'); require('child_process').fork('./c.js').on('message', process.exit)`,
  ],
  [
    'a server and its client',
    `const s = require('http').createServer((_, r) => r.end('a')).listen(0, async () => { await (await fetch('http://localhost:' + s.address().port)).text(); process.exit(0) })`,
  ],
])('ordinary work in Node: %s', async (_, code) => {
  const { run } = await scriptedSession([], { files: { 'main.js': `const fs = require('fs'); ${code}` } })
  const argv = ['sandbox', '--profile', 'workspace-write', '--', process.execPath, 'main.js']
  expect(await run(argv)).toMatchObject({ exitCode: 0 })
})
