import { existsSync, globSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'

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

function read(file: string) {
  const workflow = load(readFileSync(file, 'utf8')) as Workflow // our own file
  const jobs = Object.entries(workflow.jobs)
  return { workflow, jobs, steps: jobs.flatMap(([job, { steps }]) => steps.map((step) => ({ job, ...step }))) }
}

const files = globSync('.github/workflows/*.{yml,yaml}').toSorted()

test('all workflow files are held to the rules', () => {
  expect(files).toEqual(['.github/workflows/agents-bench.yml', '.github/workflows/security.yml'])
})

describe.each(files)('%s', (file) => {
  const { workflow, jobs, steps } = read(file)

  test('nothing starts it that gives code of strangers more than a push of theirs has', () => {
    const harmless = ['pull_request', 'push', 'schedule', 'workflow_dispatch']
    expect(Object.keys(workflow.on).filter((each) => !harmless.includes(each))).toEqual([])
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

  test('every test and every script that it names is there', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    const runs = steps.flatMap(({ run }) => run ?? [])
    const paths = runs.flatMap((run) => /npx vitest run --project \w+ (.*)$/m.exec(run)?.[1]?.split(' ') ?? [])
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
    const named = runs.flatMap((run) => [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name))
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
    expect(paths.length + named.length).toBeGreaterThan(0)
  })

  test('every job has a time limit, and those that run commands in a sandbox of Linux install it first', () => {
    expect(jobs.filter(([, job]) => typeof job['timeout-minutes'] !== 'number')).toEqual([])
    const inSandbox = jobs.filter(([, job]) => {
      const isRun = job.steps.some(({ run }) => /--project e2e|npm run bench/.test(run ?? ''))
      return String(job['runs-on']).startsWith('ubuntu') && isRun
    })
    const without = inSandbox.filter(([, { steps }]) => !steps.some(({ run }) => run?.includes('bubblewrap')))
    expect(without.map(([name]) => name)).toEqual([])
  })

  test('scripts stop at the first error: in bash a failed line of several is one', () => {
    const elsewhere = jobs.filter(([, job]) => String(job['runs-on']).startsWith('windows'))
    const bash = { run: { shell: 'bash' } }
    expect(elsewhere.map(([, job]) => job.defaults)).toEqual(elsewhere.map(() => bash))
    expect(steps.filter(({ run }) => run?.includes('set +e'))).toEqual([])
  })
})

describe('what is promised of security', () => {
  const { workflow, jobs, steps } = read('.github/workflows/security.yml')

  test('it is tried on every push and pull request, and daily', () => {
    expect(Object.keys(workflow.on).toSorted()).toEqual(['pull_request', 'push', 'schedule'])
  })

  test('it is tried by many tests, and on Windows', () => {
    const named = steps.flatMap(
      ({ run }) => /npx vitest run --project \w+ (.*)$/m.exec(run ?? '')?.[1]?.split(' ') ?? [],
    )
    expect(named.length).toBeGreaterThan(20)
    expect(jobs.filter(([, job]) => String(job['runs-on']).startsWith('windows'))).toHaveLength(1)
  })

  test('the summary waits for every other job', () => {
    const others = jobs.map(([name]) => name).filter((name) => name !== 'summary')
    expect(workflow.jobs.summary?.needs?.toSorted()).toEqual(others.toSorted())
  })

  test('what only a Mac can answer is asked on one', () => {
    const macos = workflow.jobs['escapes-macos']
    expect(String(macos?.['runs-on'])).toMatch(/^macos-\d+$/)
    expect(macos?.steps.some(({ run }) => run === 'npx vitest run --project macos test/macos')).toBe(true)
  })
})

test('agents are compared with what was kept, and a regression fails', () => {
  const { workflow, steps } = read('.github/workflows/agents-bench.yml')
  expect(Object.keys(workflow.on).toSorted()).toEqual(['pull_request', 'push'])
  expect(steps.filter(({ run }) => run === 'npm run bench:agents -- --compare')).toHaveLength(1)
  expect(existsSync('bench/ratios.json')).toBe(true)
})
