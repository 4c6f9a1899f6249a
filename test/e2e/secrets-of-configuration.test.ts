import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, toolOutputs } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

const credential = 'made-up-0123456789-credential'
const backwards = [...credential].reverse().join('')
const table = (env: string) => `[mcp_servers.off]\ncommand = "true"\nenabled = false\n[mcp_servers.off.env]\n${env}\n`

test('a configuration file with a credential in it is read by no tool and no command, whatever it makes of the text', async () => {
  const calls = [
    { name: 'exec_command', arguments: { cmd: 'rev ~/.codex/config.toml' } },
    { name: 'exec_command', arguments: { cmd: 'f=config; cd ~/.codex; rev "$f".to*' } },
    { name: 'read_file', arguments: { path: 'door' } },
    { name: 'search', arguments: { pattern: 'mcp_servers', path: 'door' } },
  ]
  const session = await execCase([{ calls }, { text: 'done' }], { tables: table(`API_KEY = "${credential}"`) })
  await symlink(join(session.home.codexHome, 'config.toml'), join(session.workspace.path, 'door'))
  await session.exec(['-s', 'workspace-write', 'go'])
  const outputs = Object.values(toolOutputs(sentBody(session.server, -1)))
  expect(outputs).toHaveLength(calls.length)
  expect(outputs.join('\n')).not.toContain(backwards)
  expect(outputs.join('\n')).not.toContain('mcp_servers.off')
})

test('one without a credential is a file like any other', async () => {
  const session = await execCase(
    [{ calls: [{ name: 'exec_command', arguments: { cmd: 'cat ~/.codex/config.toml' } }] }, { text: 'done' }],
    {
      tables: table('LEVEL = "verbose"'),
    },
  )
  await session.exec(['-s', 'workspace-write', 'go'])
  expect(Object.values(toolOutputs(sentBody(session.server, -1)))[0]).toContain('mcp_servers.off')
})
