import type { Expression, Parameter, Syntax } from './expression.ts'
import { goBindings } from './go-bindings.ts'
import type { SgNode } from './open-parser.ts'

const functionKinds = new Set(['function_declaration', 'method_declaration', 'func_literal'])
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** Go, with the request objects of net/http, gorilla, chi, gin, echo and fiber. */
export const goSyntax: Syntax = {
  id: 'go',
  classify,
  functionKinds,
  bindings: (scope) => goBindings(scope, functionKinds),
  parameters,
  returns,
  localFunctions: (root) =>
    new Map(
      root
        .findAll({ rule: { any: [{ kind: 'function_declaration' }, { kind: 'method_declaration' }] } })
        .map((fn) => [fn.field('name')?.text() ?? '', fn]),
    ),
  callsOf: (root, name) =>
    root.findAll({ rule: { kind: 'call_expression', has: { field: 'function', regex: `^(\\w+\\.)?${name}$` } } }),
  isPrivate: (_, name) => /^[a-z]/.test(name),
  isOwnObject,
  passedOn: (_, { receiver, method, args }) =>
    receiver && args.length === 0 && /^Get[A-Z]/.test(method ?? '') ? [receiver] : [],
  isHandlerParameter: () => false,
  passingCalls:
    /^(string|append|fmt\.(Sprint|Sprintln|Sprintf|Errorf|Append\w*)|strings\.(Trim\w*|To\w+|Replace|ReplaceAll|Join|Split\w*|Fields|Repeat|Title|Map|NewReader|Clone)|bytes\.(NewBuffer|NewBufferString|NewReader|Trim\w*|Join)|path\.(Join|Clean|Base|Dir)|filepath\.(Join|Clean|Abs|Dir|FromSlash|ToSlash)|url\.(Parse|ParseRequestURI|QueryUnescape|PathUnescape|QueryEscape|PathEscape)|(io|ioutil)\.(ReadAll|NopCloser|LimitReader|TeeReader)|bufio\.New\w+|json\.(Marshal|NewDecoder|RawMessage)|xml\.NewDecoder|base64\.\w+\.DecodeString|hex\.DecodeString|strconv\.(Quote|Unquote)|unsafe\.String|slices\.\w+|maps\.\w+|errors\.New|template\.(HTML|JS|URL|CSS))$/,
  cleanCalls:
    /^(len|cap|make|new|int\d*|uint\d*|float\d+|bool|byte|rune|strconv\.(Atoi|Parse\w+|Itoa|Format\w+)|uuid\.\w+|time\.\w+|rand\.\w+|sha\d+\.\w+|md5\.\w+|hmac\.\w+|bcrypt\.\w+|math\.\w+|os\.(Getpid|Getwd|TempDir|UserHomeDir|Hostname)|utf8\.\w+|strings\.(Contains|HasPrefix|HasSuffix|Index|Count|EqualFold|Compare)\w*)$/,
  passingMethods: words(
    'String Bytes Get Text Value Values Encode Read ReadString Escape Query Host Hostname Interface',
  ),
  joiningMethods: words('WriteString JoinPath ResolveReference Replace'),
  cleanMethods: words('Len Match MatchString Exists Unix Nanosecond Int Bool Error Sum'),
  cleanMembers: /\.(Method|ContentLength|StatusCode|Proto|TLS)$/,
  cleanTypes: /^(\*?(u?int\d*|float\d+|bool|time\.\w+|uuid\.UUID|error|context\.Context))$/,
  sources: {
    request: {
      hint: /http\.Request|gin\.Context|echo\.Context|fiber\.Ctx|chi\.URLParam|mux\.Vars|fasthttp|beego|iris\.Context/,
      members:
        /^(\w+\.)?(r|req|request|Request)\.(URL(\.(Path|RawQuery|RawPath|Fragment|Host|Opaque))?|Body|Form|PostForm|MultipartForm|Header|Host|RequestURI|Trailer)$/,
      calls:
        /^(\w+\.)?(r|req|request|Request)\.(FormValue|PostFormValue|PathValue|Referer|UserAgent|Cookie|Cookies|CookiesNamed|FormFile|BasicAuth|MultipartReader|URL\.(Query|String|Hostname|EscapedPath))$|^mux\.Vars$|^chi\.URLParam(FromCtx)?$|^(c|ctx|context|gc|ec)\.(Query|QueryArray|QueryMap|QueryParam|QueryParams|QueryString|DefaultQuery|GetQuery|Param|Params|ParamValues|PostForm|DefaultPostForm|GetPostForm|FormValue|FormFile|FormParams|GetHeader|GetRawData|Cookie|Cookies|Body|BodyRaw|OriginalURL|Get|Path|FullPath|Request\(\)\.\w+|URLParam|PostValue|(Should|Must)?Bind\w*|BodyParser|QueryParser|ParamsParser|CookieParser|ReqHeaderParser|MultipartForm|ReadJSON|ReadForm|ReadQuery|GetHeaders|Input\(\)\.\w+)$/,
    },
    argv: {
      hint: /os\.Args|flag\.|cobra|Stdin/,
      members: /^(os\.Args|os\.Stdin)$/,
      calls: /^flag\.(Arg|Args|String)$/,
    },
    env: { hint: /os\.(Getenv|LookupEnv|Environ)/, members: /^\b$/, calls: /^os\.(Getenv|LookupEnv|Environ)$/ },
    file: { hint: /ReadFile|os\.Open/, members: /^\b$/, calls: /^(os|ioutil)\.(ReadFile|Open|OpenFile|ReadDir)$/ },
    network: { hint: /http\.|net\./, members: /^(resp|res|response)\.Body$/, calls: /^(http|client)\.(Get|Post|Do)$/ },
  },
}

function classify(node: SgNode): Expression {
  switch (node.kind()) {
    case 'interpreted_string_literal':
    case 'raw_string_literal':
      return { kind: 'constant', text: node.text().slice(1, -1) }
    case 'int_literal':
    case 'float_literal':
    case 'imaginary_literal':
    case 'rune_literal':
    case 'true':
    case 'false':
    case 'nil':
    case 'iota':
      return { kind: 'constant' }
    case 'binary_expression': {
      const isSum = node.field('operator')?.text() === '+'
      return isSum ? { kind: 'concat', parts: fields(node, 'left', 'right') } : { kind: 'clean' }
    }
    case 'unary_expression':
      return /^[!\-+^]/.test(node.text()) ? { kind: 'clean' } : { kind: 'any', parts: fields(node, 'operand') }
    case 'composite_literal':
      return { kind: 'any', parts: fields(node, 'body') }
    case 'literal_value':
    case 'expression_list':
      return { kind: 'any', parts: node.namedChildren() }
    case 'keyed_element':
      return { kind: 'any', parts: node.namedChildren().slice(-1) }
    case 'literal_element':
    case 'parenthesized_expression':
    case 'variadic_argument':
      return { kind: 'any', parts: node.namedChildren().slice(0, 1) }
    case 'type_assertion_expression':
    case 'type_conversion_expression':
    case 'slice_expression':
      return { kind: 'any', parts: fields(node, 'operand') }
    case 'index_expression':
      return member(node.field('operand'))
    case 'selector_expression':
      return member(node.field('operand'), node.field('field')?.text())
    case 'identifier':
      return { kind: 'name', name: node.text() }
    case 'func_literal':
    case 'comment':
      return { kind: 'clean' }
    case 'call_expression':
      return call(node)
    default:
      return { kind: 'unknown' }
  }
}

function call(node: SgNode): Expression {
  const callee = node.field('function')
  const list = node.field('arguments')
  if (!callee || !list) return { kind: 'unknown' }
  const args = list.namedChildren().filter((child) => child.kind() !== 'comment')
  const text = callee.text().replace(/\s+/g, '')
  if (text === 'fmt.Sprintf' || text === 'fmt.Fprintf') return { kind: 'concat', parts: formatted(args) }
  if (callee.kind() !== 'selector_expression') return { kind: 'call', callee: text, args }
  const receiver = callee.field('operand')
  const method = callee.field('field')?.text()
  return receiver && method ? { kind: 'call', callee: text, receiver, method, args } : { kind: 'unknown' }
}

/** `s` in a method of `s`, whose other methods the file has. */
function isOwnObject(receiver: SgNode): boolean {
  const method = receiver.ancestors().find((node) => node.kind() === 'method_declaration')
  const owner = method?.field('receiver')?.namedChildren()[0]?.field('name')?.text()
  return owner !== undefined && owner === receiver.text()
}

/** Of `"%d %s", a, b` the text and `b`: a number does no harm. */
function formatted(args: readonly SgNode[]): readonly SgNode[] {
  const [format, ...values] = args
  if (!format) return []
  const verbs =
    format
      .text()
      .match(/%[-+# 0]*[\d.*]*[a-zA-Z%]/g)
      ?.filter((verb) => verb !== '%%') ?? []
  return [format, ...values.filter((_, index) => !/[dbotxXeEfFgGUcTp]$/.test(verbs[index] ?? ''))]
}

function member(object: SgNode | null, name?: string): Expression {
  if (!object) return { kind: 'unknown' }
  return name === undefined ? { kind: 'member', object } : { kind: 'member', object, name }
}

const fields = (node: SgNode, ...names: string[]): SgNode[] =>
  names.map((name) => node.field(name)).filter((child) => child !== null)

function parameters(fn: SgNode): readonly Parameter[] {
  const declared = (fn.field('parameters')?.namedChildren() ?? []).flatMap((child) => {
    const type = child.field('type')?.text()
    const names = child.namedChildren().filter((part) => part.kind() === 'identifier')
    return names.map((name) => ({ name: name.text(), access: [], ...(type ? { type } : {}) }))
  })
  return declared.map((parameter, index) => ({ ...parameter, index }))
}

function returns(fn: SgNode): readonly SgNode[] {
  const own = (node: SgNode): SgNode[] => {
    if (functionKinds.has(String(node.kind()))) return []
    if (node.kind() === 'return_statement') return node.namedChildren().slice(0, 1)
    return node.namedChildren().flatMap(own)
  }
  const body = fn.field('body')
  return body ? own(body) : []
}
