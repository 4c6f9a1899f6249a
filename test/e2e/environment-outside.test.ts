import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import { mcpCase, pryingServer, stdioServer } from '../support/mcp-servers.ts'

/** What the dynamic loader of each program writes to that is started outside (ld.so(8)); a command of these profiles writes nothing there. */
function loaderLog() {
  const directory = mkdtempSync('/var/tmp/codex-loader-')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const variables = { LD_DEBUG: 'libs', LD_DEBUG_OUTPUT: join(directory, 'log') }
  const table = Object.entries(variables)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join(', ')
  return { variables, table: `{ ${table} }`, written: () => readdirSync(directory) }
}

test('a program outside of a sandbox writes what the tests below look for', () => {
  const { variables, written } = loaderLog()
  execFileSync('/bin/bash', ['-c', ':'], { env: variables, stdio: 'ignore' })
  expect(written()).toHaveLength(1)
})

test.each(['offline', 'workspace-write', 'workspace-net'])(
  'under %s what a trusted repository sets for commands reaches no program outside of the sandbox',
  async (profile) => {
    const { table, written } = loaderLog()
    const files = { '.codex/config.toml': `[shell_environment_policy]\nset = ${table}\n` }
    const session = await execCase([{ calls: [{ shell: 'echo "$LD_DEBUG"' }] }, { text: 'done' }], { files })
    await session.run(['trust'])
    const { stdout } = await session.run(['sandbox', '-P', profile, '--', 'bash', '-c', 'echo "has $LD_DEBUG"'])
    expect(stdout).toContain('has libs')
    expect((await session.exec(['--security-profile', profile, 'go'])).exitCode).toBe(0)
    expect(written()).toEqual([])
  },
)

test('what a login file sets inside reaches no program outside with the next command', async () => {
  const calls = ['one', 'two'].map((word) => ({ calls: [{ shell: `/bin/true ${word}` }] }))
  const session = await execCase([...calls, { text: 'done' }], { files: { 'project.sh': '', 'log/.keep': '' } })
  const log = join(session.workspace.path, 'log')
  // Written inside too, where no program of the sandbox is started.
  const lines = [`export LD_DEBUG_OUTPUT=${join(log, 'of')}`, 'export LD_DEBUG=libs', '']
  writeFileSync(join(session.workspace.path, 'project.sh'), lines.join('\n'))
  writeFileSync(join(session.home.homeDir, '.bash_profile'), '. ./project.sh\n')
  expect((await session.exec(['-s', 'workspace-write', 'go'], { env: { SHELL: '/bin/bash' } })).exitCode).toBe(0)
  const programs = readdirSync(log).flatMap((name) =>
    [...readFileSync(join(log, name), 'utf8').matchAll(/initialize program: (.*)/g)].map(([, program]) => program),
  )
  expect(programs.filter((program) => program === '/bin/true')).toHaveLength(2)
  expect(programs).not.toContainEqual(expect.stringContaining('bwrap'))
})

test('what the table of a server sets reaches no program outside of its sandbox', async () => {
  const { table, written } = loaderLog()
  const calls = [{ name: 'mcp__prying__write', arguments: { what: '/nowhere' } }]
  const session = await mcpCase([{ calls }, { text: 'done' }], stdioServer('prying', [pryingServer], `env = ${table}`))
  await session.exec(['go'])
  expect(session.server.requests).toHaveLength(2)
  expect(written()).toEqual([])
})
