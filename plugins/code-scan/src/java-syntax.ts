import type { Expression, Parameter, Syntax } from './expression.ts'
import type { FileFacts } from './file-facts.ts'
import { javaBindings } from './java-bindings.ts'
import { lookupInCollection } from './java-collections.ts'
import type { SgNode } from './open-parser.ts'

const functionKinds = new Set(['method_declaration', 'constructor_declaration', 'lambda_expression'])
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))
const requestAnnotation =
  /@(RequestParam|PathVariable|RequestBody|RequestHeader|CookieValue|ModelAttribute|RequestPart|MatrixVariable|QueryParam|PathParam|FormParam|HeaderParam|CookieParam|MatrixParam|BeanParam|QueryValue|Header|Body)\b/
const routeAnnotation = /@(GET|POST|PUT|DELETE|PATCH|Path|(Get|Post|Put|Delete|Patch|Request)Mapping)\b/

/** Java, with the request objects of servlets, Spring, JAX-RS, Javalin and Vert.x. */
export const javaSyntax: Syntax = {
  id: 'java',
  classify,
  functionKinds,
  bindings: (scope) => javaBindings(scope, functionKinds),
  parameters,
  returns,
  localFunctions: (root) =>
    new Map(root.findAll({ rule: { kind: 'method_declaration' } }).map((fn) => [fn.field('name')?.text() ?? '', fn])),
  callsOf: (root, name) =>
    root.findAll({ rule: { kind: 'method_invocation', has: { field: 'name', regex: `^${name}$` } } }),
  isPrivate: (fn) => fn.children().some((child) => child.kind() === 'modifiers' && /\bprivate\b/.test(child.text())),
  isHandlerParameter,
  lookup: lookupInCollection,
  fieldValues,
  isOwnObject,
  passedOn,
  passingCalls:
    /^(String\.(valueOf|join|copyValueOf)|new (String|StringBuilder|FileInputStream|FileOutputStream|FileReader|FileWriter|JSONObject|InputSource|StreamSource|SAXSource|DOMSource|StringBuffer|File|URL|URI|Scanner|StringReader|InputStreamReader|BufferedReader|ByteArrayInputStream|InputSource|InputStreamResource|ArrayList|HashMap|HashSet|LinkedList|Object\[\]|String\[\])(<.*>)?|(java\.nio\.file\.)?Paths\.get|Path\.of|URI\.create|URLDecoder\.decode|URLEncoder\.encode|Objects\.(requireNonNull\w*|toString)|Optional\.of(Nullable)?|Arrays\.(asList|stream|toString)|(List|Set|Stream)\.of|Collections\.\w+|Base64\.(get\w*(Decoder|Encoder)\(\)\.)?(decode|encode)\w*|StringEscapeUtils\.\w+|HtmlUtils\.\w+|Encode\.for\w+|ESAPI\.encoder\(\)\.\w+|IOUtils\.toString|StreamUtils\.copyToString|MessageFormat\.format|StringUtils\.\w+|ImmutableList\.of)$/,
  cleanCalls:
    /^((Integer|Long|Short|Byte|Double|Float|Boolean|BigDecimal|BigInteger)\.\w+|new (BigDecimal|BigInteger|Date|Random|SecureRandom)|UUID\.\w+|Math\.\w+|System\.(currentTimeMillis|nanoTime|identityHashCode|lineSeparator)|LocalDate(Time)?\.\w+|Instant\.\w+|Duration\.\w+|\w+\.class|Objects\.(hash|equals)|DigestUtils\.\w+|[A-Z]\w*\.valueOf|ThreadLocalRandom\.\w+.*)$/,
  passingMethods: words(
    'trim strip toLowerCase toUpperCase substring split toString getValue get getOrDefault getBytes toCharArray stream filter collect orElse orElseGet orElseThrow ofNullable intern repeat lines readLine readAllBytes nextLine next iterator values getFirst toPath toFile toURI toURL normalize resolve getFileName getName getOriginalFilename toAbsolutePath build subSequence chars sorted distinct limit toArray toList entrySet getInputStream nextElement keySet getKey getContent subpath strip stripLeading stripTrailing indent elementAt peek pop poll',
  ),
  joiningMethods: words('concat replace replaceAll replaceFirst append format formatted resolve join insert'),
  cleanMethods: words(
    'length equals equalsIgnoreCase contains startsWith endsWith isEmpty isBlank matches size indexOf lastIndexOf compareTo hashCode intValue longValue booleanValue exists isFile isDirectory containsKey getSize ordinal getClass getMethod',
  ),
  // A field in capitals is a constant by custom.
  cleanMembers: /\.(length|class|[A-Z][A-Z0-9_]+)$/,
  cleanTypes:
    /^(int|long|short|byte|double|float|boolean|Integer|Long|Short|Double|Float|Boolean|BigDecimal|BigInteger|UUID|LocalDate|LocalDateTime|Instant|Date)$/,
  sources: {
    request: {
      hint: /[rR]equest|@(Path|Query|Form|Header|Cookie|Matrix)Param|PathVariable|CookieValue|ModelAttribute|[cC]ontext|ctx/,
      members: /^\b$/,
      calls:
        /^\w+\.(getParameter|getParameterValues|getParameterMap|getParameterNames|getQueryString|getRequestURI|getRequestURL|getPathInfo|getCookies|getHeaders?|getHeaderNames)$|^(this\.)?(request|req|httpRequest|servletRequest|httpServletRequest|webRequest|exchange|ctx|context|routingContext)(\.request\(\)|\.getRequest\(\))?\.(getParameter|getParameterValues|getParameterMap|getParameterNames|getHeader|getHeaders|getQueryString|getRequestURI|getRequestURL|getPathInfo|getPathTranslated|getCookies|getInputStream|getReader|getPart|getParts|getRemoteUser|getQueryParams|getURI|getBody|queryParam|queryParams|pathParam|formParam|formParams|body|bodyAsClass|header|cookie|uploadedFile|getParam|getFormAttribute|params)$/,
    },
    argv: {
      hint: /\bargs\b|System\.in|readLine/,
      members: /^(args|System\.in)$/,
      calls: /^System\.console\(\)\.read\w+$/,
    },
    env: { hint: /System\.get/, members: /^\b$/, calls: /^System\.(getenv|getProperty)$/ },
    file: {
      hint: /Files\.|FileReader|FileInputStream/,
      members: /^\b$/,
      calls: /^(Files\.read\w+|new File(Reader|InputStream))$/,
    },
    network: { hint: /http|Socket|URL/i, members: /^\b$/, calls: /\.(openStream|getForObject|getForEntity)$/ },
  },
}

function classify(node: SgNode): Expression {
  switch (node.kind()) {
    case 'string_literal':
      return { kind: 'constant', text: node.text().replace(/^"{1,3}|"{1,3}$/g, '') }
    case 'character_literal':
    case 'decimal_integer_literal':
    case 'hex_integer_literal':
    case 'decimal_floating_point_literal':
    case 'true':
    case 'false':
    case 'null_literal':
    case 'this':
      return { kind: 'constant' }
    case 'class_literal':
    case 'lambda_expression':
    case 'method_reference':
    case 'instanceof_expression':
    case 'unary_expression':
    case 'update_expression':
    case 'line_comment':
    case 'block_comment':
      return { kind: 'clean' }
    case 'binary_expression': {
      const isSum = node.field('operator')?.text() === '+'
      return isSum ? { kind: 'concat', parts: fields(node, 'left', 'right') } : { kind: 'clean' }
    }
    case 'ternary_expression':
      return { kind: 'any', parts: fields(node, 'consequence', 'alternative') }
    case 'assignment_expression':
      return { kind: 'any', parts: fields(node, 'right') }
    case 'cast_expression':
      return /^\((int|long|short|byte|double|float|boolean|Integer|Long)\)/.test(node.text())
        ? { kind: 'clean' }
        : { kind: 'any', parts: fields(node, 'value') }
    case 'parenthesized_expression':
      return { kind: 'any', parts: node.namedChildren().slice(0, 1) }
    case 'array_creation_expression':
      return { kind: 'any', parts: fields(node, 'value') }
    case 'array_initializer':
      return { kind: 'any', parts: node.namedChildren() }
    case 'array_access':
      return member(node.field('array'))
    case 'field_access':
      return member(node.field('object'), node.field('field')?.text())
    case 'identifier':
      return { kind: 'name', name: node.text() }
    case 'method_invocation':
    case 'object_creation_expression':
      return call(node)
    default:
      return { kind: 'unknown' }
  }
}

function call(node: SgNode): Expression {
  const args = (node.field('arguments')?.namedChildren() ?? []).filter((child) => !/comment/.test(String(child.kind())))
  if (node.kind() === 'object_creation_expression') {
    return { kind: 'call', callee: `new ${shortName(node.field('type')?.text() ?? '')}`, args }
  }
  const method = node.field('name')?.text() ?? ''
  const receiver = node.field('object')
  if (!receiver) return { kind: 'call', callee: method, args }
  const callee = shortName(`${receiver.text()}.${method}`.replace(/\s+/g, ''))
  if (callee === 'String.format' || method === 'formatted') {
    return { kind: 'concat', parts: formatted(method === 'formatted' ? [receiver, ...args] : args) }
  }
  return { kind: 'call', callee, receiver, method, args }
}

/** `java.io.File` is `File`. */
const shortName = (text: string): string => text.replace(/^(?:[a-z]\w*\.)+(?=[A-Z])/, '')

/** `new Rows()`, `Rows` or `rows`, where the file has a class Rows and `rows` is one of it. */
function isOwnObject(receiver: SgNode, { root }: FileFacts): boolean {
  const text = receiver.text().replace(/^this\./, '')
  const made = /^\(?new (\w+)\(/.exec(text)?.[1]
  if (made === undefined && !/^\w+$/.test(text)) return false
  const type =
    made ?? (/^[A-Z]/.test(text) ? text : new RegExp(`\\b([A-Z]\\w*)\\s+${text}\\s*[=;,)]`).exec(root.text())?.[1])
  return (
    type !== undefined &&
    root.find({ rule: { kind: 'class_declaration', has: { field: 'name', regex: `^${type}$` } } }) !== null
  )
}

/** What `this.name = value` puts into a field, in any method of the file. */
function fieldValues(root: SgNode, name: string): readonly SgNode[] {
  return root
    .findAll({ rule: { kind: 'assignment_expression', has: { field: 'left', regex: `^this\\.${name}$` } } })
    .flatMap((node) => node.field('right') ?? [])
}

const changing =
  /sanit|escap|encod|valid|clean|check|hash|encrypt|digest|find|load|query|lookup|fetch|count|sign|quote|filter|allow|safe|mask|strip|secure|canonical|resolve|^exists|^has|^is[A-Z]/i

/** An object that is made of a value holds it, its getters give it, and a method from text to text keeps some of it. */
function passedOn(
  node: SgNode,
  { callee, receiver, method, args }: Extract<Expression, { kind: 'call' }>,
): readonly SgNode[] {
  if (callee.startsWith('new ')) return args
  if (
    receiver &&
    method &&
    (args.length === 0 || /^(get|as|to)[A-Z]/.test(method)) &&
    !/^[A-Z]\w*$/.test(receiver.text())
  )
    return changing.test(method) ? [] : [receiver]
  const declared =
    node.parent()?.kind() === 'variable_declarator' ? node.parent()?.parent()?.field('type')?.text() : undefined
  return declared === 'String' && !changing.test(callee) ? args : []
}

/** Of `"%d %s", a, b` the text and `b`: a number does no harm. A locale may stand first. */
function formatted(args: readonly SgNode[]): readonly SgNode[] {
  const [format, ...values] = args[0] && /^Locale\./.test(args[0].text()) ? args.slice(1) : args
  if (!format) return []
  const verbs =
    format
      .text()
      .match(/%(\d+\$)?[-#+ 0,(]*[\d.]*[a-zA-Z%]/g)
      ?.filter((verb) => !/[%n]$/.test(verb)) ?? []
  return [format, ...values.filter((_, index) => !/[doxXeEfgGabBhHc]$/.test(verbs[index] ?? ''))]
}

function member(object: SgNode | null, name?: string): Expression {
  if (!object) return { kind: 'unknown' }
  return name === undefined ? { kind: 'member', object } : { kind: 'member', object, name }
}

const fields = (node: SgNode, ...names: string[]): SgNode[] =>
  names.map((name) => node.field(name)).filter((child) => child !== null)

function parameters(fn: SgNode): readonly Parameter[] {
  const list = fn.field('parameters')
  if (list?.kind() === 'identifier') return [{ name: list.text(), index: 0, access: [] }]
  const declared = list?.namedChildren().filter((child) => !/comment|receiver/.test(String(child.kind()))) ?? []
  return declared.flatMap((child, index): Parameter[] => {
    const name = child.kind() === 'identifier' ? child : (child.field('name') ?? child.namedChildren().at(-1))
    const type = child.kind() === 'identifier' ? undefined : child.field('type')?.text()
    return name ? [{ name: name.text(), index, access: [], ...(type ? { type } : {}) }] : []
  })
}

const textTypes =
  /^(String(\[\]|\.\.\.)?|Object|MultipartFile(\[\])?|Part|(Optional|List|Set|Map|MultiValueMap|Collection)<.*(String|Object|MultipartFile)>|URI|URL|File|Path)$/

function isHandlerParameter(fn: SgNode, { name, type }: Parameter): boolean {
  if (
    type &&
    /^(Http|Servlet)|^(Model|ModelMap|RedirectAttributes|BindingResult|Principal|Authentication|Locale)$/.test(type)
  )
    return false
  const declared = fn
    .field('parameters')
    ?.namedChildren()
    .find((child) => child.field('name')?.text() === name)
  if (!declared) return false
  // Spring turns what stands in the address into the type: a number, a date, one of an enumeration.
  if (/@(RequestParam|PathVariable|QueryParam|PathParam)\b/.test(declared.text()) && !textTypes.test(type ?? ''))
    return false
  if (requestAnnotation.test(declared.text())) return true
  // Spring fills in parameters without an annotation from the query or the form.
  const modifiers = fn.children().find((child) => child.kind() === 'modifiers')
  return (
    routeAnnotation.test(modifiers?.text() ?? '') &&
    /^(String|MultipartFile)$/.test(type ?? '') &&
    !declared.text().includes('@')
  )
}

function returns(fn: SgNode): readonly SgNode[] {
  const body = fn.field('body')
  if (!body) return []
  if (body.kind() !== 'block') return [body]
  const own = (node: SgNode): SgNode[] => {
    if (functionKinds.has(String(node.kind()))) return []
    if (node.kind() === 'return_statement') return node.namedChildren().slice(0, 1)
    return node.namedChildren().flatMap(own)
  }
  return own(body)
}
