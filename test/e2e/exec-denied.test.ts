import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems, execCase, toolOutputs } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

/** A directory that is neither in the workspace nor in the machine's temp, which workspace-write may write. */
async function outsideDirectory(): Promise<string> {
  const path = await mkdtemp('/var/tmp/codex-outside-')
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const addFile = { name: 'apply_patch', input: '*** Begin Patch\n*** Add File: n.txt\n+hi\n*** End Patch' }

test('under read-only a patch is a denial, no file appears, and the exit code is 0', async () => {
  const { exec, server, workspace } = await execCase([{ calls: [addFile] }, { text: 'could not' }])
  const result = await exec(['-s', 'read-only', 'go'])
  expect(result.exitCode).toBe(0)
  expect(existsSync(join(workspace.path, 'n.txt'))).toBe(false)
  expect(completedItems(result, 'denial')).toMatchObject([
    {
      action: { kind: 'write', path: join(workspace.path, 'n.txt') },
      reason: expect.any(String),
      layer: expect.any(String),
      rule: expect.any(String),
    },
  ])
  expect(completedItems(result, 'file_change').filter(({ status }) => status === 'completed')).toEqual([])
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toMatch(/^Denied: creating .*n\.txt\. Nothing was done\.\nReason: /)
})

test('under read-only a command runs but writes nothing', async () => {
  const { exec, workspace, home } = await execCase(
    [{ calls: [{ shell: `cat a.txt; echo changed > a.txt; touch b.txt; touch "$HOME/c.txt"` }] }, { text: 'ok' }],
    { files: { 'a.txt': 'kept\n' } },
  )
  const result = await exec(['-s', 'read-only', 'go'])
  expect(await readFile(join(workspace.path, 'a.txt'), 'utf8')).toBe('kept\n')
  expect(existsSync(join(workspace.path, 'b.txt'))).toBe(false)
  expect(existsSync(join(home.homeDir, 'c.txt'))).toBe(false)
  // Either the gate sees the redirection, or the sandbox refuses it.
  const seen = completedItems(result, 'command_execution').concat(completedItems(result, 'denial'))
  expect(seen).toHaveLength(1)
})

test('a command that a rule forbids does not run, and has no command item', async () => {
  const { exec, server, home, workspace } = await execCase(
    [{ calls: [{ shell: 'ls && rm -r keep' }, { shell: 'bash -c "rm -r keep"' }] }, { text: 'ok' }],
    { files: { 'keep/a.txt': 'x' } },
  )
  await home.write({
    'rules/default.rules': 'prefix_rule(pattern=["rm"], decision="forbidden", justification="use trash")\n',
  })
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(existsSync(join(workspace.path, 'keep/a.txt'))).toBe(true)
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'command_execution')).toEqual([])
  expect(completedItems(result, 'denial')).toMatchObject([
    { reason: expect.stringContaining('use trash'), file: join(home.codexHome, 'rules/default.rules'), line: 1 },
    { reason: expect.stringContaining('use trash') },
  ])
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toContain('use trash')
})

test('a command that would have to be asked for does not run, since exec never asks', async () => {
  const { exec, home, workspace } = await execCase([{ calls: [{ shell: 'touch made' }] }, { text: 'ok' }], {
    config: 'approval_policy = "on-request"',
  })
  await home.write({ 'rules/default.rules': 'prefix_rule(pattern=["touch"], decision="prompt")\n' })
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(existsSync(join(workspace.path, 'made'))).toBe(false)
  expect(completedItems(result, 'denial')).toHaveLength(1)
  expect(completedItems(result, 'command_execution')).toEqual([])
})

test('-s workspace-write lets commands write in the workspace and nowhere else', async () => {
  const outside = await outsideDirectory()
  const { exec, workspace } = await execCase(
    [
      { calls: [{ shell: `touch inside; touch ${outside}/x; touch .codex/x; touch .git/hooks/x; true` }] },
      { text: 'ok' },
    ],
    { git: true, files: { '.codex/a.txt': '' } },
  )
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(completedItems(result, 'command_execution')).toHaveLength(1)
  expect(existsSync(join(workspace.path, 'inside'))).toBe(true)
  expect(existsSync(join(outside, 'x'))).toBe(false)
  expect(existsSync(join(workspace.path, '.codex/x'))).toBe(false)
  expect(existsSync(join(workspace.path, '.git/hooks/x'))).toBe(false)
})

test('--add-dir is another directory that may be written', async () => {
  const [added, outside] = await Promise.all([outsideDirectory(), outsideDirectory()])
  const { exec } = await execCase([
    { calls: [{ shell: `touch ${added}/x; touch ${outside}/x; true` }] },
    { text: 'ok' },
  ])
  await exec(['-s', 'workspace-write', '--add-dir', added, 'go'])
  expect(existsSync(join(added, 'x'))).toBe(true)
  expect(existsSync(join(outside, 'x'))).toBe(false)
})

test('commands of the offline profile reach no server of this machine', async () => {
  const { exec, server } = await execCase([
    (request) => ({ calls: [{ shell: `curl -s -m 5 -o /dev/null http://${request.headers.host}/v1/seen; echo $?` }] }),
    { text: 'ok' },
  ])
  const result = await exec(['-s', 'workspace-write', 'go'])
  const [item] = completedItems(result, 'command_execution')
  if (item) expect(item.aggregated_output).not.toBe('0\n')
  expect(server.requests.map(({ path }) => path)).toEqual(['/v1/responses', '/v1/responses'])
})

test('--yolo takes every fence away', async () => {
  const outside = await outsideDirectory()
  const { exec } = await execCase([{ calls: [{ shell: `touch ${outside}/x` }] }, { text: 'ok' }])
  await exec(['--yolo', 'go'])
  expect(existsSync(join(outside, 'x'))).toBe(true)
})

test('a file that is a secret is given to no tool and no command', async () => {
  const { exec, server } = await execCase(
    [
      {
        calls: [
          { name: 'read_file', arguments: { path: '.env' } },
          { shell: 'cat .env; cat "$HOME/.ssh/id_rsa"; true' },
        ],
      },
      { text: 'ok' },
    ],
    { files: { '.env': 'PLAIN=very-private-value\n' } },
  )
  const result = await exec(['go'])
  expect(JSON.stringify(server.requests.map(({ body }) => body))).not.toContain('very-private-value')
  expect(result.stdout).not.toContain('very-private-value')
})

test('a hook that denies keeps the command from running', async () => {
  const { exec, home, workspace } = await execCase([{ calls: [{ shell: 'touch made' }] }, { text: 'ok' }])
  const plugin = {
    name: 'guard',
    version: '1.0.0',
    type: 'module',
    codex: { apiVersion: 1, contributes: { hooks: [{ event: 'PreToolUse', module: './guard.js' }] } },
  }
  const root = join(home.codexHome, 'oclif/node_modules/guard')
  await mkdir(root, { recursive: true })
  await writeFile(join(root, 'package.json'), JSON.stringify(plugin))
  await writeFile(
    join(root, 'guard.js'),
    "export const hook = { event: 'PreToolUse', run: async () => ({ decision: 'deny', reason: 'not on a Friday' }) }\n",
  )
  await writeFile(
    join(home.codexHome, 'oclif/package.json'),
    JSON.stringify({ oclif: { plugins: [{ name: 'guard', type: 'user' }] }, dependencies: { guard: '1.0.0' } }),
  )
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(existsSync(join(workspace.path, 'made'))).toBe(false)
  expect(completedItems(result, 'denial')).toMatchObject([{ reason: 'not on a Friday', layer: 'hook' }])
})
