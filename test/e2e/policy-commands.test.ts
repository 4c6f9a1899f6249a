import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const own = `prefix_rule(["git", "push", "--force"], "forbidden", justification="It loses work.")
host_executable(name="git", paths=["/usr/bin/git"])
`

test('codex policy explain says for each command which rules speak of it, and what would allow it', async () => {
  const { run, home } = await scriptedSession([], { home: { 'rules/default.rules': own } })
  const line = 'git push origin main | cat > out; ls'
  const text = await run(['policy', 'explain', line])
  expect(text).toMatchObject({ exitCode: 0, stderr: '' })
  expect(text.stdout).toContain('prompt: it is asked about, and denied where nobody can be asked')
  expect(text.stdout).toContain('matches git push origin main …')
  const { stdout } = await run(['policy', 'explain', '--json', line])
  const { commands, ...whole } = JSON.parse(stdout)
  expect(whole).toMatchObject({ answer: 'prompt', rule: 'prompt git push', writes: ['out'] })
  expect(commands).toMatchObject([
    { words: ['git', 'push', 'origin', 'main'], answer: 'prompt', proposals: [{ form: 'exact' }, { form: 'prefix' }] },
    { words: ['cat'], answer: 'match', writes: ['out'], proposals: [] },
    { words: ['ls'], answer: 'match' },
  ])
  const forbidden = await run(['policy', 'explain', 'env git push --force'])
  expect(forbidden.stdout).toContain(`(It loses work.)  ${join(home.codexHome, 'rules/default.rules')}:1`)
  expect(forbidden.stdout).not.toContain('would allow it')
})

test('codex policies list and show name each file, its rules and their lines', async () => {
  const { run, home, workspace } = await scriptedSession([], { home: { 'rules/default.rules': own } })
  await workspace.write({ '.codex/rules/default.rules': 'prefix_rule(["make"])\n' })
  const listed = JSON.parse((await run(['policies', 'list', '--json'])).stdout)
  expect(listed).toMatchObject([
    { id: 'default', layer: 'builtin', trusted: true },
    { id: 'default.rules', layer: 'user', rules: { allow: 0, prompt: 0, forbidden: 1 } },
    { id: 'project:default.rules', layer: 'project', trusted: false, rules: { allow: 1 } },
  ])
  const text = await run(['policies', 'list'])
  expect(text.stdout).toContain('[project, not trusted: allow does not count]')
  const { stdout } = await run(['policies', 'show', 'default.rules'])
  expect(stdout).toContain(`default.rules  [user]\n${join(home.codexHome, 'rules/default.rules')}\n`)
  expect(stdout).toContain('1  forbidden git push --force  (It loses work.)\n')
  expect(stdout).toContain('2  program   git only as /usr/bin/git\n')
  expect(stdout).toContain('1  allow     make')
  expect(await run(['policies', 'show', 'defaul'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Did you mean default'),
  })
})

test('a policy of the user under the name of the built-in one takes none of its rules away', async () => {
  const allowsMake = 'id = "default"\n\n[[rules]]\npattern = ["make", "all"]\n'
  const { run } = await scriptedSession([], { home: { 'policies/default.toml': allowsMake } })
  expect(JSON.parse((await run(['policies', 'list', '--json'])).stdout)).toMatchObject([
    { id: 'default', layer: 'builtin' },
    { id: 'user:default', layer: 'user', rules: { allow: 1 } },
  ])
  expect((await run(['policy', 'test', 'git push'])).stdout).toContain('prompt')
  expect((await run(['policy', 'test', 'make all'])).stdout).toContain('match')
  expect((await run(['policies', 'show', 'default'])).stdout).toMatch(/\[builtin\].*\[user\]/s)
})

const examples = (notMatch: string) =>
  `id = "mine"\n\n[[rules]]\npattern = ["rm", "-rf"]\ndecision = "forbidden"\nmatch = ["rm x -vf --rec", "sudo rm -fr x"]\nnot_match = [${notMatch}]\n`

test('examples of a policy are judged as its rules are: what it would forbid is no example of what it does not match', async () => {
  const { run, home } = await scriptedSession([], { home: { 'policies/mine.toml': examples('"rm x"') } })
  expect(await run(['policy', 'test', 'rm x -vf --rec'])).toMatchObject({ exitCode: 5 })
  await writeFile(join(home.codexHome, 'policies/mine.toml'), examples('"rm x", "env rm -r -f x"'))
  const place = `${home.codexHome}/policies/mine.toml:7:22`
  const stopped = await run(['exec', 'hello'])
  expect(stopped.exitCode).not.toBe(0)
  expect(stopped.stderr).toContain('this rule says "forbidden" of `env rm -r -f x`: it runs `rm -r -f x`')
  expect(stopped.stderr).toContain(place)
  const lint = await run(['lint', '--kind', 'policy'])
  expect(lint.stdout.split('\n').filter((line) => line.includes(place))).toHaveLength(1)
})

const push = 'git push ./mirror main'

test('codex policy suggest names the rule that a denied command lacks, and with it the command runs', async () => {
  const { exec, run, home, workspace } = await execCase(
    [
      { calls: [{ shell: push }, { shell: 'git status' }] },
      { text: 'ok' },
      { calls: [{ shell: push }] },
      { text: 'ok' },
    ],
    { git: true, files: { 'a.txt': 'a\n' } },
  )
  await workspace.git('branch', '-M', 'main')
  await workspace.git('init', '-q', '--bare', 'mirror')
  const mirrored = () => workspace.git('--git-dir', 'mirror', 'branch', '--list')
  expect(JSON.parse((await run(['policy', 'suggest', '--json'])).stdout)).toMatchObject({ questions: 0 })
  await exec(['-s', 'workspace-write', 'go'])
  expect(await mirrored()).toBe('')
  const { stdout } = await run(['policy', 'suggest', '--json'])
  const { questions, saved, suggestions, file } = JSON.parse(stdout)
  expect({ questions, saved, file }).toEqual({
    questions: 1,
    saved: 1,
    file: join(home.codexHome, 'rules/default.rules'),
  })
  expect(suggestions).toMatchObject([{ form: 'exact', saves: 1, unanswered: 1, scripts: [push], alsoMatches: [] }])
  expect((await run(['policy', 'suggest'])).stdout).toContain(`matches ${push} …`)
  await mkdir(join(home.codexHome, 'rules'), { recursive: true })
  await writeFile(file, `${suggestions[0].text}\n`)
  await exec(['-s', 'workspace-write', 'go'])
  expect(await mirrored()).toContain('main')
  expect((await run(['policy', 'suggest'])).stdout).toContain('no question about a command that would be asked again')
})

test('beside a file that did not load, what would be answered to a command is what a thread says', async () => {
  const { run, workspace } = await scriptedSession([])
  for (const [file, text] of [
    ['.codex/policies/mine.toml', 'id = "mine"\nnonsense = 1\n'],
    ['.codex/profiles/mine.toml', 'id = "mine"\nnonsense = 1\n'],
  ] as const) {
    await workspace.write({ [file]: text })
    const refused = await run(['sandbox', '--', 'ls'])
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('code: definition.blocking') })
    for (const argv of [
      ['policy', 'test', 'ls'],
      ['policy', 'explain', 'ls'],
      ['profiles', 'explain', 'exec', 'ls'],
      ['sandbox', '--explain', '--', 'ls'],
    ]) {
      expect(await run(argv)).toMatchObject({ exitCode: 1, stdout: '', stderr: refused.stderr })
    }
    await rm(join(workspace.path, file))
  }
})
