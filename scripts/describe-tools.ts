import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createActivator } from '../src/kernel/activate.ts'
import { type BuiltPlugin, builtinManifests } from '../src/kernel/discover-plugins.ts'
import type { ToolSpecs } from '../src/kernel/plugin-manifest.ts'
import { createRegistry } from '../src/kernel/registry.ts'
import { inputSchemaOf } from '../src/tools/input-schema.ts'
import { isFreeform, toolSpec } from '../src/tools/tool-spec.ts'
import { isPlainSchema } from './is-plain-schema.ts'

/**
 * Adds to each plugin how a model sees its tools, so that a turn which calls none imports none. The bundle must be there.
 *
 * @throws CodexError `plugin.module` where a module is not what its manifest says
 */
export async function describeTools(plugins: readonly BuiltPlugin[], root: string): Promise<readonly BuiltPlugin[]> {
  const activator = createActivator({ pluginApiUrl: pathToFileURL(join(root, 'dist', 'plugin-api.js')).href })
  const registry = createRegistry(builtinManifests(plugins, root), { disabledPlugins: new Set(), platform: '' })
  const described = await Promise.all(
    registry.modules('tools').map(async (contribution) => {
      const tool = await activator.module(contribution)
      const specs: ToolSpecs = {
        function: await toolSpec(tool, { freeform: false }),
        ...(isFreeform(tool)
          ? { freeform: await toolSpec(tool, { freeform: true }) }
          : isPlainSchema(await inputSchemaOf(tool)) && { exact: true }),
      }
      return { plugin: contribution.plugin.name, id: contribution.id, specs }
    }),
  )
  return plugins.map((plugin) => {
    const own = described.filter((each) => each.plugin === plugin.name)
    return own.length === 0
      ? plugin
      : { ...plugin, toolSpecs: Object.fromEntries(own.map(({ id, specs }) => [id, specs])) }
  })
}
