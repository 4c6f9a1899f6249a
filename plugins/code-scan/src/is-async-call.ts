import type { SyntaxId } from './expression.ts'
import type { FileFacts } from './file-facts.ts'
import type { SgNode } from './open-parser.ts'

/** By name: whether all functions of the file that are called so are async. */
type AsyncNames = ReadonlyMap<string, boolean>

const known = new WeakMap<FileFacts, AsyncNames>()

/** Calls of the libraries of the language that give a promise or a coroutine, whatever the file says. */
const libraryCalls: Readonly<Partial<Record<SyntaxId, RegExp>>> = {
  javascript:
    /^((fs\.promises|fsp|fsPromises)\.\w+|fetch|axios\.(get|post|put|patch|delete|request)|Promise\.(all|allSettled|race|any))$/,
  python: /^(asyncio\.(sleep|wait_for|gather|wait|to_thread)|anyio\.sleep|trio\.sleep)$/,
}

/** True for a call that gives a promise or a coroutine: of an async function of this file, or of a well-known one. */
export function isAsyncCall(call: SgNode, facts: FileFacts): boolean {
  const callee = call.field('function')?.text().replace(/\s+/g, '') ?? ''
  if (libraryCalls[facts.syntax.id]?.test(callee)) return true
  const [, name] = /^(?:(?:this|self)\.#?)?([\p{L}_$][\p{L}\p{N}_$]*)$/u.exec(callee) ?? []
  if (name === undefined) return false
  const names = known.get(facts) ?? asyncNames(facts)
  known.set(facts, names)
  return names.get(callee.replace(/^(this|self)\.#?/, 'this.')) ?? false
}

function asyncNames({ root, syntax }: FileFacts): AsyncNames {
  const names = new Map<string, boolean>()
  const kinds = [...syntax.functionKinds].filter((kind) => kind !== 'lambda')
  for (const fn of root.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } })) {
    const name = nameOf(fn)
    if (name === undefined) continue
    // A generator is not run by calling it either, and a call of it alone is another mistake.
    const isAsync = /^(\w+\s+)*?async\b/.test(fn.text().slice(0, 60)) && !/^generator/.test(String(fn.kind()))
    names.set(name, (names.get(name) ?? true) && isAsync && !handlesAll(fn))
  }
  return names
}

/** A function of JavaScript whose whole work lies in a `try` with a `catch` may be called and forgotten. In Python it would not even start. */
function handlesAll(fn: SgNode): boolean {
  const statements = fn.field('body')?.namedChildren() ?? []
  return statements.some((each) => each.kind() === 'try_statement' && each.field('handler') !== null)
}

/** Methods are called through `this`, in Python `self`. */
function nameOf(fn: SgNode): string | undefined {
  const parent = fn.parent()
  const name = fn.field('name')?.text()
  if (fn.kind() === 'method_definition') return name === undefined ? undefined : `this.${name.replace(/^#/, '')}`
  if (name !== undefined) {
    const holder = parent?.kind() === 'decorated_definition' ? parent.parent() : parent
    return holder?.kind() === 'block' && holder.parent()?.kind() === 'class_definition' ? `this.${name}` : name
  }
  return parent?.kind() === 'variable_declarator' ? parent.field('name')?.text() : undefined
}
