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
