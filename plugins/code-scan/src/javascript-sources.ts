import type { Parameter, ValueSource } from './expression.ts'
import type { SgNode } from './open-parser.ts'

/** Values that somebody else may control in programs of JavaScript, by where they come from. */
export const javascriptSources = {
  request: {
    hint: /\b(_?req|request|httpRequest|ctx|location|useSearchParams|useParams|readBody|readRawBody|readFormData|getQuery|getRouterParams?|ipcMain|originalname|originalFilename|queryStringParameters|pathParameters|\$route|queryParams|onmessage|Query|Mutation|Subscription)\b|\b(event|context)\.(body|headers|query|raw|cookies|Records|arguments|params|req\b|request)|document\.(URL|referrer|documentURI|baseURI)|window\.name|\b(router|route|snapshot)\.(query|paramMap)|\b(cookies|headers)\(\)|\.(on|once|addEventListener)\(\s*['"`]|addEventListener\(['"]message|use server|\{[^{}]*\b(query|body|params|searchParams|headers|cookies|payload|files?|input|parsedInput)\b[^{}]*\}|\(\s*(_+|_?(parent|root|obj|source|rootValue))\s*,|\w*(app|router|server|api|Router|App|Routes)\.(get|post|put|patch|delete|all|use)\(|(formidable|busboy|Busboy)\b|\bform\.parse\(|@\w+\(|:\s*(\w+\.)?\w*(Request|IncomingMessage|Context|Event)\b/,
    members:
      /^((this\.|ctx\.|context\.|event\.node\.|c\.)?(req|request|_req|httpRequest)\.((raw|body|query)\b|params|payload|headers|cookies|signedCookies|url|originalUrl|rawBody|rawHeaders|files|file|nextUrl|hostname|host|path|ip)|ctx\.(query|params|querystring|url|path|headers|header)|event\.(queryStringParameters|multiValueQueryStringParameters|multiValueHeaders|pathParameters|body|headers|rawPath|rawQueryString|cookies|Records|arguments)|(window\.|document\.|self\.|globalThis\.|parent\.|top\.)?location\.(search|hash|href|pathname)|document\.(URL|referrer|documentURI|baseURI)|window\.name|(this\.)?(\$route|router|route|activatedRoute\.snapshot|route\.snapshot|_route\.snapshot)\.(query|queryParams|queryParamMap|paramMap)|(this\.)?\$route\.(params|hash|fullPath)|file\.original(name|Filename))$/,
    calls:
      /^((this\.|ctx\.|context\.|c\.)?(req|request)\.(get|header|param|query|queries|json|text|formData|parseBody|valid|input|all|only|qs|allParams|body|getHeader|headers\.get|cookies\.get|arrayBuffer|blob)|ctx\.(get|cookies\.get)|(await )?(cookies|headers)\(\)\.get|(?:\w+\.)?(useSearchParams|useParams)|readBody|readRawBody|readFormData|readMultipartFormData|getQuery|getRouterParams?|getRequestHeaders?|getHeader|getCookie|getRequestURL)$/,
  },
  argv: { hint: /\b(argv|prompt)\b/, members: /^process\.argv$/, calls: /^(prompt|window\.prompt)$/ },
  env: { hint: /\benv\b/, members: /^(process|import\.meta|Bun)\.env(\.\w+)?$/, calls: /^Deno\.env\.get$/ },
  file: {
    hint: /\b(readFile|readFileSync|createReadStream|readdir|readdirSync|FileReader)\b/,
    members: /^\b$/,
    calls: /^((fs|fsp|fs\.promises|promises)\.)?(readFile|readFileSync|readdir|readdirSync)$/,
  },
  network: {
    hint: /\b(fetch|axios|got|superagent|ky)\b/,
    members: /^event\.data$/,
    calls:
      /^(fetch|globalThis\.fetch|axios(\.(get|post|put|request))?|got(\.\w+)?|superagent\.\w+|ky(\.\w+)?|request\.get)$/,
  },
} as const satisfies Record<string, ValueSource>

const decorators =
  /^@(Query|Body|Param|Headers?|Cookies|UploadedFiles?|MessageBody|Payload|Args|Path|QueryParams?|BodyParam|HeaderParams?|CookieParams?|PathParams?|UploadedFile)\(/
const numberPipes = /Parse(Int|Float|Bool|UUID|Enum|Date)Pipe/

/** True where a framework calls the function and hands data of a request over as the parameter. */
export function isRequestParameter(fn: SgNode, parameter: Parameter, all: readonly Parameter[]): boolean {
  const declared = fn.field('parameters')?.namedChildren()[parameter.index]?.text() ?? ''
  if (decorators.test(declared)) return !numberPipes.test(declared)
  const [part] = parameter.access
  if (part && isPartOfRequest(part, parameter, all)) return true
  if (part && isRouteArgument(fn, part)) return true
  return isMessage(fn, parameter) || isResolverArgument(fn, parameter) || isActionArgument(fn, parameter)
}

/** What a parameter stands for whatever its name is: `req` for the first of `(r: Request, w: Response)`. */
export function requestAlias(fn: SgNode, parameter: Parameter): string | undefined {
  if (parameter.access.length > 0) return undefined
  const type = parameter.type ?? ''
  if (/^((express|http|e)\.)?(Request|FastifyRequest|NextApiRequest|NextRequest|IncomingMessage)\b/.test(type))
    return 'req'
  if (/^(Koa\.)?(Context|ParameterizedContext|RouterContext)\b/.test(type)) return 'ctx'
  if (/^(APIGatewayProxyEvent|APIGatewayEvent|SQSEvent|LambdaFunctionURLEvent|SNSEvent|S3Event)/.test(type))
    return 'event'
  const place = parameter.index - (countParameters(fn) === 4 ? 1 : 0)
  if (place !== 0 || !isRouteHandler(fn)) return undefined
  return countParameters(fn) > 1 ? 'req' : undefined
}

const countParameters = (fn: SgNode): number => fn.field('parameters')?.namedChildren().length ?? 1

/** `app.get('/path', …, fn)`. */
function isRouteHandler(fn: SgNode): boolean {
  const call = callAround(fn)
  return (
    /^(app|router|server|api|\w+(Router|App|Routes))\.(get|post|put|patch|delete|all|use)$/.test(call?.callee ?? '') &&
    call?.first !== ''
  )
}

/** `({ query, body }, res) => …`, and the event of a cloud function. */
function isPartOfRequest(part: string, parameter: Parameter, all: readonly Parameter[]): boolean {
  if (/^(queryStringParameters|multiValueQueryStringParameters|pathParameters|rawPath|rawQueryString)$/.test(part))
    return true
  if (!/^(query|body|params|headers|cookies|payload|file|files)$/.test(part) || parameter.index !== 0) return false
  if (all.some((other) => /^(queryStringParameters|pathParameters|isBase64Encoded)$/.test(other.access[0] ?? '')))
    return true
  if (all.some((other) => other.index === 0 && /^(req|res|resolvedUrl)$/.test(other.access[0] ?? ''))) return true
  return all.some((other) => other.index === 1 && /^(res|response|reply|ctx|h|next|_res|_)$/.test(other.name))
}

/** `params` of handlers and pages that a router of files calls by their name. */
function isRouteArgument(fn: SgNode, part: string): boolean {
  if (!/^(params|searchParams|url)$/.test(part)) return false
  const name =
    fn.field('name')?.text() ??
    (fn.parent()?.kind() === 'variable_declarator' ? fn.parent()?.field('name')?.text() : '')
  if (/^(GET|POST|PUT|PATCH|DELETE|HEAD|loader|action|load|generateMetadata|getServerSideProps)$/.test(name ?? ''))
    return true
  return part === 'searchParams' && fn.parent()?.kind() === 'export_statement'
}

/** A message on a socket, a part of an upload, a chunk of a body, an answer of a window. */
function isMessage(fn: SgNode, parameter: Parameter): boolean {
  const call = callAround(fn)
  if (!call) return isAssignedHandler(fn, parameter)
  const { callee, first } = call
  const event = /^['"`]([\w:.-]+)['"`]$/.exec(first)?.[1] ?? ''
  if (/(^|\.)(req|request)\.on$/.test(callee)) return event === 'data'
  if (/(^|\.)(bb|busboy|form)\.on$/i.test(callee))
    return event === 'field' || (event === 'file' && parameter.index !== 1)
  if (/(^|\.)(form|\w*[fF]ormidable\(.*\))\.parse$/.test(callee)) return parameter.index > 0
  if (/^ipcMain\.(on|handle|once|handleOnce)$/.test(callee)) return parameter.index > 0
  if (
    /(^|\.)(socket|ws|conn|connection|client|peer|sock|webSocket|websocket|wsClient|spark|stream\.socket)\.(on|once|addEventListener)$/.test(
      callee,
    )
  )
    return (
      !/^(error|close|end|connect|connection|connected|disconnect|disconnecting|open|drain|timeout|ready|pong|ping|listening|upgrade|finish|lookup|reconnect\w*|connect_\w+|secureConnect|tls\w*)$/.test(
        event,
      ) && event !== ''
    )
  if (/^(window\.|self\.)?addEventListener$/.test(callee)) return event === 'message' && parameter.index === 0
  if (/\.(query|mutation|subscription|action|handler)$/.test(callee) && parameter.access.length > 0)
    return parameter.index === 0 && /^(input|rawInput|parsedInput)$/.test(parameter.access[0] ?? '')
  return false
}

/** `ws.onmessage = (event) => …`. */
function isAssignedHandler(fn: SgNode, parameter: Parameter): boolean {
  const assignment = fn.parent()
  if (assignment?.kind() !== 'assignment_expression' || parameter.index !== 0) return false
  return /^(window|ws|socket|self)\.onmessage$/.test(assignment.field('left')?.text() ?? '')
}

/** The arguments of a GraphQL resolver: `(parent, args, context)` in a table of functions. */
function isResolverArgument(fn: SgNode, parameter: Parameter): boolean {
  if (parameter.index !== 1) return false
  const first = fn.field('parameters')?.namedChildren()[0]?.text() ?? ''
  if (!/^(_+|_?(parent|root|obj|source|rootValue)|__\w*)\b/.test(first)) return false
  const holder = fn.kind() === 'method_definition' ? fn : fn.parent()
  return /^(pair|method_definition)$/.test(String(holder?.kind())) && holder?.parent()?.kind() === 'object'
}

/** Parameters of an exported function that every browser can call, since the file or the function says 'use server'. */
function isActionArgument(fn: SgNode, parameter: Parameter): boolean {
  if (parameter.access.length > 0 && parameter.index > 0) return false
  const body = fn.field('body')
  const first = body?.namedChildren()[0]?.text() ?? ''
  if (/^['"]use server['"]/.test(first)) return true
  const statement = fn.kind() === 'function_declaration' ? fn.parent() : fn.parent()?.parent()?.parent()
  if (statement?.kind() !== 'export_statement') return false
  const start = statement
    .parent()
    ?.namedChildren()
    .find((node) => node.kind() !== 'comment')
  return start?.kind() === 'expression_statement' && /^['"]use server['"]/.test(start.text())
}

/** The call that a function is an argument of, and its first argument where that is no function. */
function callAround(fn: SgNode): { readonly callee: string; readonly first: string } | undefined {
  const args = fn.parent()
  const call = args?.kind() === 'arguments' ? args.parent() : undefined
  const callee = call?.field('function')
  if (!args || !callee) return undefined
  const first = args.namedChildren()[0]
  return {
    callee: callee.text().slice(-200).replaceAll('?.', '.').replace(/\s+/g, ''),
    first: first && /^(string|template_string|identifier|array)$/.test(String(first.kind())) ? first.text() : '',
  }
}
