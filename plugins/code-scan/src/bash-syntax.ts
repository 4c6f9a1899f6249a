import type { Expression, Syntax } from './expression.ts'
import type { SgNode } from './open-parser.ts'
import { type AddBinding, walkBindings } from './walk-bindings.ts'

const functionKinds = new Set(['function_definition'])
const none: ReadonlySet<string> = new Set()

/** Shell scripts. Dockerfiles are read as such too: their instructions look like commands. */
export const bashSyntax: Syntax = {
  id: 'bash',
  classify,
  functionKinds,
  bindings: (scope) =>
    walkBindings(scope, {
      functionKinds,
      conditional: /^(if_statement|elif_clause|else_clause|for_statement|while_statement|case_item|list)$/,
      bind,
    }),
  parameters: () => [],
  returns: () => [],
  localFunctions: () => new Map(),
  callsOf: () => [],
  isPrivate: () => false,
  isHandlerParameter: () => false,
  passingCalls: /^(echo|printf|cat|tr|basename|dirname|realpath|head|tail|cut|sed|awk|jq)$/,
  cleanCalls: /^(date|mktemp|wc|pwd|hostname|id|uname|nproc|git|sha\d+sum|md5sum|stat|seq|expr)$/,
  passingMethods: none,
  joiningMethods: none,
  cleanMethods: none,
  cleanMembers:
    /^\$\{?(#\w*|\?|\$|!|PWD|HOME|OLDPWD|RANDOM|UID|EUID|HOSTNAME|SECONDS|LINENO|BASH_SOURCE|BASHPID|0)\}?$/,
  cleanTypes: /^\b$/,
  sources: {
    request: {
      hint: /QUERY_STRING|CI_COMMIT|CI_MERGE|REQUEST_URI|HTTP_|PATH_INFO|\$\{\{/,
      members:
        /^\$\{?(QUERY_STRING|REQUEST_URI|PATH_INFO|HTTP_\w+|CI_COMMIT_(MESSAGE|TITLE|DESCRIPTION|BRANCH|REF_NAME|AUTHOR)|CI_MERGE_REQUEST_(TITLE|DESCRIPTION|SOURCE_BRANCH_NAME))\}?$/,
      calls: /^\b$/,
    },
    argv: {
      hint: /\$\{?[1-9@*]|\bread\b/,
      members: /^\$\{?([1-9]|@|\*)([:@][^}]*)?\}?$/,
      calls: /^read$/,
    },
    file: { hint: /\bcat\b|</, members: /^\b$/, calls: /^cat$/ },
    network: { hint: /\b(curl|wget)\b/, members: /^\b$/, calls: /^(curl|wget)$/ },
  },
}

function classify(node: SgNode): Expression {
  switch (node.kind()) {
    case 'word':
    case 'raw_string':
    case 'ansi_c_string':
    case 'string_content':
    case 'regex':
      return { kind: 'constant', text: node.text() }
    case 'number':
    case 'file_descriptor':
      return { kind: 'constant' }
    case 'arithmetic_expansion':
    case 'test_command':
    case 'comment':
      return { kind: 'clean' }
    case 'string':
    case 'concatenation':
    case 'array':
      return { kind: 'concat', parts: node.namedChildren() }
    case 'simple_expansion':
    case 'expansion':
      return { kind: 'name', name: node.namedChildren()[0]?.text() ?? '' }
    case 'variable_assignment': {
      const value = node.field('value')
      return { kind: 'any', parts: value ? [value] : [] }
    }
    case 'command_substitution':
    case 'process_substitution':
    case 'pipeline':
      return { kind: 'any', parts: node.namedChildren().slice(0, 1) }
    case 'command': {
      const [name, ...rest] = node.namedChildren()
      const args = rest.filter((child) => !/redirect/.test(String(child.kind())))
      return { kind: 'call', callee: name?.text() ?? '', args }
    }
    default:
      return { kind: 'unknown' }
  }
}

function bind(node: SgNode, add: AddBinding): void {
  if (node.kind() === 'variable_assignment') {
    const isAppending = node.children().some((child) => child.text() === '+=')
    const name = node.field('name')
    if (name) add(name.text(), node.field('value'), { adds: isAppending })
  } else if (node.kind() === 'for_statement') {
    const name = node.field('variable')
    for (const value of node.fieldChildren('value'))
      if (name) add(name.text(), value, { adds: true, offset: value.range().end.index })
  } else if (node.kind() === 'command' && node.field('name')?.text() === 'read') {
    for (const word of node.namedChildren().slice(1)) {
      if (/^[A-Za-z_]\w*$/.test(word.text())) add(word.text(), node)
    }
  }
}
