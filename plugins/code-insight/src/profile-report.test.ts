import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './profile-report.ts'
import { readProfile } from './read-profile.ts'

const frame = (functionName: string, url = '', lineNumber = 0) => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
  scriptId: '1',
})
const profile = {
  nodes: [
    { id: 1, callFrame: frame('(root)', '', -1), children: [2, 5] },
    { id: 2, callFrame: frame('walk', 'file:///shop/src/walk.js', 9), children: [3] },
    { id: 3, callFrame: frame('walk', 'file:///shop/src/walk.js', 9), children: [4] },
    { id: 4, callFrame: frame('parse', 'file:///shop/node_modules/@acme/json/index.js', 1) },
    { id: 5, callFrame: frame('(idle)', '', -1) },
  ],
  ...{ startTime: 0, endTime: 100_000, samples: [2, 3, 4, 4, 5], timeDeltas: [0, 10_000, 20_000, 30_000, 10_000] },
}

test('time is summed by function; one that calls itself counts once', () => {
  const read = readProfile(JSON.stringify(profile))
  expect(read).toMatchObject({ durationMs: 100, busyMs: 100 })
  expect(read?.functions.map(({ name, selfMs, totalMs }) => [name, selfMs, totalMs])).toEqual([
    ['parse', 40, 40],
    ['walk', 30, 70],
    ['(root)', 0, 70],
    ['(idle)', 0, 0],
  ])
})

test.each(['', '{', '[]', '{"nodes":1}', '{"nodes":[],"startTime":0,"endTime":0}'])(
  '%j is no reason to fail',
  (text) => {
    expect(readProfile(text)?.functions ?? []).toEqual([])
  },
)

test('a profile that Node wrote at the root, though ignored, is told by place and by part', async () => {
  const bench = await openToolBench([tool], {
    files: {
      '.gitignore': '*.cpuprofile\n',
      'slow.js':
        'function spin() {\n  const end = process.hrtime.bigint() + 60000000n\n  while (process.hrtime.bigint() < end) {}\n}\nspin()\n',
    },
  })
  onTestFinished(() => bench.close())
  const argv = ['--cpu-prof', '--cpu-prof-name=run.cpuprofile', 'slow.js']
  await promisify(execFile)(process.execPath, argv, {
    cwd: bench.workspace.path,
    env: { PATH: process.env.PATH ?? '' },
  })
  const { output } = await bench.run('profile_report', {})
  const { profiles } = output.structured as {
    profiles: { functions: { name: string; place: string }[]; groups: { name: string }[] }[]
  } // given by the tool
  expect(profiles[0]?.functions.map(({ name, place }) => `${name} ${place}`)).toContain('spin slow.js:1')
  expect(profiles[0]?.groups.map(({ name }) => name)).toContain('own code')
})

test('without a profile it says so; one that is none is named', async () => {
  const bench = await openToolBench([tool], { files: { 'a/x.cpuprofile': 'no' } })
  onTestFinished(() => bench.close())
  const { output } = await bench.run('profile_report', {})
  expect(output.output).toBe('no CPU profile was found.\na/x.cpuprofile is no CPU profile.')
})
