import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openGateBench } from '../../../test/support/gate-bench.ts'
import { createExecPolicy } from './exec-policy.ts'
import { readScript } from './read-script.ts'

const { places, run, gateOf, reset, close } = await openGateBench()
const signal = new AbortController().signal
beforeEach(reset)
afterAll(close)

test.each([
  ['tar xzf a.tgz', ['./*'], ['a.tgz']],
  ['tar -xf a.tgz -C out/', ['out/*'], ['a.tgz']],
  ['tar czf a.tgz src', ['a.tgz'], []],
  ['tar -tf a.tgz', [], ['a.tgz']],
  ['tar xf a.tar -O', [], ['a.tar']],
  ['unzip a.zip', ['./*'], ['a.zip']],
  ['unzip -d out a.zip', ['out/*'], ['a.zip']],
  ['unzip -l a.zip', [], ['a.zip']],
  ['zip -r a.zip src', ['a.zip'], ['src']],
  ['curl -O https://x.example/a', ['./*'], []],
  ['wget -P out https://x.example/a', ['out', 'out/*'], []],
  ['wget -O - https://x.example/a', [], []],
  ['git clone https://x.example/p/repo.git', ['repo'], []],
  ['git clone git@x.example:p/repo dir', ['dir'], []],
  ['cp a b c', ['c'], ['a', 'b']],
  ['mv a b', ['a', 'b'], []],
  ['rsync -a a/ b', ['b'], ['a/']],
])('what a program writes is known from its words: %s', async (script, writes, reads) => {
  const [command] = (await readScript(script)).commands
  expect({ writes: command?.writes, reads: command?.reads }).toEqual({ writes, reads })
})

test('where a directory is not known, the words do not say what is written', async () => {
  const [command] = (await readScript('tar xf a.tgz -C $DIR')).commands
  expect(command).toMatchObject({ writes: [], hidden: expect.stringContaining('$DIR') })
})

test('the program of an archive in the old form of tar is read', async () => {
  const { commands } = await readScript("tar cIf 'hit x' a.tar src")
  expect(commands.map(({ known }) => known[0])).toEqual(['tar', 'hit'])
})

test('a rule that allows a program asks for what it would unpack outside of the workspace', async () => {
  const execPolicy = createExecPolicy([
    {
      ...{ kind: 'policy', id: 'p', shadows: [] },
      value: {
        ...{ id: 'p', description: '', ruleLines: [1] },
        rules: [{ pattern: ['tar'], decision: 'allow', match: [], not_match: [] }],
      },
      origin: { layer: 'user', file: '/p.rules', trusted: true },
    },
  ])
  const gate = await gateOf('workspace-write', { execPolicy })
  const outside = path.join(places.homeDir, 'elsewhere')
  expect(await gate.authorize(run('tar xf a.tar'), signal)).toMatchObject({ outcome: 'allow' })
  expect(await gate.authorize(run('tar xf a.tar -C src'), signal)).toMatchObject({ outcome: 'allow' })
  const denied = await gate.authorize(run(`tar xf a.tar -C ${outside}`), signal)
  expect(denied).toMatchObject({ outcome: 'deny', reason: expect.stringContaining(outside) })
  expect(await gate.authorize(run('tar xf a.tar -C .codex'), signal)).toMatchObject({ outcome: 'deny' })
})
