import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

async function lint(files: Readonly<Record<string, string>>, words: readonly string[] = ['.codex']) {
  const { run, workspace, home } = await scriptedSession([], { files })
  const result = await run(['lint', ...words])
  const lines = result.stdout.replaceAll(`${workspace.path}/`, '').trimEnd().split('\n')
  return { ...result, lines, workspace, home, run }
}

const hello = '---\nname: hello\ndescription: d\n---\nHello.\n'

test('lint without a path checks everything that is loaded, and finds nothing wrong in what comes with the program', async () => {
  const { exitCode, stdout } = await lint({ '.codex/commands/hello.md': hello }, [])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+ files, nothing wrong\n$/) })
})

test('every kind is told by its place, each problem with file, line and column, and the exit code is 1', async () => {
  const { exitCode, lines } = await lint({
    '.codex/commands/bad.md': '---\nname: bad\ndescription: d\nprofile: ofline\n---\nHello {{nothing}}\n',
    '.codex/agents/bad.toml': '[agent]\nid = "bad"\nname = 5\ndescription = "d"\n',
    '.codex/profiles/bad.toml': 'id = "bad"\nextends = "offlin"\n',
    '.codex/policies/bad.toml': 'id = "bad"\n[[rules]]\npattern = ["ls"]\nmatch = ["cat"]\n',
    '.codex/rules/bad.rules': 'prefix_rule(pattern = ["ls"], decision = "perhaps")\n',
    '.codex/config.toml': 'model = 5\n',
    '.codex/scan-rules/bad.yml': 'id: bad\n',
  })
  expect(exitCode).toBe(1)
  const places = lines.flatMap((line) => /^error: (\S+?:\d+(?::\d+)?): /.exec(line)?.[1] ?? [])
  expect(places).toEqual(
    expect.arrayContaining([
      '.codex/commands/bad.md:4:1',
      '.codex/commands/bad.md:6:9',
      '.codex/agents/bad.toml:3:1',
      '.codex/profiles/bad.toml:2:1',
      '.codex/policies/bad.toml:4:10',
      '.codex/config.toml:1:1',
      expect.stringMatching(/^\.codex\/rules\/bad\.rules:1/),
      expect.stringMatching(/^\.codex\/scan-rules\/bad\.yml:1/),
    ]),
  )
  expect(lines.at(-1)).toMatch(/^7 files: \d+ errors, 0 warnings$/)
})

test('a scan rule that the parser of its language refuses is an error at the field', async () => {
  const rule = (text: string) =>
    `id: own\nlanguage: python\nseverity: low\nmessage: Found\nwhy: Because.\nrule: ${text}\n`
  const { exitCode, lines } = await lint({
    '.codex/scan-rules/kind.yml': rule('{ pattern: run($X), inside: { kind: function_declaration } }'),
    '.codex/scan-rules/regex.yml': rule('{ kind: call, regex: "(" }'),
    '.codex/scan-rules/right.yml': rule('{ pattern: run($X) }'),
  })
  expect(exitCode).toBe(1)
  expect(lines[0]).toMatch(
    /^error: \.codex\/scan-rules\/kind\.yml:6:\d+: python cannot use it: Kind `function_declaration` is invalid/,
  )
  expect(lines.join('\n')).toMatch(/error: \.codex\/scan-rules\/regex\.yml:6:\d+: python cannot use it: /)
  expect(lines.join('\n')).not.toContain('right.yml')
})

test('places are right behind CRLF, a byte order mark and tabs', async () => {
  const { lines } = await lint({
    '.codex/commands/bad.md':
      '\uFEFF---\r\nname: bad\r\ndescription: d\r\nallowed_tools:\r\n  - red_file\r\n---\r\nHi.\r\n',
    '.codex/agents/x.toml':
      '\uFEFF[agent]\r\nid = "x"\r\nname = "X"\r\ndescription = "d"\r\n[activation]\r\n\t\tfile_patterns = ["src/**", "/x"]\r\n[prompt]\r\nsystem = "s"\r\n',
  })
  expect(lines[0]).toContain('.codex/agents/x.toml:6:30: "/x" matches no file')
  expect(lines[1]).toContain('.codex/commands/bad.md:5:5: No tool is called "red_file"')
  expect(lines[1]).toContain('Did you mean read_file?')
})

test('warnings do not fail, unless there are more than --max-warnings', async () => {
  const files = { '.codex/commands/plain.md': '---\nname: plain\n---\nHi.\n' }
  expect((await lint(files)).exitCode).toBe(0)
  expect((await lint(files, ['.codex', '--max-warnings', '1'])).exitCode).toBe(0)
  const { exitCode, lines } = await lint(files, ['.codex', '--max-warnings', '0'])
  expect(exitCode).toBe(1)
  expect(lines.at(-1)).toBe('1 file: 0 errors, 1 warning')
})

test('names that nothing has, aliases that clash, profiles in a circle and rules that never decide are found', async () => {
  const { lines } = await lint({
    '.codex/commands/a.md': '---\nname: a\ndescription: d\nagent: code-reviever\n---\nHi.\n',
    '.codex/agents/x.toml':
      '[agent]\nid = "x"\nname = "X"\ndescription = "d"\naliases = ["default"]\n[permissions]\nallowed_tools = { code-scan = true, make = true }\n[prompt]\nsystem = "s"\n',
    '.codex/profiles/p.toml': 'id = "p"\nextends = "q"\n',
    '.codex/profiles/q.toml': 'id = "q"\nextends = "p"\n',
    '.codex/policies/r.toml':
      'id = "r"\n[[rules]]\npattern = ["git"]\ndecision = "forbidden"\n[[rules]]\npattern = ["git", "push"]\ndecision = "prompt"\n[[rules]]\npattern = [["hg", "/opt/hg"]]\n',
  })
  const text = lines.join('\n')
  expect(text).toContain('a.md:4:1: No agent is called "code-reviever" (field: agent). Did you mean code-reviewer')
  expect(text).toContain('x.toml:5:12: "default" is the id of another agent')
  expect(text).toContain('"code-scan" is no tool, so it is taken as a program')
  expect(text).not.toContain('"make"')
  expect(text).toContain('p.toml:2:1: Profiles extend each other')
  expect(text).toContain('r.toml:5:1: This rule never decides: the one of line 2 says "forbidden"')
  expect(text).toContain('r.toml:9:19: This rule allows only a command that is written as /opt/hg')
})

test('a command may name an agent and a profile of its own repository, trusted or not', async () => {
  const files = {
    '.codex/commands/a.md': '---\nname: a\ndescription: d\nagent: mine\nprofile: narrow\n---\nHi.\n',
    '.codex/agents/mine.toml': '[agent]\nid = "mine"\nname = "M"\ndescription = "d"\n[prompt]\nsystem = "s"\n',
    '.codex/profiles/narrow.toml': 'id = "narrow"\nextends = "offline"\n',
  }
  const { lines, run } = await lint(files)
  expect(lines).toEqual(['3 files, nothing wrong'])
  await run(['trust'])
  expect((await run(['lint', '.codex', '--max-warnings', '0'])).exitCode).toBe(0)
})

test('a file whose kind cannot be told needs --kind, and an unknown kind names the nearest', async () => {
  const files = { 'hello.md': hello }
  const untold = await lint(files, ['hello.md'])
  expect(untold).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('--kind') })
  expect((await lint(files, ['hello.md', '--kind', 'command'])).exitCode).toBe(0)
  expect(await lint(files, ['hello.md', '--kind', 'comand'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Did you mean command?'),
  })
  expect((await lint(files, ['none.md'])).stdout).toContain('There is no such file')
})

test('--json gives the problems as data, and --format github annotations', async () => {
  const files = { '.codex/profiles/p.toml': 'id = "p"\nextends = "offlin"\n' }
  const { stdout, workspace } = await lint(files, ['.codex', '--json'])
  expect(JSON.parse(stdout)).toMatchObject([
    {
      severity: 'error',
      code: 'profile.extends',
      file: join(workspace.path, '.codex/profiles/p.toml'),
      ...{ line: 2, column: 1, field: 'extends' },
      hint: 'Did you mean offline?',
    },
  ])
  expect((await lint(files, ['.codex', '--format', 'github'])).lines).toEqual([
    '::error file=.codex/profiles/p.toml,line=2,col=1,title=profile.extends::Profile "project:p" extends "offlin", which no profile is called. Did you mean offline?',
  ])
})

test('a configuration that does not load is one of the problems, and the other files are checked all the same', async () => {
  const { home, run } = await lint({ '.codex/profiles/p.toml': 'id = "p"\nextends = "offlin"\n' })
  await home.write({ 'config.toml': 'model = 5\n' })
  const { exitCode, stdout } = await run(['lint'])
  expect(exitCode).toBe(1)
  expect(stdout).toContain(`${join(home.codexHome, 'config.toml')}:1:1: expected string, received number`)
  expect(stdout).toContain('extends "offlin"')
})

test('two files of one id in a layer are told where everything is set side by side', async () => {
  const { stdout, exitCode } = await lint({ '.codex/commands/a.md': hello, '.codex/commands/b.md': hello }, [])
  expect(exitCode).toBe(1)
  expect(stdout).toContain('is already defined in')
})

test('a playbook is checked down to its templates: names that are not there, later steps, arguments that a tool does not take', async () => {
  const { exitCode, lines } = await lint({
    '.codex/agents/book.toml': [
      '[agent]\nid = "book"\nname = "B"\ndescription = "d"',
      '[playbook]\nreport = """\n{{counts.total}}\n{{stps.find.text}}\n"""',
      '[[playbook.steps]]\nid = "find"\ntool = "search"\nwhen = "steps.again.failed"\narguments = { patern = "x" }',
      '[[playbook.steps]]\nid = "again"\ntool = "read_file"\nfor_each = "steps.find.structured.matches"\narguments = { path = "{{item.file}}" }\n',
    ].join('\n'),
    '.codex/agents/twice.toml':
      '[agent]\nid = "twice"\nname = "T"\ndescription = "d"\n[[playbook.steps]]\nid = "a"\ntool = "search"\n[[playbook.steps]]\nid = "a"\ntool = "search"\n',
  })
  expect(exitCode).toBe(1)
  expect(lines.slice(0, -1).map((line) => line.replace(/^error: \.codex\/agents\//, ''))).toEqual([
    expect.stringMatching(
      /^book\.toml:8:3: "stps\.find\.text" is not a name .*\(field: playbook\.report\)\. Did you mean steps\?/,
    ),
    expect.stringMatching(/^book\.toml:13:9: "steps\.again\.failed" is not a name .*There is nothing in steps\.$/),
    expect.stringMatching(/^book\.toml:14:1: The tool search needs "pattern"/),
    expect.stringMatching(/^book\.toml:14:15: The tool search takes no "patern".*Did you mean pattern\?/),
    expect.stringMatching(/^twice\.toml:9:1: Another step is called "a"/),
  ])
})

test('two files of a kind that a plugin brings with one id are told, and a step whose tool the agent may not use', async () => {
  const rule = (text: string) =>
    `id: own\nlanguage: python\nseverity: low\nmessage: Found\nwhy: Because.\nrule: { pattern: ${text} }\n`
  const agent = (tools: string) =>
    `[agent]\nid = "leaks"\nname = "Leaks"\ndescription = "d"\n[permissions]\nfile_access = "read-only"\nallowed_tools = { ${tools} }\n[[playbook.steps]]\nid = "look"\ntool = "search"\narguments = { pattern = "x" }\n`
  const { exitCode, lines } = await lint(
    {
      '.codex/scan-rules/a.yml': rule('run($X)'),
      '.codex/scan-rules/b.yml': rule('go($X)'),
      '.codex/agents/leaks.toml': agent('list_dir = true'),
      '.codex/agents/right.toml': agent('"sea*" = true').replace('"leaks"', '"right"'),
    },
    [],
  )
  expect(exitCode).toBe(1)
  const errors = lines.filter((line) => line.startsWith('error: '))
  expect(errors).toEqual([
    'error: .codex/agents/leaks.toml:10:1: The agent may not use search, so this step cannot work (field: playbook.steps.0.tool). Add search = true to [permissions.allowed_tools].',
    expect.stringMatching(/^error: \.codex\/scan-rules\/b\.yml: ".*own" is already defined in .*a\.yml/),
  ])
})
