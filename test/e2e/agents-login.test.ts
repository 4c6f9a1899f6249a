import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentSession, requestsOf, team, toldOf } from '../support/agent-script.ts'
import type { ModelTurn } from '../support/model-server.ts'

const greet = (who: string): ModelTurn => ({
  calls: [{ name: 'exec_command', arguments: { cmd: `greet ${who}; pwd`, login: true } }],
})
const done: ModelTurn = { text: 'Done.' }
const spawn = (to: string) => team('spawn', { to, say: 'go' })

/** Two agents and the one that begins them, each of which runs a command in a login shell; with what the login files say of how often they were read. */
async function loginsOf(agents: Readonly<Record<string, string>>) {
  const session = await agentSession(
    {
      lead: [greet('lead'), spawn('one'), team('wait', { to: 'one' }), spawn('two'), team('wait', { to: 'two' }), done],
      one: [greet('one'), done],
      two: [greet('two'), done],
    },
    { agents },
  )
  const log = join(session.home.homeDir, 'logins')
  await writeFile(join(session.home.homeDir, '.bash_profile'), `echo x >> ${log}\ngreet() { echo "hello $1"; }\ncd /\n`)
  const { exitCode, stderr } = await session.run(['exec', '-s', 'danger-full-access', '@lead go'], {
    env: { SHELL: '/bin/bash' },
  })
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' })
  const outputs = ['lead', 'one', 'two'].map((id) => toldOf(requestsOf(session.server, id)[1]))
  return { outputs, logins: await readFile(log, 'utf8'), cwd: session.workspace.path }
}

test('login files are read once for all agents of a run, which work where the one that began them does', async () => {
  const { outputs, logins, cwd } = await loginsOf({})
  expect(logins).toBe('x\n')
  expect(outputs.map((text) => text.split('Output:\n')[1])).toEqual(
    ['lead', 'one', 'two'].map((who) => `hello ${who}\n${cwd}\n`),
  )
})

test('an agent that may read less than the one that began it takes over nothing that was read for that one', async () => {
  const narrow =
    '[permissions]\nfile_access = "read-only"\nshell_execution = true\n[permissions.file_patterns]\ndeny_read = ["**/.bash_profile"]\n'
  const { logins } = await loginsOf({ two: narrow })
  expect(logins).toBe('x\nx\n')
})
