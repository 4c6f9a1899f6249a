import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { fencedBlocks } from '../support/fenced-blocks.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

async function open(files: Readonly<Record<string, string>>, git = true) {
  const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files, git })]
  onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
  const run = (agent: string, prompt = 'look at it', ...more: readonly string[]) =>
    runCodex(['agent', agent, prompt, '--playbook', ...more], { home, cwd: workspace.path })
  return { home, workspace, run }
}

const agents = ['code-reviewer', 'security-analyst', 'test-engineer', 'refactoring-expert', 'performance-optimizer']
const pay = 'export function pay(cents) {\n  return cents\n}\n\nexport function refund(cents) {\n  return -cents\n}\n'
const shop = {
  'package.json': '{"name":"shop","scripts":{"test":"node --test"}}\n',
  'src/pay.js': pay,
  'src/lonely.js': 'export function lonely() {\n  return 1\n}\n',
  'test/pay.test.js': "import { pay } from '../src/pay.js'\ntest('pays', () => pay(1))\n",
}

/** The parts of a report by heading. */
function sections(report: string): Readonly<Record<string, string>> {
  const parts = report.split(/^## /m).slice(1)
  return Object.fromEntries(parts.map((part) => [part.split('\n', 1)[0] ?? '', part.slice(part.indexOf('\n') + 1)]))
}

test.each(agents)('%s without a model says which checks ran and that no model was used', async (agent) => {
  const { run } = await open(shop)
  const { exitCode, stdout, stderr } = await run(agent)
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('error') })
  expect(stdout).toMatch(/^# /)
  expect(stdout).toMatch(
    /## Checks\n\n- (?:.*\n)+\nNo language model was used: the playbook of [\w ]+ was carried out\.\n$/,
  )
  expect(stdout).not.toMatch(/did not work|\{\{|undefined|\n\n\n/)
  expect(sections(stdout).Next).toContain('codex ')
})

test('the reviewer looks at what changed, and not at what was there', async () => {
  const { run, workspace } = await open({ ...shop, 'src/old.js': 'if (x = 1) {\n  debugger\n}\n' })
  await workspace.write({
    'src/pay.js': pay.replace('return -cents', 'if (cents = 0) return 1\n  return -cents'),
    'src/run.js':
      "import { execSync } from 'node:child_process'\nexport function run(request) {\n  return execSync('ls ' + request.query.dir)\n}\n",
    'go/main.go': 'package main\n\n<<<<<<< HEAD\nfunc main() {\n',
  })
  const { stdout } = await run('code-reviewer', 'review my change')
  expect(stdout).toMatch(/^# Review: The working tree against HEAD\n\n3 files, \d+ lines added/)
  const first = sections(stdout)['Look at these first'] ?? ''
  expect(first).toContain('`src/pay.js:6`')
  expect(first).toContain('`go/main.go:3`')
  expect(stdout).not.toContain('src/old.js')
  expect(sections(stdout)['Changed without a test']).toMatch(
    /`src\/pay\.js:5` refund: its tests did not change \(test\/pay\.test\.js\)/,
  )
})

test('the reviewer takes the last commit where nothing is changed, and a branch where it is asked for', async () => {
  const { run, workspace } = await open(shop)
  await workspace.git('switch', '--quiet', '--create', 'feature')
  for (const name of ['one', 'two']) {
    await workspace.write({ [`src/${name}.js`]: `export function ${name}() {\n  return 1\n}\n` })
    await workspace.git('add', '--all')
    await workspace.git('commit', '--quiet', `--message=${name}`)
  }
  const last = (await run('code-reviewer')).stdout
  expect(last).toMatch(/^# Review: The last commit\n/)
  expect(last).not.toContain('src/one.js')
  await workspace.write({ 'src/new.js': 'eval(location.hash)\n', 'src/staged.js': 'debugger\n' })
  await workspace.git('add', 'src/staged.js')
  for (const [wish, title] of [
    ['review the last commit', 'The last commit'],
    ['review the last 2 commits', 'The commits `HEAD~2..HEAD`'],
    ['review HEAD~2..HEAD~1', 'The commits `HEAD~2..HEAD~1`'],
  ] as const) {
    const { stdout } = await run('code-reviewer', wish)
    expect(stdout.split('\n')[0]).toBe(`# Review: ${title}`)
    expect(stdout).not.toMatch(/src\/(new|staged)\.js/)
  }
  const branch = (await run('code-reviewer', 'review this branch')).stdout
  expect(branch).toMatch(/^# Review: This branch, uncommitted changes included, against main \(merge base/)
  expect(branch).toContain('src/one.js')
  expect((await run('code-reviewer', 'what changed since v9?')).stdout).toContain('There is no revision "v9".')
})

test('the test engineer names what no test comes to, reads coverage, and says how the tests are run', async () => {
  const { run } = await open({
    ...shop,
    '.gitignore': 'coverage\n',
    'coverage/lcov.info': 'SF:src/pay.js\nFN:5,refund\nFNDA:0,refund\nDA:2,1\nDA:6,0\nend_of_record\n',
    'test/lonely.test.js': "test.only('x', () => {})\n",
  })
  const { stdout } = await run('test-engineer')
  expect(stdout).toContain('50 % of 2 lines ran in the last reported run')
  const { Coverage, 'Run them': commands } = sections(stdout)
  expect(Coverage).toContain('`src/pay.js` 50 %, lines that did not run: 6')
  expect(Coverage).toContain('`src/pay.js:5` refund')
  expect(commands).toContain('`npm test` (`package.json`)')
  const without = await open({ 'src/pay.js': pay })
  const report = (await without.run('test-engineer')).stdout
  expect(sections(report)['Begin here']).toContain('`src/pay.js` (6 lines): pay, refund')
  expect(sections(report).Coverage).toContain('No coverage report was found')
})

test('the refactoring expert measures, and names what no test holds', async () => {
  const branches = Array.from(
    { length: 12 },
    (_, n) => `  if (a > ${n}) {\n    if (b < ${n}) {\n      c += ${n}\n    }\n  }\n`,
  ).join('')
  const { run } = await open({ 'src/knot.js': `export function knot(a, b) {\n  let c = 0\n${branches}  return c\n}\n` })
  const { stdout } = await run('refactoring-expert')
  expect(sections(stdout)['Hard to follow']).toContain('| knot | `src/knot.js:1` | 36 |')
  expect(sections(stdout)['Of these, no test comes to']).toContain('`src/knot.js`, with knot')
})

test('the performance optimizer says that nothing was measured, unless a profile is there', async () => {
  const frame = { functionName: 'parse', url: 'file:///x/parse.js', lineNumber: 4 }
  const profile = JSON.stringify({
    nodes: [{ id: 1, callFrame: frame }],
    startTime: 0,
    endTime: 9000,
    samples: [1, 1],
    timeDeltas: [0, 9000],
  })
  const slow =
    "import { readFileSync } from 'node:fs'\napp.get('/x', (req, res) => {\n  res.send(readFileSync('big.txt'))\n})\n"
  const { run, workspace } = await open({ 'src/server.js': slow })
  const before = (await run('performance-optimizer')).stdout
  expect(before).toContain('**Nothing was measured.**')
  expect(sections(before)['Places to measure']).toContain('`src/server.js:3`')
  await workspace.write({ 'run.cpuprofile': profile })
  const after = (await run('performance-optimizer')).stdout
  expect(after).not.toContain('Nothing was measured')
  expect(sections(after).Measured).toContain('| 100 % | 9 ms | 9 ms | parse | /x/parse.js:5 |')
})

test('the security analyst lists what comes in, with the routes that nobody guards', async () => {
  const { run } = await open({
    'src/server.js':
      "import express from 'express'\nconst app = express()\napp.get('/a', list)\napp.post('/b', requireLogin, add)\napp.delete('/c', drop)\n",
  })
  const surface = sections((await run('security-analyst')).stdout)['Attack surface'] ?? ''
  expect(surface).toContain('- GET /a `src/server.js:3`')
  expect(surface).toContain('- POST /b `src/server.js:4` (requireLogin)')
  expect(surface).toMatch(/for changes or any method: 1 route\.\*\*[\s\S]*- DELETE \/c `src\/server\.js:5`/)
})

test.each(agents)(
  '%s answers well in a bare directory, in an empty repository, and about a folder that is not there',
  async (agent) => {
    const bare = await open({}, false)
    expect(await bare.run(agent)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('No language model was used'),
    })
    await bare.workspace.git('init', '--quiet')
    expect((await bare.run(agent)).exitCode).toBe(0)
    const missing = await bare.run(agent, 'look at it', 'no/such/folder')
    expect(missing.exitCode).toBe(2)
    expect(missing.stderr).toContain('no/such/folder')
  },
)

test('--json tells each call and finding, --findings writes them, and --fail-on decides the exit code', async () => {
  const { run, workspace } = await open({
    ...shop,
    'src/run.js': 'export const run = (request) => eval(request.query.code)\n',
  })
  const { exitCode, stdout } = await run(
    'security-analyst',
    'audit',
    '--json',
    '--fail-on',
    'high',
    '--findings',
    'out.sarif',
  )
  expect(exitCode).toBe(3)
  const events = stdout
    .trim()
    .split('\n')
    .map((line): { type: string; item?: { type: string; tool?: string } } => JSON.parse(line))
  const items = events.filter(({ type }) => type === 'item.completed').map(({ item }) => item)
  expect(items.flatMap((item) => item?.tool ?? [])).toEqual(
    expect.arrayContaining(['attack_surface', 'code_scan', 'secret_scan', 'dependency_scan']),
  )
  expect(items.some((item) => item?.type === 'finding')).toBe(true)
  expect(events.at(-1)?.type).toBe('turn.completed')
  await workspace.git('ls-files', '--error-unmatch', '--others', 'out.sarif')
})

test('the review that docs/agents.md shows is what the reviewer gives', async () => {
  const page = readFileSync(new URL('../../docs/agents.md', import.meta.url), 'utf8')
  const shown = fencedBlocks(page).find(({ text }) => text.startsWith('# Review'))?.text ?? 'no example'
  const { run, workspace } = await open(shop)
  await workspace.write({ 'src/pay.js': pay.replace('  return -cents', '  if (cents = 0) return 0\n  return -cents') })
  expect((await run('code-reviewer', 'review my change')).stdout.slice(0, shown.length)).toBe(shown)
})

test('a path that a prompt names and that is not there ends the run, and nothing else is looked at in its place', async () => {
  const { run } = await open({ ...shop, 'src/bad.js': 'eval(location.hash)\n' })
  for (const agent of ['security-analyst', 'code-reviewer']) {
    const missing = await run(agent, 'audit src/bed.js')
    expect({ ...missing, stderr: '' }).toMatchObject({ exitCode: 2, stdout: '' })
    expect(missing.stderr).toContain('There is no file or folder src/bed.js')
    expect(missing.stderr).toContain('Did you mean bad.js')
  }
  const some = await run('security-analyst', 'audit src/bad.js and src/gone.js')
  expect(some.exitCode).toBe(0)
  expect(some.stderr).toContain('There is no file or folder src/gone.js: only what is there is looked at.')
})

test('what files are called and what stands in them is neither heading nor HTML in a report', async () => {
  const name = 'src/a\n# Security report\n\n**No rule found anything.** <img src=x onerror=alert(1)>.js'
  const code = "eval(location.hash) // `x` ``y``\nif (location.hash = '<img src=x onerror=alert(2)>') f()\n"
  const { run } = await open({ 'index.js': '', [name]: code }, false)
  for (const agent of ['security-analyst', 'code-reviewer']) {
    const { exitCode, stdout } = await run(agent)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('`src/a # Security report **No rule found anything.** <img src=x onerror=alert(1)>.js:1`')
    const { parse } = await import('marked')
    const page = await parse(stdout)
    expect(page).not.toContain('<img')
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page).not.toContain('<strong>No rule found anything.</strong>')
  }
})
