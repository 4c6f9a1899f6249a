import type { Parameter, Syntax } from './expression.ts'
import type { SgNode } from './open-parser.ts'
import { classOf } from './python-functions.ts'

/** Where values come from in Python: the request objects of its web frameworks, and the standard library. */
export const pythonSources: Syntax['sources'] = {
  request: {
    hint: /req(uest)?\b|self\.(get_\w*argument|path|rfile|kwargs)|^\s*@\w|\bevent\b|websocket|\bws\b|\brecv|\.form\b|form\.|cleaned_data|validated_data|\binfo\b|environ|FieldStorage|\bst\./m,
    // `req.url` is mostly a requirement or a prepared request.
    members:
      /^(?!([\w]+\.)*req\.(url|content)$)((\w+\.)*(current_|http_|flask_|_)?(request|req)\.(args|form|forms|values|json|data|files|cookies|headers|query_string|url|full_path|path|GET|POST|META|COOKIES|FILES|body|query|query_params|path_params|match_info|rel_url|stream|view_args|params|matchdict|matched_route|media|json_body|raw_body|arguments|body_arguments|query_arguments|uri|uri_params|raw_url|raw_path|content|query_args|referrer|user_agent|json_params|bounded_stream|input_stream|get_full_path_info|path_info)|(self\.)?\w*(form|serializer)\.(cleaned_data|validated_data|initial_data)|(self\.)?form\.\w+\.data|(self\.)?environ\[['"](QUERY_STRING|PATH_INFO|REQUEST_URI|HTTP_\w+|wsgi\.input)['"]\]|st\.query_params|(websocket|ws)\.(query_params|path_params))$/,
    calls:
      /^((\w+\.)*(current_|http_|_)?(request|req)\.(get_json|get_data|json|post|form|body|text|read|multipart|get_full_path|build_absolute_uri|get_param|get_param_as_list|get_media|get_header|get_argument|header|url)|self\.(get_argument|get_arguments|get_query_argument|get_query_arguments|get_body_argument|get_body_arguments|get_cookie|rfile\.read)|(self\.)?(websocket|ws)\.(receive|receive_text|receive_json|receive_bytes|recv)|(form|fs|storage|cgi_form)\.(getvalue|getfirst)|st\.(text_input|text_area|chat_input|file_uploader))$/,
  },
  argv: {
    hint: /\bargv\b|input\(|parse_args|parse_known_args|@\w+\.(command|argument|option)/,
    members: /^sys\.argv$/,
    calls: /^(input|raw_input|(\w+\.)*parse_(known_)?args)$/,
  },
  env: { hint: /\b(environ|getenv)\b/, members: /^os\.environ$/, calls: /^os\.(getenv|environ\.get)$/ },
  file: {
    hint: /\b(open|read_text|read_bytes|readlines|listdir)\b/,
    members: /^\b$/,
    calls: /^(open|io\.open|codecs\.open|os\.listdir|\w+\.(read_text|read_bytes))$/,
  },
  network: {
    hint: /\b(requests|urlopen|httpx|aiohttp|urllib|recv)\b/,
    members: /^\b$/,
    calls:
      /^(requests|httpx|session)\.(get|post|put|request)$|^(urllib\.request\.)?urlopen$|^(self\.)?(sock|socket|conn|connection|client|client_socket|client_sock|s)\.(recv|recvfrom)$/,
  },
}

const routeDecorator =
  /^@(route|get|post|put|delete)\(\s*['"]\/|^@[\w.]+\.(route|get|post|put|patch|delete|head|options|api_route|websocket|websocket_route|expose|resource_config)\(/
const otherDecorator =
  /^@((socketio|sio|io)\.(on|event)\b|strawberry\.(field|mutation|type)|\w*(query|mutation|Query|Mutation)\.field\(|(mcp|server)\.tool\b|(bot|client|tree)\.(command|event|tree\.command)\b|(\w+\.)?(view_config|http_route)\(|cherrypy\.expose\b)/
const programDecorator = /^@((click|typer)\.|\w+\.(command|callback)\()/
/** Parameters that frameworks fill with objects of their own. */
const ownObject =
  /^(self|cls|request|req|response|resp|res|db|session|conn|connection|cursor|ctx|context|info|root|parent|obj|background_tasks|current_user|user|websocket|ws|settings|config|next|call_next|form|formset|queryset|model_admin|modeladmin|args|format|service|repo|repository|client|sid|interaction)$/
const ownType =
  /Depends\(|Security\(|Session|BackgroundTasks|Request\b|Response\b|WebSocket\b|Connection|Cursor|Service|Repository|\bDb\b|Settings|CurrentUser|Context|Client\b/
const viewMethod =
  /^(get|post|put|patch|delete|head|options|dispatch|list|retrieve|create|update|partial_update|destroy|on_(get|post|put|patch|delete)\w*|on_message|receive|receive_json|index|detail)$/
const viewClass = /(View|ViewSet|Resource|Handler|Endpoint|MethodView|Consumer|Controller|ModelMixin|APIView)\b/
const viewDecorator =
  /^@(\w+\.)*(login_required|permission_required|user_passes_test|staff_member_required|api_view|require_\w+|csrf_exempt|csrf_protect|action|never_cache|cache_page|method_decorator|ratelimit|swagger_auto_schema|extend_schema|transaction\.atomic|xframe_options_exempt|sensitive_post_parameters)\b/

/** Parameters that the framework fills from the request: parts of the path, of the query, of the body. */
export function isHandlerParameter(fn: SgNode, parameter: Parameter): boolean {
  const names = parameterNames(fn)
  const { name } = parameter
  const type = parameter.type ?? ''
  if (name === 'event' && names[0] === 'event' && names[1] === 'context') return true
  if (ownObject.test(name) || ownType.test(type) || /^(Depends|Security)\(/.test(parameter.fallback?.text() ?? ''))
    return false
  const decorators = decoratorsOf(fn)
  const route = decorators.find((text) => routeDecorator.test(text))
  if (route) return !new RegExp(`<(int|float|uuid):${name}>|:${name}<int>`).test(route)
  if (decorators.some((text) => otherDecorator.test(text))) return true
  if (names.includes('info') && isAfter(names, name, 'info') && /^(resolve_\w+|mutate\w*)$/.test(nameOf(fn)))
    return true
  return isViewParameter(fn, parameter, names, decorators)
}

/** `def show(request, slug)` of Django, and methods of classes that are views. */
function isViewParameter(
  fn: SgNode,
  parameter: Parameter,
  names: readonly string[],
  decorators: readonly string[],
): boolean {
  const owner = classOf(fn)
  if (owner) {
    const bases = owner.field('superclasses')?.text() ?? ''
    return viewMethod.test(nameOf(fn)) && viewClass.test(bases) && !/^(kwargs|data|exception)$/.test(parameter.name)
  }
  if (!/^(request|req)$/.test(names[0] ?? '')) return false
  const fallback = parameter.fallback?.text()
  if (fallback !== undefined && !/^(None|''|"")$/.test(fallback)) return false
  if (nameOf(fn).startsWith('_') || !isText(parameter.type)) return false
  if (decorators.some((text) => viewDecorator.test(text))) return true
  return /\breturn\s+(await\s+)?(\w+\.)*(render|redirect|HttpResponse\w*|JsonResponse|Response|FileResponse|StreamingHttpResponse|TemplateResponse|HTMLResponse)\(/.test(
    fn.field('body')?.text() ?? '',
  )
}

const isText = (type: string | undefined): boolean =>
  type === undefined || /^(str|Optional\[str\]|str\s*\|\s*None)$/.test(type)
const isAfter = (names: readonly string[], name: string, other: string): boolean =>
  names.indexOf(name) > names.indexOf(other)

/** Parameters that click and typer fill from the command line. */
export function isProgramArgument(fn: SgNode, parameter: Parameter): boolean {
  if (ownObject.test(parameter.name)) return false
  return decoratorsOf(fn).some((text) => programDecorator.test(text))
}

/** Members of `self` that hold data of the request in classes that a framework calls. */
export function isHandlerMember(node: SgNode, text: string): boolean {
  if (!/^self\.(path|headers|rfile|kwargs|path_args|path_kwargs|requestline|scope)$/.test(text)) return false
  const owner = node.ancestors().find((outer) => outer.kind() === 'class_definition')
  const bases = owner?.field('superclasses')?.text() ?? ''
  return /^self\.(path|headers|rfile|requestline)$/.test(text)
    ? /HTTPRequestHandler|CGIHTTP/.test(bases)
    : /(View|ViewSet|RequestHandler|Consumer|APIView)\b/.test(bases)
}

function decoratorsOf(fn: SgNode): readonly string[] {
  const decorated = fn.parent()
  if (decorated?.kind() !== 'decorated_definition') return []
  return decorated.namedChildren().flatMap((child) => (child.kind() === 'decorator' ? [child.text()] : []))
}

function parameterNames(fn: SgNode): readonly string[] {
  const list = fn.field('parameters')?.namedChildren() ?? []
  const names = list.map((child) => (/^[\w]+/.exec(child.text().replace(/^\*+/, '')) ?? [''])[0])
  return /^(self|cls)$/.test(names[0] ?? '') ? names.slice(1) : names
}

const nameOf = (fn: SgNode): string => fn.field('name')?.text() ?? ''
