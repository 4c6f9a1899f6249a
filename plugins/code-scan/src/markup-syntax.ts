import type { Syntax } from './expression.ts'

const none: ReadonlySet<string> = new Set()
const never = /^\b$/

/** HTML and YAML: values do not move in them. Scripts and commands inside are read as their own language. */
export const markupSyntax: Syntax = {
  id: 'markup',
  classify: (node) =>
    /string|scalar|text|attribute_value/.test(String(node.kind())) && !/\{\{|<%|\$\{/.test(node.text())
      ? { kind: 'constant', text: node.text() }
      : { kind: 'unknown' },
  functionKinds: none,
  bindings: () => [],
  parameters: () => [],
  returns: () => [],
  localFunctions: () => new Map(),
  callsOf: () => [],
  isPrivate: () => false,
  isHandlerParameter: () => false,
  passingCalls: never,
  cleanCalls: never,
  passingMethods: none,
  joiningMethods: none,
  cleanMethods: none,
  cleanMembers: never,
  cleanTypes: never,
  sources: {},
}
