import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { createActivator } from './activate.ts'

const counted = 'globalThis.activateTestImports = (globalThis.activateTestImports ?? 0) + 1\n'

async function pluginWith(text: string) {
  const workspace = await makeWorkspace({ files: { 'module.mjs': text }, git: false })
  onTestFinished(() => workspace.remove())
  return { name: 'p', version: '1.0.0', root: workspace.path, layer: 'builtin', contributes: {} as never } as const // not read here
}
const entry = { module: './module.mjs' }
const activator = () => createActivator({ pluginApiUrl: 'file:///none.js' })

test('one module may hold contributions to several points, and is imported once', async () => {
  const plugin = await pluginWith(`${counted}
    export const provider = { id: 'acme', models() {}, stream() {} }
    export const router = { id: 'acme', score() {} }
    export const hook = { event: 'Stop', run() {} }`)
  const { module, hook } = activator()
  const provider = await module({ point: 'providers', id: 'acme', plugin, entry: { id: 'acme', ...entry } })
  const router = await module({ point: 'routers', id: 'acme', plugin, entry: { id: 'acme', ...entry } })
  expect(provider).toHaveProperty('stream')
  expect(router).toHaveProperty('score')
  expect(await hook({ plugin, entry: { event: 'Stop', timeout_ms: 1, ...entry } })).toHaveProperty('run')
  expect(globalThis).toHaveProperty('activateTestImports', 1)
})

test('a module that was right for one contribution is checked again for another', async () => {
  const plugin = await pluginWith(`
    export const hook = { event: 'Stop', run() {} }
    export const router = { id: 'one', score() {} }`)
  const { module, hook } = activator()
  await hook({ plugin, entry: { event: 'Stop', timeout_ms: 1, ...entry } })
  await expect(hook({ plugin, entry: { event: 'PreToolUse', timeout_ms: 1, ...entry } })).rejects.toThrow(
    'is for Stop, the manifest says PreToolUse',
  )
  await module({ point: 'routers', id: 'one', plugin, entry: { id: 'one', ...entry } })
  await expect(module({ point: 'routers', id: 'two', plugin, entry: { id: 'two', ...entry } })).rejects.toThrow(
    'is called "one", the manifest says "two"',
  )
})
