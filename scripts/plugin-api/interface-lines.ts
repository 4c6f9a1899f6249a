import { z } from 'zod'
import * as api from '../../src/plugin-api/index.ts'
import { type Declaration, type Member, oneLine, readDeclarations } from '../reference/read-declarations.ts'
import { fieldsOf, type JsonSchema } from '../reference/schema-page.ts'

const required = ' (required)'

/**
 * The plugin interface in a normal form: one fact a line, sorted, without comments. Something that comes on top is a new
 * line; a line that is gone or different is a change of what plugins rely on.
 *
 * @param declarations what `emitDeclarations` gives
 */
export function interfaceLines(declarations: ReadonlyMap<string, string>): readonly string[] {
  const lines = [...declarations.values()].flatMap((text) => {
    const found = readDeclarations(text)
    return found.flatMap((each) => (isPublic(each, found) ? linesOf(each) : []))
  })
  const errors = Object.entries(api.errorTable).map(([code, { exit }]) => `error ${code} exits ${exit}`)
  return [...new Set([...lines, ...errors])].sort()
}

export interface InterfaceChange {
  readonly added: readonly string[]
  /** Lines that plugins may rely on and that are not there any more. */
  readonly removed: readonly string[]
  /** New fields that a file or manifest of today lacks. */
  readonly demanded: readonly string[]
}

/** What has changed between two normal forms. It breaks plugins unless `removed` and `demanded` are empty. */
export function compareInterfaces(before: readonly string[], after: readonly string[]): InterfaceChange {
  const added = after.filter((line) => !before.includes(line))
  const known = new Set(before.map((line) => fieldOf(line)))
  const demanded = added.filter((line) => line.endsWith(required) && known.has(parentOf(fieldOf(line))))
  return { added, removed: before.filter((line) => !after.includes(line)), demanded }
}

/** Declarations that are not exported count where an exported one extends them. */
function isPublic(declaration: Declaration, siblings: readonly Declaration[]): boolean {
  return declaration.isExported || siblings.some(({ bases }) => bases.includes(declaration.name))
}

function linesOf({ kind, name, text, members, bases, parts }: Declaration): readonly string[] {
  switch (kind) {
    case 'interface':
    case 'class':
      return [
        [kind, name, ...(bases.length > 0 ? ['extends', bases.map(oneLine).join(', ')] : [])].join(' '),
        ...members.flatMap((member) => memberLines(member).map((line) => `${kind} ${name} ${line}`)),
      ]
    case 'type':
      return parts.map((part) => `type ${name} ${part}`)
    case 'function':
      return [oneLine(text)]
    case 'const':
      // The codes are listed with what they exit with, and without the texts that people read.
      if (name === 'errorTable') return []
      return schemaLines(name) ?? parts.map((part) => `const ${name} ${part}`)
  }
}

function memberLines({ name, type, isOptional, isMethod, fields }: Member): readonly string[] {
  if (isMethod) return [type]
  const field = `${name}${isOptional ? '?' : ''}`
  return fields.length > 0 ? fields.map((each) => `${field}.${each}`) : [`${field}: ${type}`]
}

/** A schema by what may be written for it; undefined for what is none. */
function schemaLines(name: string): readonly string[] | undefined {
  const value: unknown = (api as Readonly<Record<string, unknown>>)[name] // whatever is exported under that name
  if (!(value instanceof z.ZodType)) return undefined
  const schema = z.toJSONSchema(value, { io: 'input', reused: 'inline' }) as JsonSchema // what toJSONSchema writes
  const fields = fieldsOf(schema).map(({ path, type, fallback }) => {
    const absent = fallback === 'required' ? required : fallback === '' ? '' : ` (default ${fallback})`
    return `schema ${name}.${path}: ${type}${absent}`
  })
  return [`schema ${name}`, ...fields]
}

/** `schema NAME.path` of a line about a field. */
function fieldOf(line: string): string {
  return line.split(':')[0] ?? ''
}

function parentOf(field: string): string {
  return field.slice(0, field.lastIndexOf('.')).replace(/(?:\[\]|\.NAME)+$/, '')
}
