import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const setting = String.raw`printf '[core]\nfsmonitor = touch made;\n'`
const hook = String.raw`printf '#!/bin/sh\ntouch made\n'`
/** Each has git run `touch` by a file of the git directory that the line reaches in another way. */
const scripts = [
  ...[`cd .git; ${setting} >> config; cd ..; git status`, `(cd .git; ${setting} >> config); git status`],
  ...[`pushd .git; ${setting} >> config; popd; git status`, `${setting} >> .gi?/config; git status`],
  ...[`ln -s .git g; ${setting} >> g/config; git status`, `g=.git; ${setting} >> $g/config; git status`],
  ...[`mv .git g; ${setting} >> g/config; mv g .git; git status`, `cd .gi?; ${setting} >> c*; git -C .. status`],
  ...[
    `cp .git/config config; ${setting} >> config; cp config .git; git status`,
    `cp .git/config config; ${setting} >> config; cp -t .git config; git status`,
    `cp .git/config config; ${setting} >> config; mv config .git/; git status`,
    `cp .git/config config; ${setting} >> config; install config .git/; git status`,
    `cp .git/config config; ${setting} >> config; ln -sf ../config .git/; git status`,
  ],
  String.raw`cp -r .git y; printf '[core]\nfsmonitor = touch made;\nbare = false\nworktree = ..\n' >> y/config; git --git-dir=y status`,
  `cd .git/hooks; ${hook} > post-checkout; chmod +x post-checkout; cd ../..; git checkout -q -b z`,
  `cd .git; ${hook} > hooks/post-checkout; chmod +x hooks/post-checkout; cd ..; git checkout -q -b z`,
]
const free = [
  'mkdir x && cd x && git init -q',
  'cd sub && echo out > out.log && git status',
  'cp a.txt b.txt; git add b.txt',
  'file=a.txt; echo x >> "$file"; git add a.txt',
]

/** What a line comes to in a repository of its own: the exit code, and whether git ran `touch`. */
async function outcome(script: string, rules: string) {
  const home = await makeCodexHome({ 'rules/default.rules': rules })
  const workspace = await makeWorkspace({ files: { 'a.txt': 'x\n', 'sub/b.txt': 'y\n' }, git: true })
  onTestFinished(async () => {
    await home.remove()
    await workspace.remove()
  })
  await workspace.write({ '.git/hooks/README': '' })
  const argv = ['sandbox', '-P', 'trusted', '--', 'bash', '-c', script]
  const { exitCode } = await runCodex(argv, { home, cwd: workspace.path })
  const isMade = ['', '.git', 'y'].some((place) => {
    const directory = `${workspace.path}/${place}`
    return (
      readdirSync(workspace.path).includes(place === '' ? 'a.txt' : place) && readdirSync(directory).includes('made')
    )
  })
  return { exitCode, isMade }
}

const forbidsTouch = 'prefix_rule(pattern=["touch"], decision="forbidden")\n'

test.each(scripts)('no way into the git directory leads past a forbid rule: %s', async (script) => {
  expect(await outcome(script, forbidsTouch)).toEqual({ exitCode: 5, isMade: false })
  expect(await outcome(script, '')).toEqual({ exitCode: 0, isMade: true })
})

test.each(free)('work beside git is done under a forbid rule: %s', async (script) => {
  expect(await outcome(script, forbidsTouch)).toEqual({ exitCode: 0, isMade: false })
})
