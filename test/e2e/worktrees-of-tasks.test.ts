import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ThreadCeiling, ThreadEvent } from '../../src/plugin-api/index.ts'
import { startThread } from '../../src/runtime/start-thread.ts'
import { kernelAt } from '../../src/runtime/worktrees/kernel-at.ts'
import { openWorkplaces } from '../../src/runtime/worktrees/open-workplaces.ts'
import { writeScopeLayer } from '../../src/security/permissions/write-scope-layer.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { scriptedSession, sentBody } from '../support/scripted-session.ts'
import { snapshotOf } from '../support/writing-run.ts'

const { signal } = new AbortController()

/** A thread that does this in its copy, under the scope of its task. */
async function working(write: readonly string[], turns: readonly ModelTurn[]) {
  const session = await scriptedSession([...turns, { text: 'Done.' }], {
    files: { 'src/a.txt': 'a\n', 'b.txt': 'b\n' },
  })
  const deps = await snapshotOf({ ...session.home, workspace: session.workspace.path })
  const places = await openWorkplaces({ runId: 'run' }, deps, signal)
  onTestFinished(async () => void (await places.close()))
  const place = await places.openWorkplace({ id: 'one', title: 'Work', write }, 1, signal)
  const events: ThreadEvent[] = []
  const kernel = kernelAt(deps.kernel, place.cwd)
  const loosest = { temp: 'host', protection: 'lifted', sandbox: 'none', approval_policies: [] } as const
  const ceiling: ThreadCeiling = { layers: [writeScopeLayer('one', write, kernel.places)], ...loosest }
  const own = { ...deps, kernel, depth: 1, ceiling }
  for await (const event of startThread({ input: 'go' }, own, signal)) events.push(event)
  const outputs = JSON.stringify(sentBody(session.server, -1).input)
  return { session, place, events, outputs, at: (path: string) => join(place.cwd, path) }
}

const patch = (path: string): ModelTurn => ({
  calls: [{ name: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${path}\n+made\n*** End Patch\n` }],
})

test('a task writes its scope in its copy, by tool and by command, and nothing else of copy, workspace or repository', async () => {
  const { session, place, outputs, at } = await working(
    ['src/**'],
    [
      patch('src/tool.txt'),
      patch('outside.txt'),
      { calls: [{ shell: 'echo made > src/command.txt' }] },
      { calls: [{ shell: 'echo made > outside-command.txt' }] },
      { calls: [{ shell: `echo made > ../../../config-made.toml` }] },
      { calls: [{ shell: 'echo evil > .git' }] },
      { calls: [{ shell: 'd=$(git rev-parse --git-common-dir); echo x > "$d/hooks-made"; echo x > "$d/config"' }] },
      { calls: [{ shell: 'git status --porcelain; git cat-file commit HEAD; git diff HEAD --stat' }] },
    ],
  )
  expect(await readFile(at('src/tool.txt'), 'utf8')).toBe('made\n')
  expect(await readFile(at('src/command.txt'), 'utf8')).toBe('made\n')
  expect(existsSync(at('outside.txt'))).toBe(false)
  expect(existsSync(at('outside-command.txt'))).toBe(false)
  expect(existsSync(join(session.home.codexHome, 'config-made.toml'))).toBe(false)
  expect(await readFile(at('.git'), 'utf8')).toContain('gitdir: ')
  const store = join(session.home.codexHome, 'worktrees/run/.store')
  expect(existsSync(join(store, 'hooks-made'))).toBe(false)
  expect(await readFile(join(store, 'config'), 'utf8')).toContain('[core]')
  expect(outputs).toContain('?? src/command.txt')
  expect(outputs).toContain('The workspace before: Work')
  expect(existsSync(join(session.workspace.path, 'src/tool.txt'))).toBe(false)
  expect(await place.merge(signal)).toMatchObject({
    status: 'merged',
    files: [{ path: 'src/command.txt' }, { path: 'src/tool.txt' }],
  })
  expect(await readFile(join(session.workspace.path, 'src/command.txt'), 'utf8')).toBe('made\n')
})

test('a task that may write all of the workspace commits in its copy; the repository of the workspace has nothing of it', async () => {
  const commit = 'git -c user.name=a -c user.email=a@b commit -qam mine && git log -1 --format=%s'
  const { session, place, outputs } = await working(['**'], [{ calls: [{ shell: `echo c >> b.txt; ${commit}` }] }])
  expect(outputs).toContain('mine')
  expect(await session.workspace.git('log', '--all', '--format=%s')).toBe('start\n')
  expect(await place.merge(signal)).toMatchObject({ files: [{ path: 'b.txt', change: 'update' }] })
  expect(await readFile(join(session.workspace.path, 'b.txt'), 'utf8')).toBe('b\nc\n')
})

test('what is protected in a workspace is protected in its copy', async () => {
  const { at, outputs } = await working(
    ['**'],
    [
      patch('.codex/config.toml'),
      patch('.agents/skills/x/SKILL.md'),
      { calls: [{ shell: 'mkdir -p .codex && echo x > .codex/config.toml' }] },
      {
        calls: [{ shell: 'd=$(git rev-parse --git-common-dir); mkdir -p "$d/hooks"; echo x > "$d/hooks/pre-commit"' }],
      },
    ],
  )
  expect(outputs).toContain('write-protected')
  expect(existsSync(at('.codex/config.toml'))).toBe(false)
  expect(existsSync(at('.agents'))).toBe(false)
  expect(existsSync(at('../.store/hooks/pre-commit'))).toBe(false)
})
