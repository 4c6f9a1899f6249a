import { Lang, parse, type SgNode } from '@ast-grep/napi'

/** A field or method of an interface or class. */
export interface Member {
  readonly name: string
  /** As declared, on one line, without the name of a field: its type; of a method: its signature. */
  readonly type: string
  readonly isOptional: boolean
  readonly isMethod: boolean
  /** Where the type is an object: its fields, each on one line. */
  readonly fields: readonly string[]
  readonly doc: string
}

/** One declaration of a module. */
export interface Declaration {
  readonly kind: 'interface' | 'class' | 'type' | 'function' | 'const'
  readonly name: string
  readonly isExported: boolean
  readonly doc: string
  /** The whole declaration without `export`, `declare` and its docstring, as the compiler wrote it. */
  readonly text: string
  /** Of an interface or class, in order; of what else there is none. */
  readonly members: readonly Member[]
  /** Names after `extends`. */
  readonly bases: readonly string[]
  /**
   * Each on one line: of a type the members of its union, of a constant its fields or elements; else what it is as a whole.
   * A member of a union that a `type` or `kind` tells from the others is that field, and a line for each other one.
   */
  readonly parts: readonly string[]
}

const kinds = {
  interface_declaration: 'interface',
  class_declaration: 'class',
  abstract_class_declaration: 'class',
  type_alias_declaration: 'type',
  function_signature: 'function',
  lexical_declaration: 'const',
} as const

/** The declarations of a `.d.ts` file, in order. */
export function readDeclarations(text: string): readonly Declaration[] {
  const declarations: Declaration[] = []
  let doc = ''
  // The parser stumbles over types that name their module, which the reader does not need either.
  const plain = text.replaceAll(/import\((['"])[^'"]+\1\)\./g, '')
  for (const node of parse(Lang.TypeScript, plain).root().children()) {
    if (node.kind() === 'comment') doc = docText(node.text())
    else {
      const found = declarationOf(node)
      if (found) declarations.push({ ...readDeclaration(found), isExported: node.kind() === 'export_statement', doc })
      doc = ''
    }
  }
  return declarations
}

/** Through `export` and `declare` to the declaration itself; undefined for imports and re-exports. */
function declarationOf(node: SgNode): SgNode | undefined {
  if (String(node.kind()) in kinds) return node
  const isWrapper = node.kind() === 'export_statement' || node.kind() === 'ambient_declaration'
  return isWrapper ? node.children().map(declarationOf).find(Boolean) : undefined
}

function readDeclaration(node: SgNode): Omit<Declaration, 'isExported' | 'doc'> {
  const kind = kinds[String(node.kind()) as keyof typeof kinds] // declarationOf gives no other
  const body = node.children().find((child) => ['interface_body', 'class_body'].includes(String(child.kind())))
  const named = node.kind() === 'lexical_declaration' ? node.find({ rule: { kind: 'variable_declarator' } }) : node
  const bases = node
    .children()
    .filter((child) => ['extends_type_clause', 'class_heritage'].includes(String(child.kind())))
  return {
    kind,
    name: named?.field('name')?.text() ?? '',
    text: node.text().replace(/;$/, ''),
    members: body ? readMembers(body) : [],
    bases: bases.flatMap((each) =>
      each
        .text()
        .replace(/^extends /, '')
        .split(/,\s*(?![^<]*>)/),
    ),
    parts: kind === 'type' ? alternativesOf(node.field('value')) : kind === 'const' ? constParts(named) : [],
  }
}

function readMembers(body: SgNode): readonly Member[] {
  const members: Member[] = []
  let doc = ''
  for (const node of body.children()) {
    if (node.kind() === 'comment') doc = docText(node.text())
    const name = node.field('name')?.text()
    if (name === undefined) continue
    const isPrivate = node.text().startsWith('private ')
    if (!isPrivate) members.push({ ...readMember(node, name), doc })
    doc = ''
  }
  return members
}

function readMember(node: SgNode, name: string): Omit<Member, 'doc'> {
  const isMethod = String(node.kind()).includes('method')
  const text = oneLine(node.text())
  const [before = ''] = text.split(name)
  const after = text.slice(before.length + name.length)
  return {
    name,
    type: isMethod ? text : after.replace(/^\??:\s*/, ''),
    isOptional: after.startsWith('?'),
    isMethod,
    fields: fieldLines(
      node
        .field('type')
        ?.children()
        .find((child) => child.kind() === 'object_type'),
    ),
  }
}

/** The fields of an object type; none of another type. */
function fieldLines(type: SgNode | null | undefined): readonly string[] {
  if (type?.kind() !== 'object_type' && type?.kind() !== 'tuple_type') return []
  return type
    .children()
    .flatMap((child) => (child.isNamed() && child.kind() !== 'comment' ? oneLine(child.text()) : []))
}

/** The members of a union, those of a union inside it too. */
function alternativesOf(value: SgNode | null): readonly string[] {
  if (!value) return []
  if (value.kind() !== 'union_type') return memberLines(value)
  return value
    .children()
    .filter((child) => child.isNamed() && child.kind() !== 'comment')
    .flatMap(alternativesOf)
}

function memberLines(type: SgNode): readonly string[] {
  const fields = fieldLines(type)
  const label = fields.find((field) => /^(?:readonly )?(?:type|kind): ['"]/.test(field))
  return label === undefined
    ? [oneLine(type.text())]
    : [label, ...fields.filter((field) => field !== label).map((field) => `${label}; ${field}`)]
}

/** Fields of an object type, elements of a tuple, else the type or value. */
function constParts(declarator: SgNode | null | undefined): readonly string[] {
  const annotated = declarator
    ?.field('type')
    ?.children()
    .find((child) => child.isNamed())
  const type = annotated?.kind() === 'readonly_type' ? annotated.children().at(-1) : annotated
  const fields = fieldLines(type)
  return fields.length > 0 ? fields : [oneLine((type ?? declarator?.field('value'))?.text() ?? '')]
}

/** Without comments and line breaks. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\/\*\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('; }', ' }')
    .replace(/;$/, '')
    .trim()
}

/** The text of a docstring on one line, its tags as sentences. */
function docText(comment: string): string {
  return comment
    .replace(/^\/\*\*[^\S\n]*|\s*\*\/$/g, '')
    .replaceAll(/\n\s*\*[^\S\n]?/g, '\n')
    .replaceAll(/@throws\s+/g, 'Throws ')
    .replaceAll(/@returns\s+/g, 'Gives ')
    .replaceAll(/@param (\w+)\s+/g, '`$1`: ')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
}
