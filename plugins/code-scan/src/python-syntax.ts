import type { Expression, Parameter, Syntax } from './expression.ts'
import type { SgNode } from './open-parser.ts'
import { pythonBindings } from './python-bindings.ts'

const functionKinds = new Set(['function_definition', 'lambda'])
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** Python, with the request objects of Flask, Django, FastAPI and aiohttp. */
export const pythonSyntax: Syntax = {
  id: 'python',
  classify,
  functionKinds,
  bindings: (scope) => pythonBindings(scope, functionKinds),
  parameters,
  returns,
  localFunctions: (root) =>
    new Map(root.findAll({ rule: { kind: 'function_definition' } }).map((fn) => [fn.field('name')?.text() ?? '', fn])),
  callsOf: (root, name) =>
    root.findAll({ rule: { kind: 'call', has: { field: 'function', regex: `^((self|cls)\\.)?${name}$` } } }),
  isPrivate: (_, name) => name.startsWith('_'),
  property,
  fieldValues: (root, name) =>
    root
      .findAll({ rule: { kind: 'assignment', has: { field: 'left', regex: `^self\\.${name}$` } } })
      .flatMap((assignment) => fields(assignment, 'right')),
  isHandlerParameter,
  passingCalls:
    /^(str|bytes|repr|list|tuple|dict|set|sorted|reversed|next|iter|ascii|os\.path\.(join|abspath|normpath|realpath|expanduser|basename)|os\.fspath|(pathlib\.)?(Pure)?(Posix)?Path|json\.(loads|dumps)|(urllib\.parse\.)?(unquote|unquote_plus|quote|quote_plus|urlparse|urljoin|urlsplit)|textwrap\.dedent|dedent|zip|enumerate|copy\.(copy|deepcopy)|io\.(StringIO|BytesIO)|StringIO|BytesIO|base64\.\w+|bytes\.fromhex|codecs\.\w+|b64decode|text|sqlalchemy\.text|sa\.text)$/,
  cleanCalls:
    /^(int|float|bool|complex|len|hash|id|ord|abs|round|sum|isinstance|hasattr|range|(uuid\.)?(uuid[14]|UUID)|secrets\.\w+|time\.\w+|datetime\.\w+(\.\w+)?|date\.\w+|random\.\w+|hashlib\.\w+|hmac\.\w+|os\.(getpid|getcwd|urandom|cpu_count)|tempfile\.\w+|decimal\.Decimal|Decimal|shlex\.(quote|join)|secure_filename|werkzeug\.utils\.secure_filename)$/,
  passingMethods: words(
    'strip lstrip rstrip lower upper title capitalize casefold encode decode split rsplit splitlines partition rpartition get getlist getall items values copy pop setdefault resolve absolute expanduser ljust rjust zfill removeprefix removesuffix swapcase to_dict read',
  ),
  joiningMethods: words('format join replace joinpath format_map'),
  cleanMethods: words(
    'isdigit isalnum isalpha isnumeric isidentifier startswith endswith find index count hexdigest digest timestamp isoformat exists is_file is_dir keys total_seconds',
  ),
  cleanMembers: /^(os\.(sep|linesep|name|pathsep)|sys\.(executable|platform|version\w*)|__\w+__)$/,
  cleanTypes: /^(Optional\[)?(int|float|bool|UUID|uuid\.UUID|date|datetime|Decimal)(\]|\s*\|\s*None)?$/,
  sources: {
    request: {
      hint: /\breq(uest)?\b|self\.get_\w*argument|^\s*@[\w.]+\.(route|get|post|put|patch|delete|websocket)\(/m,
      members:
        /^(self\.|flask\.)?(request|req)\.(args|form|values|json|data|files|cookies|headers|query_string|url|full_path|path|GET|POST|META|COOKIES|FILES|body|query|query_params|path_params|match_info|rel_url|stream|view_args)$/,
      calls:
        /^(self\.|flask\.)?(request|req)\.(get_json|get_data|json|post|form|body|text|read|get_full_path|build_absolute_uri)$|^self\.(get_argument|get_query_argument|get_body_argument)$/,
    },
    argv: { hint: /\bargv\b|input\(/, members: /^sys\.argv$/, calls: /^(input|raw_input)$/ },
    env: { hint: /\b(environ|getenv)\b/, members: /^os\.environ$/, calls: /^os\.(getenv|environ\.get)$/ },
    file: {
      hint: /\b(open|read_text|read_bytes|readlines|listdir)\b/,
      members: /^\b$/,
      calls: /^(open|io\.open|codecs\.open|os\.listdir|\w+\.(read_text|read_bytes))$/,
    },
    network: {
      hint: /\b(requests|urlopen|httpx|aiohttp|urllib)\b/,
      members: /^\b$/,
      calls: /^(requests|httpx|session)\.(get|post|put|request)$|^(urllib\.request\.)?urlopen$/,
    },
  },
}

function classify(node: SgNode): Expression {
  switch (node.kind()) {
    case 'string':
      return {
        kind: 'concat',
        parts: node.namedChildren().filter((child) => !/^string_(start|end)$/.test(String(child.kind()))),
      }
    case 'string_content':
    case 'escape_sequence':
    case 'escape_interpolation':
      return { kind: 'constant', text: node.text() }
    case 'integer':
    case 'float':
    case 'true':
    case 'false':
    case 'none':
    case 'ellipsis':
      return { kind: 'constant' }
    case 'concatenated_string':
      return { kind: 'concat', parts: node.namedChildren() }
    case 'interpolation': {
      // `{name!r}` and `{name:>10}` are the same value in another form; `{amount:d}` can only be a number.
      const format = node.namedChildren().find((child) => child.kind() === 'format_specifier')
      return /[dfeg%xb]$/i.test(format?.text() ?? '')
        ? { kind: 'clean' }
        : { kind: 'any', parts: node.namedChildren().slice(0, 1) }
    }
    case 'binary_operator':
      return binary(node)
    case 'boolean_operator':
      return { kind: 'any', parts: fields(node, 'left', 'right') }
    case 'conditional_expression': {
      const [yes, , no] = node.namedChildren()
      return { kind: 'any', parts: [yes, no].filter((part) => part !== undefined) }
    }
    case 'parenthesized_expression':
    case 'await':
    case 'list_splat':
    case 'dictionary_splat':
    case 'expression_statement':
      return { kind: 'any', parts: node.namedChildren().slice(0, 1) }
    case 'named_expression':
    case 'keyword_argument':
    case 'pair':
      return { kind: 'any', parts: fields(node, 'value') }
    case 'list':
    case 'tuple':
    case 'set':
    case 'dictionary':
    case 'expression_list':
      return { kind: 'any', parts: node.namedChildren() }
    case 'list_comprehension':
    case 'set_comprehension':
    case 'generator_expression':
    case 'dictionary_comprehension':
      return { kind: 'any', parts: fields(node, 'body') }
    case 'identifier':
      return { kind: 'name', name: node.text() }
    case 'attribute': {
      const object = node.field('object')
      const name = node.field('attribute')?.text()
      return object && name ? { kind: 'member', object, name } : { kind: 'unknown' }
    }
    case 'subscript': {
      const object = node.field('value')
      const key = /^['"](\w+)['"]$/.exec(node.field('subscript')?.text() ?? '')?.[1]
      return object ? { kind: 'member', object, ...(key ? { name: key } : {}) } : { kind: 'unknown' }
    }
    case 'comparison_operator':
    case 'not_operator':
    case 'unary_operator':
    case 'lambda':
    case 'comment':
      return { kind: 'clean' }
    case 'call':
      return call(node)
    default:
      return { kind: 'unknown' }
  }
}

function property(container: SgNode, key: string): SgNode | undefined {
  if (container.kind() !== 'dictionary') return undefined
  const pairs = container.namedChildren().filter((part) => part.kind() !== 'comment')
  if (pairs.some((pair) => pair.kind() !== 'pair')) return undefined
  const keys = pairs.map((pair) => /^['"](\w+)['"]$/.exec(pair.field('key')?.text() ?? '')?.[1])
  if (keys.includes(undefined)) return undefined
  return pairs[keys.lastIndexOf(key)]?.field('value') ?? undefined
}

function binary(node: SgNode): Expression {
  const operator = node.field('operator')?.text()
  const [left, right] = [node.field('left'), node.field('right')]
  if (!left || !right) return { kind: 'unknown' }
  // `path / name` of pathlib keeps both; a division of numbers is made of clean values anyway.
  if (operator === '+' || operator === '/') return { kind: 'concat', parts: [left, right] }
  if (operator === '%')
    return /string/.test(String(left.kind())) || left.kind() === 'identifier'
      ? { kind: 'concat', parts: [left, right] }
      : { kind: 'clean' }
  if (operator === '*') return { kind: 'any', parts: [left, right] }
  return { kind: 'clean' }
}

function call(node: SgNode): Expression {
  const callee = node.field('function')
  const list = node.field('arguments')
  if (!callee || !list) return { kind: 'unknown' }
  if (list.kind() === 'generator_expression') return called(callee, [list])
  return called(
    callee,
    list.namedChildren().filter((child) => child.kind() !== 'comment'),
  )
}

function called(callee: SgNode, args: readonly SgNode[]): Expression {
  const text = callee.text().replace(/\s+/g, '')
  if (/^re\.sub$/.test(text)) {
    const [pattern, replacement, subject] = args
    if (/\[\^/.test(pattern?.text() ?? '')) return { kind: 'clean' }
    return { kind: 'any', parts: [replacement, subject].filter((part) => part !== undefined) }
  }
  const receiver = callee.kind() === 'attribute' ? callee.field('object') : null
  const method = receiver ? callee.field('attribute')?.text() : undefined
  return receiver && method
    ? { kind: 'call', callee: text, receiver, method, args }
    : { kind: 'call', callee: text, args }
}

const fields = (node: SgNode, ...names: string[]): SgNode[] =>
  names.map((name) => node.field(name)).filter((child) => child !== null)

function parameters(fn: SgNode): readonly Parameter[] {
  const list = fn.field('parameters')?.namedChildren() ?? []
  const declared = list.filter((child) => !/comment|separator/.test(String(child.kind())))
  const isMethod = /^(self|cls)$/.test(declared[0]?.text() ?? '')
  return declared.flatMap((child, place): Parameter[] => {
    const named = child.kind() === 'identifier' ? child : (child.field('name') ?? child.namedChildren()[0])
    if (!named) return []
    const type = child.field('type')?.text()
    const fallback = child.field('value')
    const index = isMethod ? place - 1 : place
    return [{ name: named.text(), index, access: [], ...(type ? { type } : {}), ...(fallback ? { fallback } : {}) }]
  })
}

function returns(fn: SgNode): readonly SgNode[] {
  const body = fn.field('body')
  if (!body) return []
  if (fn.kind() === 'lambda') return [body]
  const own = (node: SgNode): SgNode[] => {
    if (functionKinds.has(String(node.kind()))) return []
    if (node.kind() === 'return_statement') return node.namedChildren().slice(0, 1)
    return node.namedChildren().flatMap(own)
  }
  return own(body)
}

/** Parameters of a function under a route decorator: parts of the path in Flask, of the request in FastAPI. */
function isHandlerParameter(fn: SgNode, parameter: Parameter): boolean {
  const decorated = fn.parent()
  if (decorated?.kind() !== 'decorated_definition') return false
  if (/^(self|cls|request|response|req|db|session|background_tasks)$/.test(parameter.name)) return false
  if (
    /^(Depends|Security)\(/.test(parameter.fallback?.text() ?? '') ||
    /Depends\(|Session|BackgroundTasks/.test(parameter.type ?? '')
  )
    return false
  return decorated.namedChildren().some((child) => {
    if (child.kind() !== 'decorator') return false
    const text = child.text()
    if (!/^@[\w.]+\.(route|get|post|put|patch|delete|websocket)\(/.test(text)) return false
    return !new RegExp(`<(int|float|uuid):${parameter.name}>`).test(text)
  })
}
