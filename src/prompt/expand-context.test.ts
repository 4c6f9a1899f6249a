import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openExpansionBench } from '../../test/support/expansion-bench.ts'
import { markData } from './mark-data.ts'

const bench = openExpansionBench()
const { workspace, actions, gitCalls, settled, write, git, openGate, expand, commitOneFile } = bench
beforeEach(bench.reset)
afterAll(bench.close)

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
