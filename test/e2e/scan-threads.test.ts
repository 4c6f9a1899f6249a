import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { jsonSchemaProblems } from '../support/json-schema-problems.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const audit = ['agent', 'security-analyst', 'audit a.js', '--playbook']

async function workspaceWithFlaw() {
  const workspace = await makeWorkspace({ files: { 'a.js': 'eval(location.hash)\n' } })
  onTestFinished(() => workspace.remove())
  return workspace.path
}

test("an agent's findings are written as SARIF that the schema takes, beside its report", async () => {
  const cwd = await workspaceWithFlaw()
  const { exitCode, stdout } = await runCodex([...audit, '--findings', 'audit.sarif', '--fail-on', 'high'], { cwd })
  expect(exitCode).toBe(3)
  expect(stdout).toContain('# Security report')
  const log = JSON.parse(await readFile(join(cwd, 'audit.sarif'), 'utf8'))
  const schema = JSON.parse(readFileSync('test/fixtures/sarif/sarif-2.1.0.schema.json', 'utf8'))
  expect(jsonSchemaProblems(schema, log)).toEqual([])
  expect(log.runs[0].results).toMatchObject([
    {
      ruleId: 'js-code-injection',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'a.js' }, region: { startLine: 1 } } }],
    },
  ])
})

test('they are written as a page, too', async () => {
  const cwd = await workspaceWithFlaw()
  await runCodex([...audit, '--findings', 'audit.html', '--json'], { cwd })
  expect(await readFile(join(cwd, 'audit.html'), 'utf8')).toContain('<mark>eval(location.hash)</mark>')
})

test('a name that says no format is refused before anything runs', async () => {
  const cwd = await workspaceWithFlaw()
  const { exitCode, stdout, stderr } = await runCodex([...audit, '--findings', 'audit.pdf', '--json'], { cwd })
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain('Use a name that ends in .sarif, .html, .md, .json or .txt.')
  expect(existsSync(join(cwd, 'audit.pdf'))).toBe(false)
})

test.each(['sarif', 'json', 'markdown', 'html', 'human'])(
  'a scan prints no secret as %s, in the lines around a finding either',
  async (format) => {
    const secret = 'q7Zk3vQ9xLm2Tb7Rw5Yp'
    const code = `const api = { apiKey: '${secret}' }\neval(location.hash)\nfetch('https://user:${secret}@example.org/')\n`
    const workspace = await makeWorkspace({ files: { 'a.js': code } })
    onTestFinished(() => workspace.remove())
    const { stdout } = await runCodex(['scan', '--format', format, '--rule', 'js-code-injection'], {
      cwd: workspace.path,
    })
    expect(stdout).toContain('eval(location.hash)')
    expect(stdout).not.toContain(secret)
  },
)

test('the security analyst and a scan tell the same findings, each once, with the same severities', async () => {
  const workspace = await makeWorkspace({
    files: {
      'a.js': "const JWT_SECRET = 'q7Zk3vQ9xLm2Tb7Rw5Yp'\neval(location.hash)\n",
      Dockerfile: 'FROM node:latest\nARG NPM_TOKEN\nENV DB_PASSWORD=kitten42\n',
      '.github/workflows/ci.yml': 'on: push\njobs:\n  a:\n    steps:\n      - uses: someone/deploy@main\n',
    },
  })
  onTestFinished(() => workspace.remove())
  const cwd = workspace.path
  const agent = await runCodex(['agent', 'security-analyst', 'audit', '--playbook', '--findings', 'a.json'], { cwd })
  const scan = await runCodex(['scan', '--category', 'security', '--output', 's.json'], { cwd })
  expect([agent.exitCode, scan.exitCode]).toEqual([0, 0])
  const [told, scanned] = await Promise.all(
    ['a.json', 's.json'].map(async (file) => JSON.parse(await readFile(join(cwd, file), 'utf8'))),
  )
  const places = (report: { findings: { file: string; range: { start: { line: number } }; rule: string }[] }) =>
    report.findings.map(({ rule, file, range }) => `${file}:${range.start.line} ${rule}`).toSorted()
  expect(places(told)).toEqual(places(scanned))
  expect(told.counts).toEqual(scanned.counts)
  const { total, critical, high, medium, low } = scanned.counts
  expect(agent.stdout).toContain(
    `**${total} findings in 3 files: ${critical} critical, ${high} high, ${medium} medium, ${low} low.**`,
  )
  for (const { rule } of scanned.findings) expect(agent.stdout).toContain(`\`${rule}\``)
  expect(agent.stdout + JSON.stringify(told)).not.toMatch(/kitten42|q7Zk3vQ9/)
})
