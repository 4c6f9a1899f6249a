import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lastUserText, type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'

const command = (name: string, text = 'Do it.') =>
  `---\nname: ${name}\ndescription: ${name} of the test\n---\n${text}\n`
const agent = (id: string, more = '') =>
  `[agent]\nid = "${id}"\nname = "A"\ndescription = "d"\n[prompt]\nsystem = "s"\n${more}\n`
const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, i) => line(i))

/** Files that are wrong each in its own way, by path below a folder of definitions; and a part of what is said of each. */
const bad: readonly (readonly [path: string, content: string | Buffer, said: string])[] = [
  ['commands/binary.md', Buffer.from('89504e470d0a1a0a', 'hex'), 'binary.md:1:1: Not valid UTF-8'],
  ['commands/nul.md', 'a\0b', 'nul.md:1:2: Not text: a NUL byte at offset 1'],
  ['commands/utf16.md', Buffer.from('\ufeffHi', 'utf16le'), 'utf16.md:1:1: UTF-16 text, not UTF-8'],
  ['commands/mark.md', '\ufeff', 'mark.md:1: The command has no text to send'],
  [
    'commands/keys.md',
    `---\n${lines(10_000, (index) => `k${index}: 1`).join('\n')}\n---\nHi`,
    'keys.md: This file has 9980 more problems, which are not shown',
  ],
  [
    'commands/deep.md',
    `---\nargs: ${'['.repeat(1000)}\n---\nHi`,
    'deep.md:2:106: The front matter nests more than 100 deep',
  ],
  [
    'commands/bomb.md',
    '---\na: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\nHi',
    'bomb.md:3:9: Front matter with aliases (*name) is not read',
  ],
  ['commands/proto.md', '---\n__proto__: { a: 1 }\n---\nHi', 'proto.md:2:1: Unknown field "__proto__"'],
  ['commands/twice.md', command('good'), 'commands/twice.md: "good" is already defined in'],
  ['commands/long.md', command('x'.repeat(300)), 'long.md:2:1: Too big: expected string to have <=64 characters'],
  ['commands/Großes Ä.md', '---\ndescription: d\n---\nHi', 'Großes Ä.md: "Großes Ä" cannot be the name of a command'],
  ['commands/Good.md', '---\ndescription: d\n---\nHi', 'Good.md: "Good" cannot be the name of a command'],
  ['commands/a\nb.md', '---\ndescription: d\n---\nHi', 'a\\nb.md: "a\\nb" cannot be the name'],
  ['commands/\u001b[2Jc.md', '---\ndescription: d\n---\nHi', '/\\x1b[2Jc.md: "\\x1b[2Jc" cannot be the name'],
  ['commands/\u202edm.md', '---\ndescription: d\n---\nHi', '/\\u202edm.md: "\\u202edm" cannot be the name'],
  ['agents/deep.toml', agent('deep', `${'a.'.repeat(100_000)}b = 1`), 'deep.toml:7:402: Nested more than 200 deep'],
  ['agents/arrays.toml', agent('arrays', `x = ${'['.repeat(100_000)}`), 'arrays.toml:7:205: Nested more than 200 deep'],
  [
    'agents/tables.toml',
    agent('tables', lines(10_000, (index) => `[t${index}]`).join('\n')),
    'tables.toml: This file has 9980 more problems',
  ],
  ['agents/proto.toml', agent('proto', '[__proto__]\na = 1'), 'proto.toml:7:1: The key __proto__ is not allowed'],
]

/** Puts all of the above, and what is no file at all, into a folder. What is to be said of it. */
async function fillWithBad(folder: string): Promise<readonly string[]> {
  for (const name of ['commands', 'agents']) await mkdir(join(folder, name), { recursive: true })
  for (const [path, content] of bad) await writeFile(join(folder, path), content)
  const commands = join(folder, 'commands')
  await writeFile(join(commands, 'large.md'), command('large'))
  await truncate(join(commands, 'large.md'), 50_000_000)
  execFileSync('mkfifo', [join(commands, 'pipe.md')])
  const server = createServer().listen(join(commands, 'socket.md'))
  onTestFinished(() => void server.close())
  await symlink('loop.md', join(commands, 'loop.md'))
  await symlink('..', join(commands, 'up'))
  await symlink('/dev/zero', join(commands, 'zero.md'))
  await symlink('nowhere', join(commands, 'dangling.md'))
  await mkdir(join(commands, 'folder.md'))
  await writeFile(join(commands, 'folder.md', 'inner.md'), command('inner'))
  return [
    ...bad.map(([, , said]) => said),
    'large.md: The file has 50000000 bytes; at most 1048576 are read',
    'pipe.md: This is not a regular file',
    'socket.md: This is not a regular file',
    'zero.md: This is not a regular file',
    'loop.md: The symbolic link leads back to itself',
    'dangling.md: The symbolic link leads to nothing',
  ]
}

async function badHome(): Promise<{ readonly session: ScriptedSession; readonly said: readonly string[] }> {
  const session = await scriptedSession([{ text: 'Done.' }, { text: 'Done.' }], {
    home: { 'commands/good.md': command('good', 'Be good.'), 'agents/good.toml': agent('good') },
  })
  return { session, said: await fillWithBad(session.home.codexHome) }
}

const controls = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

test('all that is wrong with a home is said once by the lists, and what is good is listed', async () => {
  const { session, said } = await badHome()
  const [commands, agents] = [await session.run(['commands', 'list']), await session.run(['agents', 'list'])]
  expect([commands.exitCode, agents.exitCode]).toEqual([0, 0])
  expect(commands.stdout).toMatch(/\/good\b/)
  expect(commands.stdout).toMatch(/\/inner\b/)
  expect(agents.stdout).toMatch(/^good\b/m)
  const stderr = `${commands.stderr}${agents.stderr}`
  for (const text of said) expect(stderr).toContain(text)
  expect(stderr).not.toContain('should not happen')
  expect(`${stderr}${commands.stdout}`).not.toMatch(controls)
  expect(stderr.length).toBeLessThan(40_000)
})

test('codex doctor ends with 1 and names every bad file', async () => {
  const { session, said } = await badHome()
  const { exitCode, stdout } = await session.run(['doctor'])
  expect(exitCode).toBe(1)
  for (const text of said) expect(stdout).toContain(text)
  expect(stdout).not.toMatch(controls)
})

test('a good command and a good agent run beside bad ones; a bad one is told by its file', async () => {
  const { session } = await badHome()
  const run = await session.run(['exec', '/good'])
  expect(run.exitCode, run.stderr).toBe(0)
  expect(lastUserText(sentBody(session.server, -1))).toContain('Be good.')
  expect((await session.run(['@good', 'hello there'])).exitCode).toBe(0)
  const broken = await session.run(['/bomb'])
  expect(broken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('bomb.md') })
  expect(session.server.requests).toHaveLength(2)
})

test('the same in a repository that is not trusted harms nothing', async () => {
  const session = await scriptedSession([{ text: 'Done.' }])
  await fillWithBad(join(session.workspace.path, '.codex'))
  await session.workspace.write({ '.codex/commands/esc.md': '---\ndescription: "\\e[2Jgone"\n---\nHi\n' })
  const listed = await session.run(['commands', 'list'])
  expect(listed.exitCode).toBe(0)
  expect(listed.stdout).toContain('project:good')
  expect(listed.stdout).toContain('\\x1b[2Jgone')
  expect(listed.stderr).toContain('The symbolic link leads out of a directory that is not trusted')
  expect(`${listed.stdout}${listed.stderr}`).not.toMatch(controls)
  const { exitCode, stderr } = await session.run(['exec', 'hello'])
  expect(exitCode, stderr).toBe(0)
})

test('of 20,000 command files the first 5,000 count, and that is said', async () => {
  const session = await scriptedSession([{ text: 'Done.' }])
  const folder = join(session.home.codexHome, 'commands')
  await mkdir(folder)
  for (let start = 0; start < 20_000; start += 500) {
    await Promise.all(
      lines(500, (index) => `c${start + index}`).map((name) => writeFile(join(folder, `${name}.md`), name)),
    )
  }
  const { exitCode, stdout, stderr } = await session.run(['commands', 'list', '--json'])
  expect(exitCode).toBe(0)
  expect(stderr).toContain(`${folder}: There are more than 5000 definitions here; the rest is left out`)
  expect(JSON.parse(stdout).length).toBeGreaterThanOrEqual(5_000)
  expect((await session.run(['exec', '/c1'])).exitCode).toBe(0)
})

test('a repository of 100,000 files is worked in from its root and from below; a prompt lists as many files as it may', async () => {
  const session = await scriptedSession([{ text: 'Done.' }, { text: 'Done.' }], {
    files: {
      '.codex/commands/list.md': '---\nname: list\ndescription: d\n---\n{{#each context.files}}{{this}} {{/each}}\n',
    },
    git: true,
  })
  for (let start = 0; start < 100_000; start += 1000) {
    const folder = join(session.workspace.path, `d${(start / 10_000) | 0}`, `e${start / 1000}`, 'f/g/h')
    await mkdir(folder, { recursive: true })
    for (const name of lines(1000, (index) => `n${index}.txt`)) writeFileSync(join(folder, name), '')
  }
  const root = await session.run(['exec', '/project:list'])
  expect(root.exitCode, root.stderr).toBe(0)
  const prompt = lastUserText(sentBody(session.server, -1))
  expect(prompt).toContain('d0/e0/f/g/h/n0.txt')
  expect(prompt).toContain('[context.files is cut')
  expect(prompt.length).toBeLessThan(500_000)
  const deep = await session.run(['exec', '-C', join(session.workspace.path, 'd9/e99/f/g/h'), 'hello'])
  expect(deep.exitCode, deep.stderr).toBe(0)
  expect((await session.run(['commands', 'list'])).stdout).toContain('project:list')
})

test.runIf(process.geteuid?.() === 0)(
  'files and folders that the user may not read are said, the rest works',
  async () => {
    const session = await scriptedSession([])
    await session.home.write({
      'commands/good.md': command('good'),
      'commands/secret.md': command('secret'),
      'commands/closed/in.md': command('in'),
    })
    const { homeDir, codexHome } = session.home
    execFileSync('chown', ['-R', '65534:65534', homeDir, session.workspace.path])
    for (const name of ['secret.md', 'closed']) {
      await chmod(join(codexHome, 'commands', name), 0)
      execFileSync('chown', ['0:0', join(codexHome, 'commands', name)])
    }
    await chmod(homeDir, 0o755)
    const found = await session.run(['commands', 'list'], { userId: 65_534 })
    expect(found.stderr).toContain('secret.md: The file cannot be read: EACCES')
    expect(found.stderr).toContain('closed: The directory cannot be read: EACCES')
    expect(found.stdout).toMatch(/\/good\b/)
    expect(found.exitCode).toBe(0)
  },
)
