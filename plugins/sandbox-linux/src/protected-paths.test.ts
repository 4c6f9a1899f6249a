import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openLinuxSandboxLab } from '../../../test/support/linux-sandbox-lab.ts'
import { stdioOf } from '../../../test/support/stdio-of.ts'
import { sandbox } from './sandbox.ts'

const lab = openLinuxSandboxLab()
const { root, workspace, outside, policy, run, eventually } = lab
beforeEach(lab.reset)
afterAll(lab.close)

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
    const [file, ...args] = wrapped.argv
    const child = spawn(file, args, { env: wrapped.env, stdio: [...stdioOf(['pipe', 'pipe', 'ignore'], wrapped.fds)] })
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
