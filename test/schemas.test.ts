import { globSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { scanRuleSchema } from '../plugins/code-scan/src/scan-rule.ts'
import { configSchema } from '../src/config/schema.ts'
import { parseToml } from '../src/config/toml.ts'
import { parseFrontMatter } from '../src/definitions/parse-front-matter.ts'
import {
  agentSchema,
  commandMetadataSchema,
  contributionsSchema,
  pluginFieldSchema,
  policySchema,
  profileSchema,
  type z,
} from '../src/plugin-api/index.ts'
import { jsonSchemaProblems } from './support/json-schema-problems.ts'

const toml = (text: string, file: string): unknown => parseToml(text, file).value
const frontMatter = (text: string, file: string): unknown => {
  const parsed = parseFrontMatter(text, file, 'x')
  return 'data' in parsed ? (parsed.data ?? {}) : undefined
}

interface Kind {
  readonly name: string
  readonly schema: z.ZodType
  readonly files: string
  read(text: string, file: string): unknown
}

/** Each kind of file, and those of this repository that are such files. */
const kinds: readonly Kind[] = [
  { name: 'agent', schema: agentSchema, files: '{builtin-agents,docs/examples/agents}/*.toml', read: toml },
  {
    name: 'command',
    schema: commandMetadataSchema,
    files: '{builtin-commands,docs/examples/commands}/*.md',
    read: frontMatter,
  },
  { name: 'profile', schema: profileSchema, files: 'profiles/*.toml', read: toml },
  { name: 'policy', schema: policySchema, files: 'profiles/policies/*.toml', read: toml },
  {
    name: 'scan-rule',
    schema: scanRuleSchema,
    files: 'plugins/code-scan/scan-rules/**/*.yml',
    read: (text) => load(text),
  },
  {
    name: 'plugin',
    schema: pluginFieldSchema.extend({ contributes: contributionsSchema.optional() }),
    files: 'plugins/*/package.json',
    read: (text) => JSON.parse(text).codex,
  },
  {
    name: 'config',
    schema: configSchema,
    files: 'docs/configuration.md',
    read: (text) =>
      Object.fromEntries(
        [...text.matchAll(/^```toml\n(.*?)^```$/gms)].flatMap(([, block]) =>
          Object.entries(parseToml(block ?? '', 'x').value),
        ),
      ),
  },
]

const schemaOf = (name: string): object => JSON.parse(readFileSync(`docs/reference/${name}.schema.json`, 'utf8'))

test.each(kinds)('every $name file of this repository fits the published schema', ({ name, files, read }) => {
  const found = globSync(files)
  expect(found.length).toBeGreaterThan(0)
  for (const file of found) {
    expect(jsonSchemaProblems(schemaOf(name), read(readFileSync(file, 'utf8'), file)), file).toEqual([])
  }
})

test.each(kinds)(
  'the published $name schema refuses what the program refuses, in every field of these files',
  (kind) => {
    const published = schemaOf(kind.name)
    let compared = 0
    for (const file of globSync(kind.files).slice(0, 12)) {
      const value = kind.read(readFileSync(file, 'utf8'), file)
      for (const { changed, at } of spoiled(value)) {
        const isRefused = !kind.schema.safeParse(changed).success
        const isRefusedHere = jsonSchemaProblems(published, changed).length > 0
        // The schema may let pass what only a rule between fields forbids; what it refuses, the program refuses too.
        if (isRefusedHere) expect(isRefused, `${file}: ${at}`).toBe(true)
        if (isRefused && !betweenFields.test(at)) expect(isRefusedHere, `${file}: ${at}`).toBe(true)
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(10)
  },
)

/** Fields that a rule beside the published schema checks: enum and its values, what is a URL, and a tool that its capability stands for. */
const betweenFields = /^(?:args\.\d+\.(?:type|values)|references\b.*|playbook\.steps\.\d+\.tool)/

/** The value with one thing wrong at a time: a field of another type, an unknown field, a field missing. */
function* spoiled(value: unknown, at: readonly string[] = []): Generator<{ changed: unknown; at: string }> {
  const say = (changed: unknown, path: readonly string[]) => ({ changed, at: path.join('.') })
  if (at.length > 0) {
    yield say(typeof value === 'number' ? 'text' : -1.5, at)
    yield say(null, at)
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.slice(0, 2).entries()) {
      for (const inner of spoiled(item, [...at, String(index)])) {
        yield { ...inner, changed: value.with(index, inner.changed) }
      }
    }
    return
  }
  if (typeof value !== 'object' || value === null) return
  yield say({ ...value, 'no such field': 1 }, [...at, 'no such field'])
  for (const [key, item] of Object.entries(value)) {
    const { [key]: _, ...others } = value as Record<string, unknown> // of a parsed file
    yield say(others, [...at, key])
    for (const inner of spoiled(item, [...at, key])) yield { ...inner, changed: { ...value, [key]: inner.changed } }
  }
}
