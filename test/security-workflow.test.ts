import { existsSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: unknown
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'runs-on': unknown
        readonly 'timeout-minutes'?: unknown
        readonly defaults?: unknown
        readonly permissions?: unknown
        readonly needs?: readonly string[]
        readonly steps: readonly Step[]
      }
    >
  >
}

const file = '.github/workflows/security.yml'
const workflow = load(readFileSync(file, 'utf8')) as Workflow // our own file
const jobs = Object.entries(workflow.jobs)
const steps = jobs.flatMap(([job, { steps }]) => steps.map((step) => ({ job, ...step })))

test('it runs on every push and pull request, and daily', () => {
  expect(Object.keys(workflow.on).toSorted()).toEqual(['pull_request', 'push', 'schedule'])
})

test('it may read the repository and nothing else', () => {
  expect(workflow.permissions).toEqual({ contents: 'read' })
  expect(jobs.filter(([, { permissions }]) => permissions !== undefined)).toEqual([])
})

test('every action is pinned to a commit, and no credential is left in the checkout', () => {
  const used = steps.filter(({ uses }) => uses !== undefined)
  expect(used.filter(({ uses }) => !/^actions\/[\w-]+@[0-9a-f]{40}$/.test(uses ?? ''))).toEqual([])
  const checkouts = used.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
  expect(checkouts.filter(({ with: settings }) => settings?.['persist-credentials'] !== false)).toEqual([])
})

test('no expression is written into a script: a branch name could be one', () => {
  expect(steps.filter(({ run }) => run?.includes('$' + '{{'))).toEqual([])
})

test('every test that it names is there', () => {
  const named = steps.flatMap(({ run }) => /npx vitest run --project \w+ (.*)$/m.exec(run ?? '')?.[1]?.split(' ') ?? [])
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((path) => !existsSync(path))).toEqual([])
})

test('the summary waits for every other job', () => {
  const others = jobs.map(([name]) => name).filter((name) => name !== 'summary')
  expect(workflow.jobs.summary?.needs?.toSorted()).toEqual(others.toSorted())
})

test('every job has a time limit, and those that run commands in a sandbox of Linux install it first', () => {
  expect(jobs.filter(([, job]) => typeof job['timeout-minutes'] !== 'number')).toEqual([])
  const inSandbox = jobs.filter(([, job]) => {
    return String(job['runs-on']).startsWith('ubuntu') && job.steps.some(({ run }) => run?.includes('--project e2e'))
  })
  const without = inSandbox.filter(([, { steps }]) => !steps.some(({ run }) => run?.includes('bubblewrap')))
  expect(without.map(([name]) => name)).toEqual([])
})

test('scripts stop at the first error: in bash a failed line of several is one', () => {
  const bash = jobs.filter(([, job]) => String(job['runs-on']).startsWith('windows'))
  expect(bash.map(([, job]) => job.defaults)).toEqual([{ run: { shell: 'bash' } }])
  expect(steps.filter(({ run }) => run?.includes('set +e'))).toEqual([])
})

test('what only a Mac can answer is asked on one', () => {
  const macos = workflow.jobs['escapes-macos']
  expect(String(macos?.['runs-on'])).toMatch(/^macos-\d+$/)
  expect(macos?.steps.some(({ run }) => run === 'npx vitest run --project macos test/macos')).toBe(true)
})
