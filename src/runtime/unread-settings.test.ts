import { expect, test } from 'vitest'
import type { ConfigLayer, ConfigLayerName } from '../config/config-layer.ts'
import type { Table } from '../config/table.ts'
import { assertRestrictionsRead } from './unread-settings.ts'

const layer = (name: ConfigLayerName, table: Table): ConfigLayer => ({
  name,
  table,
  source: { file: `/${name}.toml`, text: '', locate: () => undefined },
})
const check =
  (...layers: readonly ConfigLayer[]) =>
  () =>
    assertRestrictionsRead({ layers })
const refusal = (key: string, file: string) =>
  expect.objectContaining({ code: 'config.invalid', location: { file, field: key } })

test('what this version reads stops nothing', () => {
  expect(check(layer('user', { default_permissions: ':workspace' }), layer('project', {}))).not.toThrow()
})

test('a table that is there stops nothing', () => {
  const permissions = { mine: { filesystem: { ':root': 'read' } } }
  expect(check(layer('user', { default_permissions: 'mine', permissions }))).not.toThrow()
  expect(check(layer('user', { permissions }), layer('project', { default_permissions: 'mine' }))).not.toThrow()
})

test.each(['user', 'project', 'override'] as const)(
  'the name of a table that is not there, in the layer %s, stops threads',
  (name) => {
    expect(check(layer(name, { default_permissions: 'mine' }))).toThrow(refusal('default_permissions', `/${name}.toml`))
  },
)

test("a repository's word over it does not make the user's restriction unsaid", () => {
  const layers = [
    layer('user', { default_permissions: 'mine' }),
    layer('project', { default_permissions: ':workspace' }),
  ]
  expect(check(...layers)).toThrow(refusal('default_permissions', '/user.toml'))
})

test("the user's own command line may put another word over it", () => {
  const layers = [
    layer('user', { default_permissions: 'mine' }),
    layer('override', { default_permissions: ':workspace' }),
  ]
  expect(check(...layers)).not.toThrow()
})
