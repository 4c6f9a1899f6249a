// Past 400 lines: all tests expand in the one real repository and gate that are set up here.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CommandDefinition, commandMetadataSchema } from '../plugin-api/command.ts'
import type { Action, Decision, PermissionLayer } from '../plugin-api/index.ts'
import { gitRead } from '../sandbox/git-read.ts'
import { auditPlace, createExecPolicy, createGate, everything, type Gate, openAudit } from '../security/index.ts'
import { type ExpandDeps, expandCommand } from './expand-command.ts'
import { markData } from './mark-data.ts'

const signal = new AbortController().signal
let root: string
let workspace: string
/** What the gate was asked, and what git was run with, in order. */
let actions: Action[]
let gitCalls: string[]
let settled: { decision: Decision; status: string }[]

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'expand-')))
  workspace = join(root, 'ws')
  mkdirSync(join(root, 'home', '.codex'), { recursive: true })
  mkdirSync(workspace)
  actions = []
  gitCalls = []
  settled = []
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(file: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(workspace, file)), { recursive: true })
  writeFileSync(join(workspace, file), text)
}

function git(...args: string[]): void {
  const env = { PATH: process.env.PATH ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1' }
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid']
  execFileSync('git', [...identity, ...args], { cwd: workspace, env, stdio: 'ignore' })
}

/** The real gate over the whole machine, narrowed by reading rules, which tells what it was asked. */
async function openGate(read: { allow: string[]; deny: string[] } = { allow: ['/**'], deny: [] }): Promise<Gate> {
  const dimension = { allow: [read], askable: [read] }
  const layer: PermissionLayer = { name: 'profile test', permissions: { ...everything, read: dimension } }
  const gate = createGate({
    threadId: 't',
    layers: [layer],
    places: {
      workspaceRoot: workspace,
      codexHome: join(root, 'home/.codex'),
      homeDir: join(root, 'home'),
      tempDir: root,
    },
    protection: 'on',
    execPolicy: createExecPolicy([]),
    approvalPolicy: 'never',
    sandbox: { required: false, find: async () => ({ available: true, backend: 'test' }) },
    audit: await openAudit(auditPlace(root), {
      now: () => new Date(),
      redact: (text) => text,
      hideNames: (text) => text,
    }),
  })
  return {
    ...gate,
    authorize(action, abort) {
      actions.push(action)
      return gate.authorize(action, abort)
    },
    settle(decision, outcome) {
      settled.push({ decision, status: outcome.status })
      return gate.settle(decision, outcome)
    },
  }
}

function commandOf(template: string, args: object[] = []): CommandDefinition {
  return { ...commandMetadataSchema.parse({ args }), name: 'try', template, templateLine: 7 }
}

async function expand(template: string, options: { args?: object[]; argv?: string[] } & Partial<ExpandDeps> = {}) {
  const { args, argv, ...deps } = options
  return expandCommand(
    commandOf(template, args),
    argv ?? [],
    {
      gate: deps.gate ?? (await openGate()),
      workspaceRoot: workspace,
      cwd: workspace,
      vars: {},
      git(gitArgs, how, abort) {
        gitCalls.push(gitArgs.join(' '))
        return gitRead(gitArgs, how, abort)
      },
      file: '/somewhere/try.md',
      ...deps,
    },
    signal,
  )
}

function commitOneFile(): void {
  git('init', '-q', '-b', 'main', '--template=')
  write('a.txt', 'one\n')
  git('add', '-A')
  git('commit', '-qm', 'first')
}

describe('arguments and variables', () => {
  const args = [
    { name: 'path', type: 'path' },
    { name: 'depth', type: 'enum', values: ['shallow', 'normal', 'deep'], default: 'normal' },
  ]

  test('an argument is there under its name and below args', async () => {
    const { text, notes, paths } = await expand('{{path}}={{args.path}} {{depth}}={{args.depth}}', {
      args,
      argv: ['src', '--depth=deep'],
    })
    expect(text).toBe('src=src deep=deep')
    expect(notes).toEqual([])
    expect(paths).toEqual(['src'])
    expect(actions).toEqual([])
  })

  test('an argument whose name has a meaning of its own is reached below args', async () => {
    const shadowing = ['context', 'vars', 'selection', 'args', 'this', 'file_content', 'in'].map((name) => ({ name }))
    const template = '{{args.context}}{{args.args}}{{args.in}}{{args.file_content}} {{vars.team}} {{selection}}'
    const argv = ['1', '2', '3', '4', '5', '6', '7']
    const selection = { type: 'text', text: 'picked' } as const
    const { text } = await expand(template, { args: shadowing, argv, vars: { team: 'core' }, selection })
    expect(text).toBe(`1476 core ${markData('picked', 'what was piped in')}`)
  })

  test('a value that looks like a template stays what it is', async () => {
    const { text } = await expand('{{path}}', { args, argv: ['{{context.git_diff}} <b> & "q"'] })
    expect(text).toBe('{{context.git_diff}} <b> & "q"')
    expect(gitCalls).toEqual([])
  })

  test('a wrong name is an error of the file, at its line', async () => {
    await expect(expand('fine\n{{ args.dept }}', { args })).rejects.toMatchObject({
      code: 'command.template',
      location: { file: '/somewhere/try.md', line: 8, column: 4 },
      hint: 'Did you mean depth? The names in args are path, depth.',
    })
    await expect(expand('{{context.diff}}')).rejects.toMatchObject({ code: 'command.template' })
    await expect(expand('{{path}}', { args, argv: ['a', 'b'] })).rejects.toMatchObject({ code: 'command.arguments' })
  })

  test('the environment is out of reach, and a variable that is not set is empty', async () => {
    await expect(expand('{{env.PATH}}')).rejects.toMatchObject({ code: 'command.template' })
    await expect(expand('{{process.env.PATH}}')).rejects.toMatchObject({ code: 'command.template' })
    expect((await expand('[{{vars.PATH}}{{vars.constructor}}{{vars.team | default: "none"}}]')).text).toBe('[none]')
  })
})

describe('git', () => {
  test('the diff is against HEAD, staged and unstaged, with untracked files by name', async () => {
    commitOneFile()
    write('a.txt', 'two\n')
    write('staged.txt', 'staged\n')
    git('add', 'staged.txt')
    write('new dir/ünew.txt', 'secret of an untracked file')
    const { text, notes } = await expand('{{context.git_diff}}')
    expect(text).toContain('-one\n+two')
    expect(text).toContain('+staged')
    expect(text).toContain('Untracked files:\n- new dir/ünew.txt')
    expect(text).not.toContain('secret of an untracked file')
    expect(notes).toEqual([])
    expect(actions).toEqual([{ kind: 'read_tree', path: workspace }])
    expect(settled.map(({ status }) => status)).toEqual(['done'])
  })

  test('before the first commit, all that is staged is new', async () => {
    git('init', '-q', '-b', 'trunk', '--template=')
    write('a.txt', 'one\n')
    git('add', '-A')
    write('a.txt', 'one\nmore\n')
    const { text } = await expand('{{context.git_branch}}\n{{context.git_diff}}')
    expect(text).toMatch(/^trunk\n/)
    expect(text).toContain('+one\n+more')
  })

  test('without changes the diff is empty, and a detached HEAD is a commit id', async () => {
    commitOneFile()
    git('checkout', '-q', '--detach')
    const { text } = await expand('{{#if context.git_diff}}changed{{else}}clean{{/if}} {{context.git_branch}}')
    expect(text).toMatch(/^clean [0-9a-f]{7,}$/)
  })

  test('without a repository it is empty, and a note says so', async () => {
    const { text, notes } = await expand('[{{context.git_branch}}{{context.git_diff | default: "none"}}]')
    expect(text).toBe('[none]')
    expect(notes).toEqual([
      'context.git_branch is empty: this is no git repository',
      'context.git_diff is empty: this is no git repository',
    ])
  })

  test('a diff beyond its limit is cut at a line, visibly', async () => {
    commitOneFile()
    write('a.txt', 'line\n'.repeat(1000))
    const { text, notes } = await expand('{{context.git_diff}} end', { limits: { gitDiffBytes: 500 } })
    expect(Buffer.byteLength(text)).toBeLessThan(700)
    expect(text).toMatch(/\n\+line\n\[context\.git_diff is cut: only its first \d+ bytes are shown\]\n<\/data> end$/)
    expect(notes).toHaveLength(1)
  })

  test('files that may not be read are in no diff', async () => {
    commitOneFile()
    write('.env', 'TOKEN=old\n')
    write('private/b.txt', 'old\n')
    git('add', '-A')
    git('commit', '-qm', 'second')
    write('.env', 'TOKEN=hunter2\n')
    write('private/b.txt', 'confidential\n')
    write('a.txt', 'two\n')
    write('private/untracked.txt', '')
    const gate = await openGate({ allow: ['/**'], deny: [`${workspace}/private`] })
    const { text, notes } = await expand('{{context.git_diff}}\n{{context.files}}', { gate })
    expect(text).toContain('+two')
    expect(text).not.toMatch(/hunter2|confidential|untracked|b\.txt|\.env/)
    expect(notes).toEqual([
      'context.git_diff leaves out 2 changed files that may not be read',
      'context.git_diff leaves out 1 changed file that may not be read',
    ])
  })

  test('where the workspace may not be read, git is not run', async () => {
    commitOneFile()
    write('a.txt', 'two\n')
    const gate = await openGate({ allow: [], deny: [] })
    const { text, notes } = await expand('[{{context.git_diff}}{{context.git_branch}}{{context.files}}]', { gate })
    expect(text).toBe('[]')
    expect(notes).toHaveLength(3)
    expect(notes[0]).toContain('context.git_diff is empty: Not permitted')
    expect(gitCalls).toEqual([])
    expect(settled).toEqual([])
  })
})

describe('context is gathered where it is read', () => {
  const args = [
    { name: 'depth', default: 'normal' },
    { name: 'file', type: 'path' },
  ]

  test('a branch that is not taken runs no git and reads no file', async () => {
    commitOneFile()
    const template =
      '{{#if args.depth == "deep"}}{{context.git_diff}}{{context.files}}{{file_content "a.txt"}}{{selection}}{{/if}}done'
    const selection = { type: 'location', location: 'a.txt:1' } as const
    expect((await expand(template, { args, selection })).text).toBe('done')
    expect(gitCalls).toEqual([])
    expect(actions).toEqual([])
    expect((await expand(template, { args, argv: ['deep'], selection })).text).toBe(
      `a.txt${markData('one', 'a.txt')}${markData('one', 'a.txt:1')}done`,
    )
    expect(actions.map(({ kind }) => kind)).toEqual(['read_tree', 'read_tree', 'read', 'read'])
  })

  test('a condition on the context is settled before what hangs on it is gathered', async () => {
    commitOneFile()
    const { text } = await expand(
      '{{#unless context.git_branch}}{{context.files}}{{else}}on {{context.git_branch}}{{/unless}}',
    )
    expect(text).toBe('on main')
    expect(gitCalls.some((call) => call.startsWith('ls-files'))).toBe(false)
  })

  test('what decides a condition early leaves the rest alone', async () => {
    commitOneFile()
    expect((await expand('{{#if depth == "normal" or context.git_diff}}yes{{/if}}', { args })).text).toBe('yes')
    expect(gitCalls).toEqual([])
  })

  test('a value that is read twice is gathered once', async () => {
    commitOneFile()
    await expand('{{context.git_branch}}{{context.git_branch}}{{file_content "a.txt"}}{{file_content "a.txt"}}')
    expect(gitCalls.filter((call) => call.startsWith('symbolic-ref'))).toHaveLength(1)
    expect(actions.map(({ kind }) => kind)).toEqual(['read_tree', 'read'])
  })
})

describe('files', () => {
  test('in a repository: tracked and untracked, neither ignored nor deleted nor outside', async () => {
    commitOneFile()
    write('gone.txt', '')
    git('add', '-A')
    rmSync(join(workspace, 'gone.txt'))
    write('.gitignore', 'dist\n')
    write('dist/out.js', '')
    write('src/b.ts', '')
    const { text } = await expand('{{#each context.files}}{{this}}\n{{/each}}{{context.workspace_root}}')
    expect(text).toBe(`.gitignore\na.txt\nsrc/b.ts\n${workspace}`)
  })

  test('without git: what the directories hold', async () => {
    write('a.txt', '')
    write('src/b.ts', '')
    expect((await expand('{{context.files | join: "\\n"}}')).text).toBe('a.txt\nsrc/b.ts')
  })

  test.each([true, false])(
    'a list beyond its limit is cut, and the prompt says so (repository: %s)',
    async (isRepository) => {
      if (isRepository) git('init', '-q', '--template=')
      for (const name of ['a', 'b', 'c', 'd']) write(name, '')
      const { text, notes } = await expand('{{#each context.files}}{{this}}{{/each}}', { limits: { files: 2 } })
      expect(text).toMatch(/^ab\n\n\[context\.files is cut: it has 2 of (?:4|more than 2) files\]$/)
      expect(notes).toHaveLength(1)
    },
  )
})

describe('file_content', () => {
  const args = [
    { name: 'file', type: 'path' },
    { name: 'at', type: 'location' },
  ]
  const template = '{{file_content args.file}}'

  test('gives the text as it is, relative to the working directory, else to the workspace', async () => {
    write('sub/a.txt', '<sub> {{x}}\n')
    write('a.txt', 'root')
    write('b.txt', 'b')
    const cwd = join(workspace, 'sub')
    expect((await expand(template, { args, argv: ['a.txt'], cwd })).text).toBe(markData('<sub> {{x}}', 'a.txt'))
    expect((await expand(template, { args, argv: ['b.txt'], cwd })).text).toBe(markData('b', 'b.txt'))
    expect((await expand('{{#each context.files}}{{file_content this | trim}};{{/each}}')).text).toBe(
      `${markData('root', 'a.txt')};${markData('b', 'b.txt')};${markData('<sub> {{x}}', 'sub/a.txt')};`,
    )
  })

  test('gives the lines that a location names', async () => {
    write('a.txt', '1\n2\n3\n4\n')
    const lines = (at: string) => expand('{{at}}: {{file_content at}}', { args, argv: [`--at=${at}`] })
    expect((await lines('a.txt:2-3')).text).toBe(`a.txt:2-3: ${markData('2\n3', 'a.txt:2-3')}`)
    expect((await lines('a.txt:4')).text).toBe(`a.txt:4: ${markData('4', 'a.txt:4')}`)
    expect((await lines('a.txt')).text).toBe(`a.txt: ${markData('1\n2\n3\n4', 'a.txt')}`)
    expect((await lines('a.txt')).paths).toEqual(['a.txt'])
    await expect(lines('a.txt:4-5')).rejects.toThrowError('a.txt:4-5: it has 4 lines')
  })

  test('is cut at its limit, never inside of a character', async () => {
    write('a.txt', 'é'.repeat(100))
    const { text, notes } = await expand(template, { args, argv: ['a.txt'], limits: { fileBytes: 11 } })
    expect(text).toBe(markData('ééééé\n[a.txt is cut: only its first 10 bytes are shown]', 'a.txt'))
    expect(notes).toEqual(['a.txt is cut: only its first 10 bytes are shown'])
  })

  test('takes in so many files and no more', async () => {
    for (const name of ['a', 'b', 'c']) write(name, name)
    const { text, notes } = await expand('{{#each context.files}}{{file_content this}}{{/each}}', {
      limits: { fileContents: 2 },
    })
    expect(text).toBe(`${markData('a', 'a')}${markData('b', 'b')}[file_content is cut: only 2 files are shown]`)
    expect(notes).toEqual(['file_content is cut: only 2 files are shown'])
  })

  test('of a file that may not be read is an error that names file, rule and place', async () => {
    write('.env', 'TOKEN=hunter2')
    const error = await expand(template, { args, argv: ['.env'] }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'command.template',
      message: expect.stringMatching(/^\.env cannot be read: .*secret/),
      location: { file: '/somewhere/try.md', line: 7, column: 3 },
    })
    expect(String(error)).not.toContain('hunter2')
    const gate = await openGate({ allow: [`${workspace}/**`], deny: [] })
    writeFileSync(join(root, 'outside.txt'), 'hunter2')
    symlinkSync(join(root, 'outside.txt'), join(workspace, 'link.txt'))
    for (const file of ['../outside.txt', join(root, 'outside.txt'), 'link.txt']) {
      const denied = await expand(template, { args, argv: [file], gate }).catch((reason: unknown) => reason)
      expect(denied).toMatchObject({
        code: 'command.template',
        message: expect.stringContaining(`${file} cannot be read: `),
      })
      expect(String(denied)).not.toContain('hunter2')
    }
  })

  test.each([
    ['missing.txt', 'there is no such file'],
    ['.', 'it is a directory'],
    ['latin1.txt', 'Not valid UTF-8'],
  ])('of %s is an error', async (file, problem) => {
    write('latin1.txt', Buffer.from([0x61, 0xe9, 0x0a]))
    await expect(expand(template, { args, argv: [file] })).rejects.toThrowError(problem)
  })

  test('without a path is an error that says what to do', async () => {
    await expect(expand(template, { args })).rejects.toMatchObject({
      code: 'command.template',
      hint: expect.stringContaining('{{#if args.file}}'),
    })
    expect((await expand('{{#if args.file}}{{file_content args.file}}{{/if}}ok', { args })).text).toBe('ok')
  })
})

describe('selection', () => {
  test('is the lines of a file, or what was piped in, or empty', async () => {
    write('a.txt', '1\n2\n3\n')
    expect((await expand('{{selection}}', { selection: { type: 'location', location: 'a.txt:2-3' } })).text).toBe(
      markData('2\n3', 'a.txt:2-3'),
    )
    expect((await expand('{{selection}}', { selection: { type: 'text', text: 'piped {{x}}' } })).text).toBe(
      markData('piped {{x}}', 'what was piped in'),
    )
    expect((await expand('[{{selection}}{{#if selection}}x{{/if}}]')).text).toBe('[]')
  })

  test('is cut at its limit', async () => {
    const selection = { type: 'text', text: 'abc\ndef\n' } as const
    const { text } = await expand('{{selection}}', { selection, limits: { fileBytes: 5 } })
    expect(text).toBe(markData('abc\n[selection is cut: only its first 3 bytes are shown]', 'what was piped in'))
  })

  test('of a file that may not be read, or of no such place, is an error', async () => {
    write('.env', 'TOKEN=hunter2')
    const location = (text: string) => ({ selection: { type: 'location', location: text } as const })
    await expect(expand('{{selection}}', location('.env:1'))).rejects.toMatchObject({ code: 'command.template' })
    await expect(expand('{{selection}}', location('a.txt:0'))).rejects.toMatchObject({ code: 'command.arguments' })
  })
})

test('an abort stops the expansion with its reason', async () => {
  const abort = new AbortController()
  abort.abort(new Error('stopped'))
  const deps = { gate: await openGate(), workspaceRoot: workspace, cwd: workspace, vars: {}, git: gitRead }
  await expect(expandCommand(commandOf('{{context.git_diff}}'), [], deps, abort.signal)).rejects.toThrowError('stopped')
})
