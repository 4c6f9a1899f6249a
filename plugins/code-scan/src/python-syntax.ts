import type { Expression, Syntax } from './expression.ts'
import type { SgNode } from './open-parser.ts'
import { pythonBindings } from './python-bindings.ts'
import {
  argumentFor,
  callsOf,
  functionCalled,
  isCleanMember,
  isCleanType,
  isTestCode,
  localFunctions,
  parameters,
  returnsOf,
} from './python-functions.ts'
import { pythonNames } from './python-imports.ts'
import { isHandlerMember, isHandlerParameter, isProgramArgument, pythonSources } from './python-sources.ts'

const functionKinds = new Set(['function_definition', 'lambda'])
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** Python, with the request objects of its web frameworks. */
export const pythonSyntax: Syntax = {
  id: 'python',
  classify,
  functionKinds,
  bindings: (scope) => pythonBindings(scope, functionKinds),
  parameters,
  returns: (fn) => returnsOf(fn, functionKinds),
  localFunctions,
  functionCalled,
  callsOf,
  argumentFor,
  isPrivate: (_, name) => /^(\w+\.)?_/.test(name),
  property,
  fieldValues: (root, name) =>
    root
      .findAll({ rule: { kind: 'assignment', has: { field: 'left', regex: `^self\\.${name}$` } } })
      .flatMap((assignment) => fields(assignment, 'right')),
  nameOf: pythonNames,
  isHandlerParameter,
  isProgramArgument,
  isHandlerMember,
  isCleanType,
  isTestCode,
  isCleanMember,
  passingCalls:
    /^(str|bytes|repr|list|tuple|dict|set|sorted|reversed|next|iter|ascii|vars|asdict|dataclasses\.asdict|os\.path\.(join|abspath|normpath|realpath|expanduser|expandvars|basename|dirname|splitext)|os\.fspath|os\.fsencode|os\.fsdecode|(pathlib\.)?(Pure)?(Posix)?Path|(json|orjson|ujson)\.(loads|dumps)|(urllib\.)?parse_qsl?|((urllib\.)?parse\.)?(unquote|unquote_plus|quote|quote_plus|urlparse|urljoin|urlsplit|urlunparse|urlencode|parse_qsl?)|textwrap\.(dedent|indent)|dedent|zip|enumerate|filter|copy\.(copy|deepcopy)|io\.(StringIO|BytesIO)|StringIO|BytesIO|base64\.\w+|binascii\.\w+|zlib\.\w+|bytes\.fromhex|bytearray|memoryview|codecs\.(encode|decode)|b64decode|b64encode|html\.unescape|text|sqlalchemy\.text|sa\.text|db\.text|string\.Template|asyncio\.(wait_for|shield)|typing\.cast|cast|force_str|smart_str|force_text|str\.(lower|upper|strip)|getattr|jsonable_encoder|sync_to_async|ChainMap|OrderedDict|defaultdict|itertools\.\w+|shlex\.split|mark_safe|Markup|os\.path\.relpath)$/,
  cleanCalls:
    /^(int|float|bool|complex|len|hash|id|ord|abs|round|sum|isinstance|hasattr|range|type|(uuid\.)?(uuid[1-8]|UUID)|secrets\.\w+|time\.\w+|(datetime|timezone|date)\.\w+(\.\w+)?|random\.\w+|hashlib\.\w+|hmac\.\w+|os\.(getpid|getuid|getcwd|urandom|cpu_count)|os\.path\.(getsize|exists|isfile|isdir)|tempfile\.\w+|decimal\.Decimal|Decimal|shlex\.(quote|join)|secure_filename|werkzeug\.utils\.secure_filename|(ipaddress\.)?ip_(address|network)|(datetime\.)?datetime\.(strptime|fromisoformat)|url_for|reverse|(subprocess|sp)\.(check_output|getoutput|run|Popen|check_call|call)|check_output|getoutput|get_random_string|token_hex|token_urlsafe)$/,
  passingMethods: words(
    'strip lstrip rstrip lower upper title capitalize casefold encode decode split rsplit splitlines partition rpartition getlist getall get_all getone items values copy resolve absolute expanduser with_suffix ljust rjust zfill expandtabs translate removeprefix removesuffix swapcase to_dict dict model_dump model_dump_json json read readline readlines getvalue tobytes decode_json popitem multi_items iter_lines group groups first fetchone fetchall',
  ),
  defaultingMethods: words('get pop setdefault get_or_default getfirst'),
  joiningMethods: words('format join replace joinpath format_map substitute safe_substitute'),
  cleanMethods: words(
    'isdigit isalnum isalpha isnumeric isidentifier startswith endswith find index count hexdigest digest timestamp isoformat exists is_file is_dir keys total_seconds strftime bit_length',
  ),
  cleanMembers:
    /^(os\.(devnull|sep|linesep|name|pathsep|curdir|pardir)|sys\.(executable|platform|version\w*|prefix)|__\w+__|([\w.]+\.)?_meta\.\w+|[\w.]+\.__\w+__|[\w.]+\.[A-Z][A-Z0-9_]+)$/,
  cleanTypes:
    /^((Optional|List|list|Sequence|Set|set|Annotated|Union)\[)?(int|float|bool|UUID|UUID4|uuid\.UUID|date|datetime|datetime\.date|datetime\.datetime|Decimal|PositiveInt|conint\(.*|IPvAnyAddress|IPv4Address|ObjectId|PydanticObjectId)(\]|\s*\|\s*None|,\s*(None|Path|Query|Body|Form|Field|Depends|Header|Cookie|Ge|Le)\b.*\])?$|^(typing\.)?(Optional\[)?Literal\[/,
  sanitizerNames:
    /^([\w.]+\.)?_*(sanitiz|sanitis|escape|quote_|quote$|clean|slugify|secure_|safe_|validate|whitelist|allow)\w*$/i,
  sources: pythonSources,
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
    return isNumberFormat(left) ? { kind: 'any', parts: [left] } : { kind: 'concat', parts: [left, right] }
  if (operator === '*') return { kind: 'any', parts: [left, right] }
  return { kind: 'clean' }
}

/** `'%d of %i'` takes numbers alone. */
function isNumberFormat(template: SgNode): boolean {
  if (template.kind() === 'integer') return true
  if (!/string/.test(String(template.kind()))) return false
  const places = template.text().match(/%(\([^)]*\))?[-+ #0]*[\d*]*(\.\d+)?[a-zA-Z]/g) ?? []
  return places.length > 0 && places.every((place) => /[diouxXeEfFgG]$/.test(place))
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
  // `request.args.get('page', type=int)` of Flask is a number.
  if (
    /\.get(list)?$/.test(text) &&
    args.some((arg) => /^type\s*=\s*(int|float|bool|UUID|uuid\.UUID)$/.test(arg.text()))
  )
    return { kind: 'clean' }
  const receiver = callee.kind() === 'attribute' ? callee.field('object') : null
  const method = receiver ? callee.field('attribute')?.text() : undefined
  return receiver && method
    ? { kind: 'call', callee: text, receiver, method, args }
    : { kind: 'call', callee: text, args }
}

const fields = (node: SgNode, ...names: string[]): SgNode[] =>
  names.map((name) => node.field(name)).filter((child) => child !== null)
