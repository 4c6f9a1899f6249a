import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { defaultConfig } from './defaults.ts'
import { agentRole } from './schema/agent-fields.ts'
import { type Config, type ConfigFile, configFields, configSchema } from './schema.ts'

test('every key, at every depth, is described', () => {
  const schema = z.toJSONSchema(z.strictObject({ config: configSchema, role: agentRole() }).describe('all'))
  expect(undescribed(schema, 'config')).toEqual([])
})

/** Paths of properties without a description. */
function undescribed(schema: unknown, path: string): readonly string[] {
  const { properties, additionalProperties } = Object(schema)
  const inner = Object.entries(Object(properties)).flatMap(([key, value]) => [
    ...(Object(value).description || ['config', 'role'].includes(key) ? [] : [`${path}.${key}`]),
    ...undescribed(value, `${path}.${key}`),
  ])
  return typeof additionalProperties === 'object'
    ? [...inner, ...undescribed(additionalProperties, `${path}.*`)]
    : inner
}

test('keys are in snake_case and fields are made one by one', () => {
  expect(Object.keys(configSchema.shape)).toEqual(Object.keys(configFields))
  for (const key of Object.keys(configSchema.shape)) expect(key).toMatch(/^[a-z][a-z0-9_]*$/)
})

test('the defaults fit the schema', () => {
  expect(configSchema.parse(defaultConfig)).toEqual(defaultConfig)
  expect(defaultConfig.agents).toMatchObject({ activation_threshold: 0.6, max_parallel_agents: 3 })
  expect(defaultConfig.agents.suggestions.suggestion_count).toBe(3)
})

test('what has a default is there in Config', () => {
  expectTypeOf<Config['agents']['activation_threshold']>().toEqualTypeOf<number>()
  expectTypeOf<Config['agents']['suggestions']['auto_suggest']>().toEqualTypeOf<boolean>()
  expectTypeOf<Config['model']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<ConfigFile['model_provider']>().toEqualTypeOf<string | undefined>()
})

test('a fallback names a model', () => {
  const isTaken = (name: string) => configSchema.safeParse({ ...defaultConfig, fallback: [name] }).success
  const named = ['m', 'ok/m', 'ok/org/m', '/models/llama', 'ok//models/llama']
  expect([...named, '', ' ', 'ok/', 'ok/ ', '/'].filter(isTaken)).toEqual(named)
})
