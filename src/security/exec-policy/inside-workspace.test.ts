import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openGateBench } from '../../../test/support/gate-bench.ts'
import type { ApprovalRequest } from '../../plugin-api/index.ts'

const { root, ws, run, gateOf, reset, close } = await openGateBench()
const signal = new AbortController().signal
beforeEach(() => {
  reset()
  for (const directory of ['dist/assets', 'node_modules/a', 'packages/one', 'clone/.git', 'build'])
    mkdirSync(ws(directory), { recursive: true })
  for (const file of ['a.log', 'b.log', 'dist/x.js', 'build/x.o']) writeFileSync(ws(file), '')
  symlinkSync(path.join(root, 'outside'), ws('out'))
})
afterAll(close)

/** What the gate says where nobody can be asked. */
async function outcomeOf(script: string, profile = 'workspace-write'): Promise<string> {
  const gate = await gateOf(profile, { approvalPolicy: 'never' })
  return (await gate.authorize(run(script), signal)).outcome
}

test.each([
  'rm -rf dist',
  'rm -rf ./dist node_modules',
  'rm -fr -- dist build && npm test',
  'rm -rf dist/*',
  'rm -f *.log',
  'rm -f build/*.o build/?.o',
  'cd packages && rm -rf one',
  'rm -rf packages/../dist',
  'rm -rf not-there',
  'timeout 5 rm -rf dist',
  "bash -c 'rm -rf dist'",
])('a sandboxed command that removes what lies in the workspace is not asked about: %s', async (script) => {
  expect(await outcomeOf(script)).toBe('allow')
})

test.each([
  ['the workspace itself', 'rm -rf .'],
  ['the workspace by its path', `rm -rf ${ws()}`],
  ['what holds the workspace', 'rm -rf ..'],
  ['a path that goes up', 'rm -rf dist/../..'],
  ['another directory', `rm -rf ${path.join(root, 'outside')}`],
  ['one inside and one outside', `rm -rf dist ${path.join(root, 'outside')}`],
  ['the home directory of somebody', 'rm -rf ~/x'],
  ['what lies behind a link', 'rm -rf out/a'],
  ['all that the workspace shows', 'rm -rf *'],
  ['what is hidden', 'rm -rf .*'],
  ['a pattern that matches a repository', 'rm -rf cl*'],
  ['a pattern that matches a link out', 'rm -rf o*'],
  ['a repository', 'rm -rf clone'],
  ['the history', 'rm -rf .git'],
  ['a part of the history', 'rm -rf .git/refs'],
  ['the configuration of this program', 'rm -rf .codex'],
  ['a variable', 'rm -rf $DIR'],
  ['a variable in quotes', 'rm -rf "$DIR/dist"'],
  ['a substitution', 'rm -rf $(cat list)'],
  ['braces', 'rm -rf {dist,..}'],
  ['words from elsewhere', 'cat list | xargs rm -rf'],
  ['names that are found', 'find . -name dist -exec rm -rf {} +'],
  ['a directory that is not known', 'cd $DIR && rm -rf dist'],
  ['a directory outside', `cd ${path.join(root, 'outside')} && rm -rf dist`],
  ['another place by a wrapper', 'env -C / rm -rf dist'],
  ['another program of that name', 'PATH=. rm -rf dist'],
  ['a renamed command', 'alias rm=ls; rm -rf dist'],
])('one that removes %s is asked about', async (_, script) => {
  expect(await outcomeOf(script)).toBe('deny')
})

test('without a sandbox every removal is asked about', async () => {
  expect(await outcomeOf('rm -rf dist', 'trusted')).toBe('deny')
})

test('where nothing may be written, removing is asked about as before', async () => {
  expect(await outcomeOf('rm -rf dist', 'offline')).toBe('deny')
})

test('what throws work of git away is asked about inside the workspace too', async () => {
  for (const script of ['git reset --hard', 'git stash drop', 'git clean -fdx', 'git checkout -- .'])
    expect([script, await outcomeOf(script)]).toEqual([script, 'deny'])
})

test('a question about a line names the commands that are asked about, and not the removal inside', async () => {
  const asked: ApprovalRequest[] = []
  const gate = await gateOf('workspace-write', {
    approve: async (request) => {
      asked.push(request)
      return 'deny'
    },
  })
  expect(await gate.authorize(run('rm -rf dist; git push'), signal)).toMatchObject({ outcome: 'deny' })
  expect(asked[0]?.commands.map(({ words, isAsked }) => [words.join(' '), isAsked])).toEqual([
    ['rm -rf dist', false],
    ['git push', true],
  ])
})
