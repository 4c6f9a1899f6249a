import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openRuntime } from '../../src/runtime/open-runtime.ts'
import { collect } from '../support/collect.ts'
import { execCase, userTexts } from '../support/exec-case.ts'
import { openMemoryStore } from '../support/memory-store.ts'

const signal = new AbortController().signal
const packageRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

test('threads that are kept elsewhere than in files are run, gone on with, forked, listed, searched, shown and put away', async () => {
  const turns = [
    { calls: [{ shell: 'echo from-a-shell' }] },
    { text: 'an answer' },
    { text: 'more' },
    { text: 'aside' },
  ]
  const { home, workspace, server, rollouts } = await execCase(turns)
  const store = openMemoryStore()
  const runtime = await openRuntime(
    {
      packageRoot,
      version: '0.0.0-test',
      env: { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, SCRIPTED_MODEL_KEY: 'key' },
      homeDir: home.homeDir,
      tempDir: '/tmp',
      cwd: workspace.path,
      platform: process.platform,
      originator: 'codex_test',
      settings: { overrides: [], neverAsk: true },
      openThreads: () => store,
      now: () => new Date(),
    },
    signal,
  )
  const [started] = await collect(runtime.run({ input: 'a question', route: false }, signal))
  const id = started?.type === 'thread.started' ? started.thread_id : ''
  await collect(runtime.run({ input: 'another', route: false, resume: id }, signal))
  const fork = await runtime.fork(id)
  await collect(runtime.run({ input: 'a third', route: false, resume: fork }, signal))
  const questions = ['a question', 'another', 'a third']
  const asked = userTexts(server.requests.at(-1)?.body ?? {})
  expect(asked.filter((text) => questions.includes(text))).toEqual(questions)

  const library = await runtime.threads()
  expect((await library.list({}, signal)).map((thread) => thread.id).sort()).toEqual([id, fork].sort())
  const hits = await library.search(['from-a-shell'], {}, signal)
  expect(hits.map(({ thread, kind }) => [thread.id, kind])).toEqual([
    [fork, 'command'],
    [id, 'command'],
  ])
  const { turns: shown } = await library.read(id, signal)
  expect(shown.map(({ prompt, status }) => [prompt, status])).toEqual([
    ['a question', 'completed'],
    ['another', 'completed'],
  ])
  expect(await library.archive(fork, signal)).toMatchObject({ id: fork, archived: true })
  expect(await rollouts()).toEqual([])
  await expect(access(join(home.codexHome, 'sessions'))).rejects.toMatchObject({ code: 'ENOENT' })
})
