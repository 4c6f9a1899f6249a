import { expect, test } from 'vitest'
import { textLayer } from './file-layer.ts'
import { serverWarnings } from './server-warnings.ts'

const user = (text: string) => textLayer('user', '/home/config.toml', text)

test('a program with an address besides is told of, with the place of the address', () => {
  const layers = [user('[mcp_servers.a]\ncommand = "c"\nurl = "https://x.example"\n')]
  expect(serverWarnings(layers, [])).toMatchObject([
    {
      severity: 'warning',
      message: '`mcp_servers.a.url` is ignored, since the server has a command besides',
      ...{ file: '/home/config.toml', line: 3, column: 1, field: 'mcp_servers.a.url' },
    },
  ])
})

test('a table with neither is told of, once all layers are joined, and not where one of its keys is unknown', () => {
  const table = user('[mcp_servers.a]\nenabled = false\n')
  const message = '`mcp_servers.a` is no server: it has neither a command nor a url'
  expect(serverWarnings([table], [])).toMatchObject([{ severity: 'warning', message, line: 1 }])
  expect(serverWarnings([user('[mcp_servers.a]\ncommand = "c"\n'), table], [])).toEqual([])
  const unknown = {
    severity: 'warning',
    code: 'config.unknown_key',
    message: '',
    field: 'mcp_servers.a.comand',
  } as const
  expect(serverWarnings([table], [unknown])).toEqual([])
  expect(serverWarnings([user('model = "m"\n')], [])).toEqual([])
})
