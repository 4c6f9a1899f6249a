import type { Expression, Parameter, Syntax } from './expression.ts'
import { javascriptBindings, patternNames } from './javascript-bindings.ts'
import {
  isExportedFunction,
  isOwnJavascriptObject,
  javascriptCalls,
  javascriptFunctions,
} from './javascript-functions.ts'
import { importedName, javascriptImports } from './javascript-imports.ts'
import { isRequestParameter, javascriptSources, requestAlias } from './javascript-sources.ts'
import type { SgNode } from './open-parser.ts'

const functionKinds = new Set([
  'function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
  'generator_function_declaration',
  'generator_function',
])

/** Helpers of other files whose name says that what they give is put together from what they get. */
const handingOn =
  /^((_|lodash|R|fp|ramda)\.(get|trim|pick|omit|head|first|last|defaults|cloneDeep|clone|values|toString|join|compact|result|at|toLower|toUpper|flatten|map|mapValues)|(\w+\.)*((build|make|compose|prepare|construct|create|get|to|resolve|join)\w*(Query|Sql|SQL|Url|URL|Uri|URI|Command|Cmd|Path|FileName|Filename)|decode\w*|decompress|inflateSync|gunzipSync|unzipSync)|(JSON5|yaml|YAML|jsyaml|ini|toml|qs|querystring|superjson|devalue|Papa|bson|BSON|msgpack)\.\w+|(path|posix)\.(dirname|parse|format)|new Buffer|Buffer\.concat|util\.format|String\.raw)$/

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** JavaScript and TypeScript, with their request objects of Express, Koa, Fastify, Next and the page address. */
export const javascriptSyntax: Syntax = {
  id: 'javascript',
  classify,
  functionKinds,
  bindings: (scope) => javascriptBindings(scope, functionKinds),
  parameters,
  returns,
  localFunctions: javascriptFunctions,
  callsOf: javascriptCalls,
  isPrivate: (fn) => !isExportedFunction(fn),
  isOwnObject: isOwnJavascriptObject,
  passedOn: (_node, { callee, args }) => (handingOn.test(callee) ? args : []),
  nameOf: (root) => {
    const names = javascriptImports(root)
    return (callee) => importedName(callee, names)
  },
  property,
  fieldValues: (root, name) =>
    root
      .findAll({
        rule: {
          any: [
            {
              kind: 'assignment_expression',
              has: { field: 'left', regex: `^this\\.#?${name.replaceAll('$', '\\$')}$` },
            },
          ],
        },
      })
      .flatMap((assignment) => fields(assignment, 'right')),
  isHandlerParameter: (fn, parameter) => isRequestParameter(fn, parameter, parameters(fn)),
  parameterAlias: requestAlias,
  passingCalls:
    /^(String|Object|decodeURI|decodeURIComponent|encodeURI|encodeURIComponent|unescape|atob|btoa|structuredClone|JSON\.(parse|stringify)|Buffer\.from|(path|posix|win32|path\.posix)\.(join|resolve|normalize|basename|relative)|join|resolve|normalize|(util\.)?format|Promise\.(resolve|all|allSettled|race|any)|Object\.(assign|values|keys|entries|fromEntries|freeze)|Array\.(from|of)|URL|URLSearchParams|url\.(parse|resolve)|new URL|new URLSearchParams|new String|querystring\.parse|qs\.parse|pathToFileURL|fileURLToPath|CryptoJS\.enc\.\w+\.parse|new TextEncoder\(\)\.encode|Uint8Array\.from|new Uint8Array)$/,
  cleanCalls:
    /^(Number|parseInt|parseFloat|Boolean|BigInt|Symbol|Date\.\w+|Math\.\w+|Number\.\w+|crypto\.random\w+|random(UUID|Bytes|Int)|nanoid|uuid(v4|v7)?|v4|uuid\.v[147]|process\.(cwd|uptime|hrtime|memoryUsage)|os\.\w+|tmpdir|homedir|performance\.now|isNaN|typeof|new Date|mkdtempSync|fs\.mkdtempSync)$/,
  passingMethods: words(
    'trim trimStart trimEnd toString toLowerCase toUpperCase toLocaleLowerCase slice substring substr padStart padEnd at charAt split filter flat reverse toReversed sort toSorted normalize get getAll pop shift find repeat values entries valueOf match exec next catch finally toJSON splice all',
  ),
  joiningMethods: words('concat join replace replaceAll append format'),
  cleanMethods: words(
    'includes has test startsWith endsWith indexOf lastIndexOf search some every localeCompare toFixed getTime toISOString charCodeAt codePointAt digest keys',
  ),
  cleanMembers:
    /(^(process\.(pid|platform|arch|version|execPath)|import\.meta\.(url|dirname|filename))|\.(length|size|byteLength))$/,
  cleanTypes:
    /^((number|bigint|boolean|Date|Buffer|null|undefined)(\[\])?|\|?\s*(['"][^'"]*['"]|\d+|null|undefined)(\s*\|\s*(['"][^'"]*['"]|\d+|null|undefined))*)$/,
  sources: javascriptSources,
}

function classify(node: SgNode): Expression {
  switch (node.kind()) {
    case 'string':
      return { kind: 'constant', text: node.text().slice(1, -1) }
    case 'string_fragment':
    case 'escape_sequence':
      return { kind: 'constant', text: node.text() }
    case 'number':
    case 'true':
    case 'false':
    case 'null':
    case 'undefined':
    case 'regex':
    case 'this':
      return { kind: 'constant' }
    case 'template_string':
      return { kind: 'concat', parts: node.namedChildren() }
    case 'binary_expression': {
      const operator = node.field('operator')?.text()
      const sides = [node.field('left'), node.field('right')].filter((side) => side !== null)
      if (operator === '+') return { kind: 'concat', parts: sides }
      if (operator === '||' || operator === '??') return { kind: 'any', parts: sides }
      if (operator === '&&') return { kind: 'any', parts: sides.slice(1) }
      return { kind: 'clean' }
    }
    case 'ternary_expression':
      return { kind: 'any', parts: fields(node, 'consequence', 'alternative') }
    case 'assignment_expression':
      return { kind: 'any', parts: fields(node, 'right') }
    case 'pair':
      return { kind: 'any', parts: fields(node, 'value') }
    case 'subscript_expression':
      return member(node.field('object'), literalKey(node.field('index')))
    case 'member_expression':
      return member(node.field('object'), node.field('property')?.text())
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression':
    case 'await_expression':
    case 'spread_element':
    case 'template_substitution':
      return { kind: 'any', parts: node.namedChildren().slice(0, 1) }
    case 'parenthesized_expression':
    case 'sequence_expression':
      return { kind: 'any', parts: node.namedChildren().slice(-1) }
    case 'array':
    case 'object':
      return { kind: 'any', parts: node.namedChildren() }
    case 'identifier':
    case 'shorthand_property_identifier':
      return { kind: 'name', name: node.text() }
    case 'unary_expression':
    case 'update_expression':
    case 'arrow_function':
    case 'function_expression':
    case 'class':
    case 'comment':
    case 'method_definition':
      return { kind: 'clean' }
    case 'call_expression':
    case 'new_expression':
      return call(node)
    default:
      return { kind: 'unknown' }
  }
}

function literalKey(index: SgNode | null): string | undefined {
  return index?.kind() === 'string' ? index.text().slice(1, -1) : undefined
}

function property(container: SgNode, key: string): SgNode | undefined {
  if (container.kind() !== 'object') return undefined
  const parts = container.namedChildren()
  if (parts.some((part) => !/^(pair|shorthand_property_identifier|comment)$/.test(String(part.kind()))))
    return undefined
  const keyOf = (part: SgNode): string => (part.field('key') ?? part).text().replace(/^['"]|['"]$/g, '')
  if (parts.some((part) => keyOf(part).startsWith('['))) return undefined
  const found = parts.findLast((part) => keyOf(part) === key)
  return found?.field('value') ?? found
}

function call(node: SgNode): Expression {
  const callee = node.field(node.kind() === 'new_expression' ? 'constructor' : 'function')
  const list = node.field('arguments')
  if (!callee || list?.kind() !== 'arguments') return { kind: 'unknown' }
  const args = list.namedChildren().filter((child) => child.kind() !== 'comment')
  const text = callee.text().replaceAll('?.', '.').replace(/\s+/g, ' ')
  if (node.kind() === 'new_expression') return { kind: 'call', callee: `new ${text}`, args }
  if (callee.kind() !== 'member_expression') return { kind: 'call', callee: text, args }
  const receiver = callee.field('object')
  const method = callee.field('property')?.text()
  return receiver && method
    ? { kind: 'call', callee: text.replaceAll(' ', ''), receiver, method, args }
    : { kind: 'unknown' }
}

function member(object: SgNode | null, name: string | undefined): Expression {
  if (!object) return { kind: 'unknown' }
  return name === undefined ? { kind: 'member', object } : { kind: 'member', object, name }
}

const fields = (node: SgNode, ...names: string[]): SgNode[] =>
  names.map((name) => node.field(name)).filter((child) => child !== null)

function parameters(fn: SgNode): readonly Parameter[] {
  const single = fn.field('parameter')
  if (single) return [{ name: single.text(), index: 0, access: [] }]
  const list = fn.field('parameters')?.namedChildren() ?? []
  return list
    .filter((child) => child.kind() !== 'comment')
    .flatMap((child, index) => {
      const pattern = child.field('pattern') ?? child
      const type = child.field('type')?.text().replace(/^:\s*/, '')
      const fallback = child.field('value')
      return patternNames(pattern).map(
        ({ name, access }): Parameter => ({
          name,
          index,
          access,
          ...(type && access.length === 0 ? { type } : {}),
          ...(fallback ? { fallback } : {}),
        }),
      )
    })
}

function returns(fn: SgNode): readonly SgNode[] {
  const body = fn.field('body')
  if (!body) return []
  if (body.kind() !== 'statement_block') return [body]
  const own = (node: SgNode): SgNode[] => {
    if (functionKinds.has(String(node.kind()))) return []
    if (node.kind() === 'return_statement') return node.namedChildren().slice(0, 1)
    return node.namedChildren().flatMap(own)
  }
  return own(body)
}
