import type { ConfigLayer } from '../config/config-layer.ts'
import { placeOfKey } from '../config/place-of-key.ts'
import { valueAt } from '../config/table.ts'
import type { PermissionLayer } from '../plugin-api/permissions.ts'
import { noneAllowed } from '../security/permissions/dimension-of.ts'
import { everything } from '../security/permissions/intersect.ts'
import { repositoryConfig, userConfig } from './config-of-layers.ts'

/**
 * The layers of `agents.enable_orchestration = false` and `features.multi_agent = false`: no agent hands work to another. The user and the
 * repository can each say so.
 */
export function orchestrationLayer(layers: readonly ConfigLayer[]): readonly PermissionLayer[] {
  return switches.flatMap((key) => switchedOff(key, layers))
}

const switches = [
  ['agents', 'enable_orchestration'],
  ['features', 'multi_agent'],
] as const

function switchedOff(key: readonly string[], layers: readonly ConfigLayer[]): readonly PermissionLayer[] {
  const said = [userConfig(layers), repositoryConfig(layers)]
  if (!said.some((config) => valueAt(config, key) === false)) return []
  const place = placeOfKey(
    key,
    layers.filter(({ table }) => valueAt(table, key) === false),
  )
  return [
    {
      name: `${key.join('.')} = false`,
      permissions: { ...everything, delegate: noneAllowed },
      ...(place?.file !== undefined && { file: place.file }),
      ...(place?.line !== undefined && { line: place.line }),
    },
  ]
}
