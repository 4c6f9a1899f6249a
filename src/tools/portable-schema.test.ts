import { expect, test } from 'vitest'
import { portableSchema } from './portable-schema.ts'

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
/** What one property becomes. */
const property = (schema: object | boolean, more: object = {}) => {
  const { properties } = portableSchema({ ...object({ a: schema }), ...more })
  return (properties as { readonly a: unknown }).a // the root is an object with this property
}

test.each([
  ['a reference', { $ref: '#/$defs/b' }, { type: 'string' }],
  [
    'a reference with words beside it',
    { $ref: '#/$defs/b', description: 'which' },
    { type: 'string', description: 'which' },
  ],
  ['a reference of draft 4', { $ref: '#/definitions/c%20d' }, { type: 'integer' }],
  ['a reference elsewhere', { $ref: 'https://example.com/schema.json' }, {}],
  ['a reference to nothing', { $ref: '#/$defs/none' }, {}],
  ['a reference to a prototype', { $ref: '#/$defs/constructor' }, {}],
  ['oneOf', { oneOf: [{ type: 'string' }, { type: 'null' }] }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ['a constant', { const: 'x' }, { type: 'string', enum: ['x'] }],
  ['values without a type', { enum: [1, 2] }, { type: 'number', enum: [1, 2] }],
  ['values of several types', { enum: [1, 'x'] }, { enum: [1, 'x'] }],
  ['several types', { type: ['string', 'null'] }, { type: ['string', 'null'] }],
  ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
  ['true', true, {}],
  ['false', false, {}],
  ['a list without items', { type: 'array' }, { type: 'array', items: {} }],
  ['items without a type', { items: { type: 'string' } }, { type: 'array', items: { type: 'string' } }],
  [
    'a tuple',
    { type: 'array', items: [{ type: 'string' }, { type: 'number' }] },
    { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
  ],
  [
    'a tuple of one type',
    { prefixItems: [{ type: 'string' }, { type: 'string' }] },
    { type: 'array', items: { type: 'string' } },
  ],
  ['an object without properties', { type: 'object' }, { type: 'object', properties: {} }],
  [
    'properties without a type',
    { properties: { b: { type: 'string' } } },
    { type: 'object', properties: { b: { type: 'string' } } },
  ],
  [
    'a map',
    { type: 'object', additionalProperties: { $ref: '#/$defs/b' } },
    { type: 'object', properties: {}, additionalProperties: { type: 'string' } },
  ],
  [
    'patterns of names',
    { patternProperties: { '^x': {} } },
    { type: 'object', properties: {}, additionalProperties: true },
  ],
  [
    'an exclusive bound of draft 4',
    { type: 'number', minimum: 0, exclusiveMinimum: true },
    { type: 'number', exclusiveMinimum: 0 },
  ],
  [
    'a bound that is not exclusive',
    { type: 'number', maximum: 9, exclusiveMaximum: false },
    { type: 'number', maximum: 9 },
  ],
  ['required that is not there', object({ b: {} }, { required: ['b', 'c'] }), object({ b: {} }, { required: ['b'] })],
  [
    'required of draft 3',
    object({ b: { type: 'string', required: true } }),
    object({ b: { type: 'string' } }, { required: ['b'] }),
  ],
  [
    'keywords that say nothing to a model',
    { type: 'string', $comment: 'x', readOnly: true, 'x-order': 1, not: {}, if: {} },
    { type: 'string' },
  ],
  [
    'parts that all hold',
    {
      allOf: [
        object({ b: { type: 'string' } }, { required: ['b'], additionalProperties: false }),
        { $ref: '#/$defs/d' },
      ],
    },
    object({ b: { type: 'string' }, d: {} }, { required: ['b'] }),
  ],
] as const)('%s', (_, schema, expected) => {
  const $defs = { b: { type: 'string' }, d: object({ d: {} }) }
  expect(property(schema, { $defs, definitions: { 'c d': { type: 'integer' } } })).toEqual(expected)
})

test('a schema that holds itself ends, and what it says first stays', () => {
  const node = object({ name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } })
  expect(portableSchema({ $ref: '#/$defs/node', $defs: { node } })).toEqual(
    object({ name: { type: 'string' }, children: { type: 'array', items: {} } }),
  )
  expect(portableSchema(object({ self: { $ref: '#' } }))).toMatchObject(object({ self: { type: 'object' } }))
})

test('references that multiply do not fill the memory', () => {
  const level = (next: string) => object(Object.fromEntries(Array.from('abcdefgh', (name) => [name, { $ref: next }])))
  const $defs = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`l${index}`, level(`#/$defs/l${index + 1}`)]),
  )
  expect(JSON.stringify(portableSchema({ $ref: '#/$defs/l0', $defs })).length).toBeLessThan(500_000)
})

test('a choice at the root is one object with the properties of all', () => {
  const anyOf = [
    object({ kind: { const: 'a' }, path: { type: 'string' } }, { required: ['kind', 'path'] }),
    object({ kind: { const: 'b' }, url: { type: 'string' } }, { required: ['kind'], additionalProperties: false }),
  ]
  expect(portableSchema({ oneOf: anyOf, additionalProperties: false })).toEqual({
    type: 'object',
    properties: { kind: { type: 'string', enum: ['b'] }, path: { type: 'string' }, url: { type: 'string' } },
    required: ['kind'],
  })
})

test.each([{}, { type: 'string' }, { type: 'array', items: {} }, { $ref: '#' }, { type: ['object', 'null'] }])(
  'whatever stands at the root, an object comes out: %j',
  (schema) => {
    expect(portableSchema(schema)).toMatchObject({ type: 'object', properties: {} })
  },
)

test('a property may have any name', () => {
  const schema = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"toString":{"type":"number"}}}',
  )
  expect(Object.keys(portableSchema(schema).properties as object)).toEqual(['__proto__', 'toString']) // of an object
})
