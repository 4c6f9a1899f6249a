import type { ConfigChange, ConfigTarget } from '../config/change-config.ts'
import type { ValueExplanation } from '../config/explain-value.ts'
import { afterChange, readConfig } from '../config/read-config.ts'
import { tomlLiteral } from '../config/stringify-toml.ts'
import { formatLocation } from '../plugin-api/diagnostic.ts'
import type { ConfigInputs } from './config-inputs.ts'
import { sourceText } from './explanation-text.ts'

/** What a change of one key did, and what is in force now. */
export async function changeResult(
  change: ConfigChange,
  path: readonly string[],
  { layer, file }: ConfigTarget,
  inputs: ConfigInputs,
) {
  const { hidden, inForce, notes } = await afterChange(inputs.options, file, path)
  const isUntrusted = layer === 'project' && (await trustOf(inputs)) === 'untrusted'
  const lines = [
    changeText(change),
    ...(isUntrusted
      ? ['This repository is not trusted, so its configuration is not read. To use it: codex trust']
      : []),
    ...hiddenTexts(hidden),
    ...(change.after === undefined ? inForceTexts(change.key, inForce) : []),
    ...notes,
  ]
  const data = {
    ...change,
    layer,
    hidden,
    in_force: inForce,
    notes,
    ...(isUntrusted && { trusted: false }),
  }
  return { text: lines.join('\n'), data }
}

/** What a higher layer says in place of what was written, a sentence each. */
export function hiddenTexts(hidden: readonly ValueExplanation[]): readonly string[] {
  return hidden.flatMap(({ key, said }) =>
    said ? [`${key} = ${tomlLiteral(said.value)} stays in force: ${sourceText(said)} stands above.`] : [],
  )
}

function changeText(change: ConfigChange): string {
  const { key, before, after, changed } = change
  const place = formatLocation(change)
  if (!changed) return after === undefined ? `${key} is not set in ${change.file}` : `${key} is that already (${place})`
  const shown = (value: unknown) => (value === undefined ? 'not set' : tomlLiteral(value))
  return `${key}: ${shown(before)} → ${after === undefined ? 'removed' : shown(after)} (${place})`
}

function inForceTexts(key: string, inForce: readonly ValueExplanation[]): readonly string[] {
  if (inForce.length === 0) return [`Nothing sets ${key} now.`]
  return inForce.flatMap(({ key: each, said }) =>
    said ? `In force: ${each} = ${tomlLiteral(said.value)}, from ${sourceText(said)}.` : [],
  )
}

async function trustOf(inputs: ConfigInputs): Promise<string | undefined> {
  const read = await readConfig(inputs.options)
  return 'loaded' in read ? read.loaded.trust : undefined
}
