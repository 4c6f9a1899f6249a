import { expect, test } from 'vitest'
import { contributionsSchema } from '../plugin-api/manifest.ts'
import type { PluginManifest } from './plugin-manifest.ts'
import { createRegistry } from './registry.ts'

const plugin = (name: string, layer: PluginManifest['layer'], contributes: object): PluginManifest => ({
  ...{ name, version: '1.0.0', root: `/${name}`, layer },
  contributes: contributionsSchema.parse(contributes),
})
const tool = (id: string) => ({ id, module: `./${id}.js` })
const registryOf = (manifests: readonly PluginManifest[], disabled: readonly string[] = []) =>
  createRegistry(manifests, { disabledPlugins: new Set(disabled), platform: 'linux' })
type Registry = ReturnType<typeof createRegistry>
const active = ({ modules }: Registry) => modules('tools').map((each) => `${each.plugin.name}:${each.id}`)
const shown = ({ entries }: Registry) => entries.map(({ plugin: name, id, status }) => `${name}:${id} ${status}`)

const builtin = plugin('core', 'builtin', { tools: [tool('read'), tool('write')] })

test("an installed plugin's id shadows a built-in one, visibly", () => {
  const registry = registryOf([builtin, plugin('mine', 'plugin', { tools: [tool('read')] })])
  expect(active(registry)).toEqual(['mine:read', 'core:write'])
  expect(shown(registry)).toEqual(['core:read shadowed', 'core:write active', 'mine:read active'])
  expect(registry.entries.at(-1)?.shadows).toEqual(['core:read'])
  expect(registry.diagnostics).toEqual([])
})

test('a second of the same id in one layer is off, and it is told', () => {
  const registry = registryOf([
    plugin('a', 'plugin', { tools: [tool('t')] }),
    plugin('b', 'plugin', { tools: [tool('t')] }),
  ])
  expect(active(registry)).toEqual(['a:t'])
  expect(shown(registry)).toEqual(['a:t active', 'b:t disabled'])
  expect(registry.diagnostics).toMatchObject([{ code: 'plugin.duplicate_id', file: '/b/package.json' }])
})

test('a plugin that is turned off contributes nothing and shadows nothing', () => {
  const hooks = [{ event: 'Stop', module: './stop.js' }]
  const mine = plugin('mine', 'plugin', { tools: [tool('read')], hooks, agents: ['./agents/*.toml'] })
  const registry = registryOf([builtin, mine], ['mine'])
  expect(active(registry)).toEqual(['core:read', 'core:write'])
  expect([registry.hooks, registry.files('agents')]).toEqual([[], []])
  const own = registry.entries.filter((entry) => entry.plugin === 'mine')
  expect(own.map(({ point, reason }) => `${point}: ${reason}`)).toEqual([
    ...['tools', 'hooks', 'agents'].map((point) => `${point}: turned off in the configuration`),
  ])
})

test('of several sandboxes of one id the one for this platform is taken, and shadows what is active', () => {
  const box = (...platforms: readonly string[]) => ({ id: 'box', module: `./${platforms.join('-')}.js`, platforms })
  const core = plugin('core', 'builtin', { sandboxes: [box('darwin'), box('linux')] })
  const alone = registryOf([core])
  expect(alone.modules('sandboxes').map(({ entry }) => entry.module)).toEqual(['./linux.js'])
  expect(shown(alone)).toEqual(['core:box disabled', 'core:box active'])
  const both = registryOf([core, plugin('mine', 'plugin', { sandboxes: [box('linux')] })])
  expect(shown(both)).toEqual(['core:box disabled', 'core:box shadowed', 'mine:box active'])
})
