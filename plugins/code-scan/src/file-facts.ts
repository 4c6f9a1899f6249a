import type { Binding, Parameter, Syntax } from './expression.ts'
import type { SgNode } from './open-parser.ts'
import { isAscii } from './plain-regex.ts'
import type { HasWord } from './required-texts.ts'

/** What following values asks of a file again and again, for all rules: each is found out once, when first asked. */
export interface FileFacts {
  readonly root: SgNode
  readonly text: string
  readonly syntax: Syntax
  /** What words the text holds. */
  readonly has: HasWord
  /** No other character is in the tree; that of a template is read without its tags. */
  readonly isAscii: boolean
  bindingsOf(scope: SgNode, name: string): readonly Binding[]
  parametersOf(fn: SgNode): readonly Parameter[]
  functionNamed(name: string): SgNode | undefined
  /** By callee, such as `repo.find`; for languages that tell which function of the file that is. */
  functionCalled(callee: string): SgNode | undefined
  isCleanMember(member: string): boolean
  isCleanType(type: string): boolean
  nameOfFunction(fn: SgNode): string | undefined
  callsOf(name: string): readonly SgNode[]
  /** The full name of what is called, by way of what the file imports. */
  nameOf(callee: SgNode): string
  /** What the file puts into `this.name`. */
  fieldValues(name: string): readonly SgNode[]
}

export function createFileFacts(syntax: Syntax, root: SgNode, text: string, has: HasWord): FileFacts {
  const bindings = new Map<number, ReadonlyMap<string, readonly Binding[]>>()
  const parameters = new Map<number, readonly Parameter[]>()
  const fields = new Map<string, readonly SgNode[]>()
  const calls = new Map<string, readonly SgNode[]>()
  const cleanMembers = new Map<string, boolean>()
  const cleanTypes = new Map<string, boolean>()
  const called = new Map<string, SgNode | null>()
  const imports: { nameOf?: (callee: SgNode) => string } = {}
  const functions: { byName?: ReadonlyMap<string, SgNode>; names?: ReadonlyMap<number, string> } = {}
  const byName = (): ReadonlyMap<string, SgNode> => {
    functions.byName ??= syntax.localFunctions(root)
    return functions.byName
  }
  return {
    root,
    text,
    syntax,
    has,
    isAscii: isAscii(root.text()),
    bindingsOf: (scope, name) => once(bindings, scope.id(), () => groupByName(syntax.bindings(scope))).get(name) ?? [],
    parametersOf: (fn) => once(parameters, fn.id(), () => syntax.parameters(fn)),
    functionNamed: (name) => byName().get(name),
    isCleanMember: (member) => once(cleanMembers, member, () => syntax.isCleanMember?.(member, text) ?? false),
    isCleanType: (type) => once(cleanTypes, type, () => syntax.isCleanType?.(type, text) ?? false),
    functionCalled: (callee) =>
      once(called, callee, () => syntax.functionCalled?.(callee, byName(), text) ?? null) ?? undefined,
    nameOfFunction(fn) {
      functions.names ??= new Map([...byName()].map(([name, node]) => [node.id(), name]))
      return functions.names.get(fn.id())
    },
    nameOf(callee) {
      imports.nameOf ??= syntax.nameOf?.(root) ?? ((node) => node.text())
      return imports.nameOf(callee)
    },
    fieldValues: (name) => once(fields, name, () => syntax.fieldValues?.(root, name) ?? []),
    callsOf: (name) => once(calls, name, () => syntax.callsOf(root, name)),
  }
}

function once<Key, Value>(known: Map<Key, Value>, key: Key, find: () => Value): Value {
  const value = known.get(key)
  if (value !== undefined) return value
  const found = find()
  known.set(key, found)
  return found
}

function groupByName(bindings: readonly Binding[]): ReadonlyMap<string, readonly Binding[]> {
  return Map.groupBy(bindings, (binding) => binding.name)
}
