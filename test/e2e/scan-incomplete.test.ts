import { readFileSync } from 'node:fs'
import { lstat, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { execCase, itemOf } from '../support/exec-case.ts'
import { jsonSchemaProblems } from '../support/json-schema-problems.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

test.each([
  [
    'out.sarif',
    (text: string) => {
      const log = JSON.parse(text)
      const schema = JSON.parse(readFileSync('test/fixtures/sarif/sarif-2.1.0.schema.json', 'utf8'))
      expect(jsonSchemaProblems(schema, log)).toEqual([])
      expect(log.runs[0].invocations[0]).toMatchObject({
        executionSuccessful: false,
        toolExecutionNotifications: [
          { level: 'error', message: { text: 'The turn was interrupted, so findings may be missing.' } },
        ],
      })
    },
  ],
  [
    'out.json',
    (text: string) => {
      expect(JSON.parse(text).incomplete).toBe('The turn was interrupted, so findings may be missing.')
    },
  ],
  [
    'out.md',
    (text: string) => {
      expect(text).toContain('**This report is not complete.** The turn was interrupted')
      expect(text).not.toContain('No findings.')
    },
  ],
  ['out.html', (text: string) => expect(text).toContain('<b>This report is not complete.</b>')],
  ['out.txt', (text: string) => expect(text).toContain('Not complete: The turn was interrupted')],
] as const)('the findings of an interrupted thread say in %s that they are not all', async (name, check) => {
  const { startExec, workspace } = await execCase([{ calls: [{ shell: 'sleep 60' }] }])
  const file = join(workspace.path, name)
  const codex = await startExec(['-s', 'workspace-write', '--findings', file, 'go'])
  await codex.event((event) => event.type === 'item.started' && itemOf(event)?.type === 'command_execution')
  codex.kill('SIGINT')
  expect((await codex.done).exitCode).toBe(130)
  check(await readFile(file, 'utf8'))
})

test('the findings of a thread that failed, and of one that came to its end, say which they are', async () => {
  const { exec, workspace } = await execCase([{ text: 'done' }])
  const file = join(workspace.path, 'out.sarif')
  const ended = async () => JSON.parse(await readFile(file, 'utf8')).runs[0].invocations[0]
  expect((await exec(['--findings', file, 'go'])).exitCode).toBe(0)
  expect((await ended()).executionSuccessful).toBe(true)
  // The script of the model is at its end, so that the request fails.
  expect((await exec(['--findings', file, 'go'])).exitCode).toBe(1)
  expect(await ended()).toMatchObject({
    executionSuccessful: false,
    toolExecutionNotifications: [{ message: { text: 'The turn failed, so findings may be missing.' } }],
  })
})

test('a place that cannot be written is refused before anything runs; a link is written through', async () => {
  const { exec, server, workspace } = await execCase([], {
    files: { 'a.js': 'eval(location.hash)\n', 'real.sarif': '' },
  })
  const { exitCode, stderr } = await exec(['--findings', join(workspace.path, 'none/out.sarif'), 'go'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('cannot be written: its directory does not exist')
  expect(server.requests).toEqual([])
  const scan = await runCodex(['scan', 'a.js', '-o', 'none/out.html'], { cwd: workspace.path })
  expect(scan).toMatchObject({ exitCode: 1, stdout: '' })
  expect(scan.stderr).toContain('output.unwritable')

  await symlink('real.sarif', join(workspace.path, 'link.sarif'))
  expect((await runCodex(['scan', 'a.js', '-o', 'link.sarif'], { cwd: workspace.path })).exitCode).toBe(0)
  expect((await lstat(join(workspace.path, 'link.sarif'))).isSymbolicLink()).toBe(true)
  expect(JSON.parse(await readFile(join(workspace.path, 'real.sarif'), 'utf8')).runs[0].results).toHaveLength(1)
  // What the shell made of standard output is kept, and gets the report.
  await symlink('/proc/self/fd/1', join(workspace.path, 'out.json'))
  const { stdout } = await runCodex(['scan', 'a.js', '-o', 'out.json'], { cwd: workspace.path })
  expect(JSON.parse(stdout).counts.total).toBe(1)
})

test('a rule that did not come to its end does not let --fail-on pass, unless its file did not change', async () => {
  const home = await makeCodexHome({
    'config.toml': '[plugins."@codex-kernel/code-scan"]\nrule_timeout_ms = 100\n',
    'scan-rules/slow.yml':
      'id: slow\nlanguage: javascript\nseverity: low\nmessage: Slow\nwhy: It looks from every number at all before it.\nrule: { kind: number, follows: { kind: string, stopBy: end } }\n',
  })
  const list = `const list = [\n${`${'1,'.repeat(20)}\n`.repeat(160)}]\n`
  const workspace = await makeWorkspace({ files: { 'list.js': list, 'other.js': 'run()\n' }, git: true })
  onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
  const scan = (...flags: readonly string[]) =>
    runCodex(['scan', '--rule', 'slow', ...flags], { cwd: workspace.path, home })
  const failed = await scan('--fail-on', 'critical')
  expect(failed.exitCode).toBe(1)
  expect(failed.stderr).toContain('Not passed: 1 file could not be scanned as a whole (list.js)')
  expect(failed.stdout).toContain('list.js: time limit, of rule slow')
  expect((await scan()).exitCode).toBe(0)
  await workspace.write({ 'other.js': 'run(1)\n' })
  expect((await scan('--fail-on', 'critical', '--diff')).exitCode).toBe(0)
})
