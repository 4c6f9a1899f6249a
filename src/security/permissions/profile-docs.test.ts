import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseToml } from '../../config/parse-toml.ts'
import { type Definition, type ProfileDefinition, policySchema, profileSchema } from '../../plugin-api/index.ts'
import { cachePlaces } from './cache-directories.ts'
import { permissionsOfProfile } from './permissions-of-profile.ts'

const page = path.resolve(import.meta.dirname, '../../../docs/profiles.md')
const text = readFileSync(page, 'utf8')
const examples = [...text.matchAll(/```toml\n([\s\S]*?)```/g)].map(([, example = '']) => parseToml(example, page).value)
const places = { workspaceRoot: '/work', codexHome: '/home/u/.codex', homeDir: '/home/u', tempDir: '/tmp' }

test('every example of docs/profiles.md loads', () => {
  const profiles = examples.filter((example) => !('rules' in example)).map((example) => profileSchema.parse(example))
  const policies = examples.filter((example) => 'rules' in example).map((example) => policySchema.parse(example))
  expect([profiles.map(({ id }) => id), policies.map(({ id }) => id)]).toEqual([['work', 'docs-only'], ['mine']])
  for (const value of profiles) {
    const origin = { layer: 'user', file: page, trusted: true } as const
    const definition: Definition<ProfileDefinition> = { kind: 'profile', id: value.id, value, origin, shadows: [] }
    expect(permissionsOfProfile({ id: value.id, chain: [definition] }, places)).toHaveLength(1)
  }
})

test('the page names every cache', () => {
  for (const { name } of cachePlaces) expect(text.replaceAll('\n', ' ')).toContain(`\`${name}\``)
})
