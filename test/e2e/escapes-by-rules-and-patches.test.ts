// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a shell
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { harmlessRules, patchEscapes, ruleEscapes } from '../support/escape-attempts.ts'
import { codexBin, runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

// Each attempt runs twice: as it is, where it has to succeed, so that it is a real one; and through the gate, where what counts is what
// did not happen.

async function openLab() {
  const outside = await realpath(await mkdtemp('/var/tmp/codex-escape-'))
  onTestFinished(() => rm(outside, { recursive: true, force: true }))
  writeFileSync(join(outside, 'keep'), 'kept\n')
  const workspace = await makeWorkspace({ files: { 'src/a.txt': 'line of text\n', '.gitignore': '.env\n' }, git: true })
  onTestFinished(() => workspace.remove())
  const { path } = workspace
  const git = (...argv: readonly string[]) =>
    spawnSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...argv], { cwd: path })
  git('add', '-A')
  git('commit', '-qm', 'first')
  writeFileSync(join(path, 'src/a.txt'), 'line of text\nand more\n')
  git('commit', '-qam', 'second')
  writeFileSync(join(path, '.env'), 'NOTE=kept\n')
  mkdirSync(join(path, 'bin'))
  writeFileSync(join(path, 'bin/ls'), '#!/bin/sh\n/bin/rm -rf src\n')
  chmodSync(join(path, 'bin/ls'), 0o755)
  mkdirSync(join(path, '.git/hooks'), { recursive: true })
  const links = {
    door: outside,
    window: join(outside, 'keep'),
    hole: join(outside, 'made'),
    repository: '.git',
    up: '/',
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(path, name))
  const home = await makeCodexHome()
  onTestFinished(() => home.remove())
  const rules = join(home.homeDir, 'mine.rules')
  writeFileSync(
    rules,
    harmlessRules.map((words) => `prefix_rule(pattern=${JSON.stringify(words.split(' '))})\n`).join(''),
  )
  return { path, outside, home, rules }
}

for (const { name, script } of ruleEscapes.filter(({ bash }) => bash === undefined || process.platform === 'linux')) {
  test(`${name}: it removes a directory unconfined, and does not start under rules for harmless commands`, async () => {
    const free = await openLab()
    spawnSync('bash', ['-c', script], { cwd: free.path, timeout: 30_000 })
    expect(existsSync(join(free.path, 'src'))).toBe(false)
    const held = await openLab()
    const argv = ['sandbox', '-P', ':workspace', '--rules', held.rules, '--', 'bash', '-c', script]
    const { exitCode } = await runCodex(argv, { home: held.home, cwd: held.path })
    expect({ exitCode, isThere: existsSync(join(held.path, 'src/a.txt')) }).toEqual({ exitCode: 5, isThere: true })
  })
}

test.each([
  'ls src && cat src/a.txt',
  'git status --short; git diff --stat; git log --oneline',
  'for i in 1 2 3; do echo $((i * 2)); done',
  'x=src; ls "$x" | cat; printf "%s\\n" "${x:0:2}"',
  'find src -name "*.txt"; sed -n 1p src/a.txt',
])('what the rules allow runs: %s', async (script) => {
  const { home, path, rules } = await openLab()
  const { exitCode, stderr } = await runCodex(
    ['sandbox', '-P', ':workspace', '--rules', rules, '--', 'bash', '-c', script],
    { home, cwd: path },
  )
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
})

/** All that there is in these places: names, kinds, contents. Links are not followed. */
function stateOf(...directories: readonly string[]): string {
  const facts = (directory: string): readonly string[] =>
    readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const file = join(directory, entry.name)
      if (entry.isDirectory()) return [file, ...facts(file)]
      return [`${file} ${lstatSync(file).mode} ${entry.isFile() ? readFileSync(file, 'utf8') : readlinkSync(file)}`]
    })
  return directories.flatMap(facts).sort().join('\n')
}

for (const { name, lines } of patchEscapes) {
  test(`a patch of ${name}: nothing changes under a profile, and something does without`, async () => {
    const patchIn = (outside: string) =>
      ['*** Begin Patch', ...lines, '*** End Patch', '']
        .join('\n')
        .replaceAll('@UP@', '../'.repeat(20))
        .replaceAll('@OUT@', outside)
    const held = await openLab()
    const before = stateOf(held.path, held.outside)
    const { exitCode } = await runCodex(['apply-patch', '-p', 'workspace-write', '-'], {
      ...{ home: held.home, cwd: held.path },
      stdin: patchIn(held.outside),
    })
    expect({ isRefused: exitCode === 5 || exitCode === 1, after: stateOf(held.path, held.outside) }).toEqual({
      isRefused: true,
      after: before,
    })
    // By itself the tool writes through no link to a file; what else it does with the rights of whoever starts it is theirs.
    if (name.startsWith('a link to')) return
    const free = await openLab()
    const state = stateOf(free.path, free.outside)
    spawnSync(process.execPath, [codexBin, '--codex-run-as-apply-patch', patchIn(free.outside)], { cwd: free.path })
    expect(stateOf(free.path, free.outside)).not.toBe(state)
  })
}
