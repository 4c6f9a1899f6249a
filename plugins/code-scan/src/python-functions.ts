import type { Parameter } from './expression.ts'
import type { SgNode } from './open-parser.ts'

/** Functions of a file by name; methods by `Class.name` as well. */
export function localFunctions(root: SgNode): ReadonlyMap<string, SgNode> {
  const functions = root.findAll({ rule: { kind: 'function_definition' } })
  const plain = functions.map((fn): [string, SgNode] => [nameOf(fn), fn])
  const methods = functions.flatMap((fn): [string, SgNode][] => {
    const owner = classOf(fn)
    return owner ? [[`${nameOf(owner)}.${nameOf(fn)}`, fn]] : []
  })
  return new Map([...plain, ...methods])
}

/**
 * The function of the file that a call such as `repo.find` means: a method, where the receiver is an object of its class,
 * or where no other class of the file has one of that name and the name is no everyday word.
 */
export function functionCalled(
  callee: string,
  functions: ReadonlyMap<string, SgNode>,
  text: string,
): SgNode | undefined {
  const plain = /^(?:self\.|cls\.)?(\w+)$/.exec(callee)?.[1]
  if (plain !== undefined) return functions.get(plain)
  const [, receiver, method] = /^(?:.*\.)?(\w+)(?:\(.*\))?\.(\w+)$/.exec(callee) ?? []
  if (!receiver || !method || !functions.has(method)) return undefined
  const owners = [...functions.keys()].filter((key) => key.endsWith(`.${method}`)).map((key) => key.split('.')[0] ?? '')
  const owner = owners.find((name) => isObjectOf(receiver, name, text))
  if (owner) return functions.get(`${owner}.${method}`)
  return owners.length === 1 && isTelling(method) ? functions.get(`${owners[0]}.${method}`) : undefined
}

/** Calls of a function of the file, by the name that `localFunctions` gives it. */
export function callsOf(root: SgNode, name: string): readonly SgNode[] {
  const [method = '', owner] = name.split('.').reverse()
  const calls = root.findAll({
    rule: {
      kind: 'call',
      has: { field: 'function', regex: `^((self|cls)\\.)?${method}$|${owner ? `\\.${method}$` : '^$'}` },
    },
  })
  if (owner === undefined) return calls
  const text = root.text()
  return calls.filter((call) => {
    const callee = call.field('function')?.text().replace(/\s+/g, '') ?? ''
    const receiver = /^(?:.*\.)?(\w+)(?:\(.*\))?\.\w+$/.exec(callee)?.[1]
    if (receiver === undefined) return false
    return /^(self|cls)$/.test(receiver) || isTelling(method) || isObjectOf(receiver, owner, text)
  })
}

/** True where the file says that a name holds an object of a class, or is the class. */
function isObjectOf(name: string, owner: string, text: string): boolean {
  if (name === owner) return true
  return new RegExp(
    `\\b${name}\\s*(:[^=\\n]{1,60})?=\\s*(await\\s+)?([\\w.]+\\.)?${owner}\\(|\\b${name}\\s*:\\s*['"]?${owner}\\b`,
  ).test(text)
}

/** A method of two words is hardly one of a library. */
const isTelling = (method: string): boolean =>
  /^[a-z]+_\w+$/.test(method) &&
  !/^(get_json|get_data|read_text|write_text|read_bytes|write_bytes|send_file|set_cookie|set_header|add_argument|parse_args|get_object|get_queryset|get_or_create|fetch_all|fetch_one|get_argument)$/.test(
    method,
  )

/** The argument that a parameter gets; of `f(**values)` the values. */
export function argumentFor(args: readonly SgNode[], { name, index }: Parameter): SgNode | undefined {
  const named = args.find((arg) => arg.kind() === 'keyword_argument' && arg.field('name')?.text() === name)
  if (named) return named.field('value') ?? undefined
  const placed = args[index]
  if (placed && !/^(keyword_argument|dictionary_splat)$/.test(String(placed.kind()))) return placed
  return args.find((arg) => /^(list|dictionary)_splat$/.test(String(arg.kind())))
}

export function parameters(fn: SgNode): readonly Parameter[] {
  const list = fn.field('parameters')?.namedChildren() ?? []
  const declared = list.filter((child) => !/comment|separator/.test(String(child.kind())))
  const isMethod = /^(self|cls)$/.test(declared[0]?.text() ?? '')
  return declared.flatMap((child, place): Parameter[] => {
    const named = child.kind() === 'identifier' ? child : (child.field('name') ?? child.namedChildren()[0])
    if (!named) return []
    const type = child.field('type')?.text() ?? decoratedType(fn, named.text())
    const fallback = child.field('value')
    const index = isMethod ? place - 1 : place
    const name = named.text().replace(/^\*+/, '')
    return [{ name, index, access: [], ...(type ? { type } : {}), ...(fallback ? { fallback } : {}) }]
  })
}

/** Of `@app.route('/orders/<int:number>')` and `@click.option('--number', type=int)`. */
function decoratedType(fn: SgNode, name: string): string | undefined {
  const decorated = fn.parent()
  if (decorated?.kind() !== 'decorated_definition') return undefined
  const isNumber = decorated.namedChildren().some((child) => {
    if (child.kind() !== 'decorator') return false
    const text = child.text()
    return (
      new RegExp(`<(int|float|uuid):${name}>|:${name}<int>`).test(text) ||
      (new RegExp(`['"](--)?${name.replaceAll('_', '[-_]')}['"]`).test(text) && numberOption.test(text))
    )
  })
  return isNumber ? 'int' : undefined
}

const numberOption =
  /type\s*=\s*(int|float|click\.(INT|FLOAT|IntRange|Choice)|['"]int['"])|is_flag|action\s*=\s*['"]store_(true|false|const)|choices\s*=/

/** True for `args.port`, where the parser of the command line makes a number of it or knows all values; and for fields of models. */
export function isCleanMember(text: string, code: string): boolean {
  const [, object, name] = /^(\w+)\.(\w+)$/.exec(text) ?? []
  if (object === undefined || name === undefined) return false
  if (isCleanField(object, name, code)) return true
  const isParsed =
    /args|opts|options/.test(object) || new RegExp(`\\b${object}\\s*=\\s*[\\w.()]*parse_args\\(`).test(code)
  if (!isParsed) return false
  const option = new RegExp(`add_argument\\([^()]*['"](--)?${name.replaceAll('_', '[-_]')}['"][^()]*`, 'g')
  return (code.match(option) ?? []).some((call) => numberOption.test(call))
}

/** True for `job.priority`, where the class of `job` stands in the file and says that it is a number or one of some words. */
function isCleanField(object: string, field: string, code: string): boolean {
  const type = new RegExp(`\\b${object}\\s*:\\s*['"]?([A-Z]\\w*)\\b`).exec(code)?.[1]
  if (type === undefined) return false
  const body =
    new RegExp(`^class ${type}\\b[^\\n]*:\\s*\\n((?:[ \\t]+[^\\n]*\\n|\\s*\\n)*)`, 'm').exec(`${code}\n`)?.[1] ?? ''
  const declared = new RegExp(`^[ \\t]+${field}\\s*:\\s*([^=\\n]+)`, 'm').exec(body)?.[1]
  return (
    declared !== undefined &&
    /^(Optional\[)?(int|float|bool|UUID|uuid\.UUID|date|datetime|Decimal|PositiveInt|Literal\[.*|con(int|float)\(.*)\b/.test(
      declared.trim(),
    )
  )
}

/** True for a type of the file that has fixed values, or holds no text. */
export function isCleanType(type: string, code: string): boolean {
  const name = /^(?:Optional\[|Annotated\[)?(\w+)/.exec(type)?.[1]
  if (name === undefined || /^(str|dict|list|Any|bytes|List|Dict)$/.test(name)) return false
  return new RegExp(`^\\s*class ${name}\\([^)]*\\b(Enum|IntEnum|StrEnum)\\b`, 'm').test(code)
}

export function returnsOf(fn: SgNode, functionKinds: ReadonlySet<string>): readonly SgNode[] {
  const body = fn.field('body')
  if (!body) return []
  if (fn.kind() === 'lambda') return [body]
  const own = (node: SgNode): SgNode[] => {
    const kind = String(node.kind())
    if (functionKinds.has(kind)) return []
    if (kind === 'return_statement' || kind === 'yield') return node.namedChildren().slice(0, 1)
    return node.namedChildren().flatMap(own)
  }
  return own(body)
}

/** True inside of `def test_…`, and of what unittest calls around it. */
export function isTestCode(node: SgNode): boolean {
  return node
    .ancestors()
    .some((outer) => outer.kind() === 'function_definition' && /^(test_\w*|setUp\w*|tearDown\w*)$/.test(nameOf(outer)))
}

/** The class that a method stands in. */
export function classOf(fn: SgNode): SgNode | undefined {
  const outer = fn.parent()
  const block = outer?.kind() === 'decorated_definition' ? outer.parent() : outer
  const owner = block?.parent()
  return owner?.kind() === 'class_definition' ? owner : undefined
}

const nameOf = (node: SgNode): string => node.field('name')?.text() ?? ''
