import type { CodeLanguage } from './code-file.ts'

/** How something from outside comes in. */
export type EntryKind = 'route' | 'socket' | 'message' | 'function' | 'command line'

/** What a line shows of an entry. */
export interface EntryMatch {
  readonly kind: EntryKind
  /** `GET`, `GET, POST`, or `ANY`; empty where there is none. */
  readonly method: string
  /** Of a route; else what it listens to, as far as it is written there. */
  readonly path: string
  readonly framework: string
}

type Read = (match: RegExpExecArray) => EntryMatch

interface Pattern {
  readonly line: RegExp
  /** What the file must hold besides. Absent: nothing. */
  readonly file?: RegExp
  readonly read: Read
  /** Which methods the lines around the entry say, with `, ` between them; undefined: as `read` says. */
  readonly methods?: (near: string) => string | undefined
}

const webFramework =
  /['"](?:express|fastify|koa|@koa\/router|koa-router|hono|restify|@hapi\/hapi|polka|elysia|find-my-way|h3)['"]/

const route =
  (framework: string, method: number, path: number): Read =>
  (match) => ({
    ...{ kind: 'route', framework, path: match[path] ?? '' },
    method: /^(?:all|any|route|use|handle|handlefunc|request)$/i.test(match[method] ?? '')
      ? 'ANY'
      : (match[method] ?? 'ANY').toUpperCase(),
  })
const other =
  (kind: EntryKind, framework: string, path = 0): Read =>
  (match) => ({
    ...{ kind, framework, method: '', path: path === 0 ? '' : (match[path] ?? '') },
  })

const verbs = /\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/gi
const verbsIn = (text: string | undefined): string | undefined => {
  const found = [...new Set([...(text ?? '').matchAll(verbs)].map(([verb]) => verb.toUpperCase()))]
  return found.length === 0 ? undefined : found.join(', ')
}
/** Flask, Bottle, Starlette and Sanic take GET alone where nothing is said. */
const pythonMethods = (near: string): string => {
  const [, given] = /\bmethods\s*=([\s\S]*)$/.exec(callIn(near)) ?? []
  return given === undefined ? 'GET' : (verbsIn(given) ?? 'ANY')
}
/** The beginning of a text up to where its first bracket closes. */
function callIn(text: string): string {
  let depth = 0
  for (const { index, 0: bracket } of text.matchAll(/[()]/g)) {
    depth += bracket === '(' ? 1 : -1
    if (depth === 0) return text.slice(0, index)
  }
  return text
}
const springMethods = (near: string): string | undefined => verbsIn(/\bmethod\s*=([^)]*)/.exec(near)?.[1])
/** Of a class the annotations of its methods say it, each with a path of its own. */
const jaxRsMethods = (near: string): string | undefined =>
  verbsIn(
    /^(?:\s*@[^\n]*\n)+/
      .exec(near)?.[0]
      .match(/@(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/g)
      ?.join(' '),
  )
const gorillaMethods = (near: string): string | undefined =>
  verbsIn(/\.Methods\(([^)]*)\)/.exec(near.split('\n')[0] ?? '')?.[1])

/** As the frameworks' documentation writes entries. Only lines are seen: a route that is put together elsewhere is not. */
export const entryPatterns: Readonly<Record<CodeLanguage, readonly Pattern[]>> = {
  javascript: [
    {
      line: /\b(?:app|server|router|fastify|\w*Router|\w*App)\.(get|post|put|patch|delete|all)\(\s*['"`](\/[^'"`]*)['"`]\s*,/,
      read: route('express', 1, 2),
    },
    {
      line: /\b\w+\.(get|post|put|patch|delete|all)\(\s*['"`](\/[^'"`]*)['"`]\s*,/,
      file: webFramework,
      read: route('express', 1, 2),
    },
    {
      line: /^\s*@(Get|Post|Put|Patch|Delete|All)\(\s*(?:['"`]([^'"`]*)['"`])?/,
      file: /@nestjs\/|@Controller\(|routing-controllers/,
      read: route('nest', 1, 2),
    },
    { line: /^export\s+(?:async\s+)?(?:function|const)\s+(GET|POST|PUT|PATCH|DELETE)\b()/, read: route('next', 1, 2) },
    { line: /\b(?:http|https|http2)\.createServer\(/, read: other('route', 'node:http') },
    {
      line: /\bnew\s+(?:WebSocketServer|WebSocket\.Server|Server)\(|\b(?:io|wss)\.on\(\s*['"]connection['"]/,
      file: /['"](?:ws|socket\.io)['"]/,
      read: other('socket', 'websocket'),
    },
    {
      line: /\b(?:addEventListener|window\.onmessage\s*=|process\.on)\(?\s*['"](message)['"]/,
      read: other('message', 'postMessage', 1),
    },
    {
      line: /\b(?:channel|consumer|queue|worker)\.(?:consume|process|subscribe|run)\(\s*(?:['"`]([^'"`]*)['"`])?/,
      file: /amqp|kafkajs|bull|pg-boss|nats/,
      read: other('message', 'queue', 1),
    },
    {
      line: /^(?:exports\.handler\s*=|export\s+(?:const|async\s+function|function)\s+handler\b).*\(\s*_?(?:event|\{)/,
      read: other('function', 'serverless'),
    },
    { line: /\bprocess\.argv\b|\bparseArgs\(/, read: other('command line', 'node') },
  ],
  python: [
    {
      line: /^\s*@\w+(?:\.\w+)?\.(get|post|put|patch|delete)\(\s*['"]([^'"]*)['"]/,
      read: route('flask or fastapi', 1, 2),
    },
    {
      line: /^\s*@\w+(?:\.\w+)?\.(route|api_route)\(\s*['"]([^'"]*)['"]/,
      read: route('flask or fastapi', 1, 2),
      methods: pythonMethods,
    },
    { line: /^\s*@\w+\.websocket(?:_route)?\(\s*['"]([^'"]*)['"]/, read: other('socket', 'fastapi', 1) },
    {
      line: /^\s*(path|re_path|url)\(\s*r?['"]([^'"]*)['"]\s*,/,
      file: /urlpatterns/,
      read: (match) => ({ kind: 'route', framework: 'django', method: 'ANY', path: match[2] ?? '' }),
    },
    {
      line: /\.add_url_rule\(\s*['"]([^'"]*)['"]/,
      read: (match) => ({ kind: 'route', framework: 'flask', method: 'ANY', path: match[1] ?? '' }),
      methods: pythonMethods,
    },
    {
      line: /\brouter\.register\(\s*r?['"]([^'"]*)['"]/,
      read: (match) => ({ kind: 'route', framework: 'django', method: 'ANY', path: match[1] ?? '' }),
    },
    { line: /^def\s+(lambda_handler|handler)\(\s*event\b/, read: other('function', 'serverless', 1) },
    { line: /^\s*@(?:shared_task|\w+\.task)\b/, file: /celery/i, read: other('message', 'celery') },
    { line: /\bsys\.argv\b|ArgumentParser\(|^\s*@(?:click|\w+)\.command\(/, read: other('command line', 'python') },
  ],
  go: [
    {
      line: /\.HandleFunc\(\s*"(?:([A-Z]+) )?([^"]*)"|\.Handle\(\s*"(?:([A-Z]+) )?([^"]*)"/,
      file: /"net\/http"|gorilla|chi/,
      read: ([, method, path, otherMethod, otherPath]) => ({
        ...{ kind: 'route', framework: 'net/http' },
        method: method ?? otherMethod ?? 'ANY',
        path: path ?? otherPath ?? '',
      }),
      methods: gorillaMethods,
    },
    {
      line: /\.(GET|POST|PUT|PATCH|DELETE|Any|Get|Post|Put|Patch|Delete)\(\s*"(\/[^"]*)"\s*,/,
      file: /gin-gonic|labstack\/echo|go-chi|gofiber|julienschmidt/,
      read: route('router', 1, 2),
    },
    { line: /\bflag\.Parse\(|\bos\.Args\b|cobra\.Command\{/, read: other('command line', 'go') },
  ],
  java: [
    {
      line: /^\s*@(Get|Post|Put|Patch|Delete|Request)Mapping(?:\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*"([^"]*)")?/,
      read: route('spring', 1, 2),
      methods: springMethods,
    },
    {
      line: /^\s*@Path\(\s*"([^"]*)"/,
      read: (match) => ({ kind: 'route', framework: 'jax-rs', method: 'ANY', path: match[1] ?? '' }),
      methods: jaxRsMethods,
    },
    {
      line: /^\s*@WebServlet\(\s*(?:\w+\s*=\s*)?\{?\s*"([^"]*)"/,
      read: (match) => ({ kind: 'route', framework: 'servlet', method: 'ANY', path: match[1] ?? '' }),
    },
    {
      line: /^\s*@(?:Kafka|Rabbit|Jms)Listener\b|^\s*@MessageMapping\(\s*"([^"]*)"/,
      read: other('message', 'listener', 1),
    },
    { line: /\bpublic\s+static\s+void\s+main\s*\(\s*String/, read: other('command line', 'java') },
  ],
}

/** Words that speak of a check of who asks. That one is there does not mean that it is right. */
export const guardWords =
  /\b(?:auth\w*|authenticate\w*|authoriz\w*|authoris\w*|(?:require|ensure|check|verify|is|has|needs?|must)[A-Z_]?\w*(?:auth|login|logged|user|admin|role|permission|token|session|scope|owner)\w*|login_required|permission_required|permission_classes|jwt\w*|passport\w*|protect\w*|guard\w*|UseGuards|PreAuthorize|Secured|RolesAllowed|current_user|get_current_\w+)\b/i
