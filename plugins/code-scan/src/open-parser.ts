import type { SgNode } from '@ast-grep/napi'

export type { NapiConfig, SgNode } from '@ast-grep/napi'

/** Grammars by the names that ast-grep knows them by. */
export type Grammar = 'JavaScript' | 'TypeScript' | 'Tsx' | 'Html' | 'python' | 'go' | 'java' | 'bash' | 'yaml'

export interface CodeParser {
  /** The syntax tree of a text; what is no code of the grammar lies in nodes of kind `ERROR`. */
  parse(grammar: Grammar, text: string): SgNode
}

/** By the loaded module, since a thread registers its languages once. */
const openParsers = new WeakMap<object, CodeParser>()

/** Loads the native parser at first use. The first thread of a process says which languages there are; all of them say the same. */
export async function openParser(): Promise<CodeParser> {
  const [napi, python, go, java, bash, yaml] = await Promise.all([
    import('@ast-grep/napi'),
    import('@ast-grep/lang-python'),
    import('@ast-grep/lang-go'),
    import('@ast-grep/lang-java'),
    import('@ast-grep/lang-bash'),
    import('@ast-grep/lang-yaml'),
  ])
  const known = openParsers.get(napi.parse)
  if (known) return known
  napi.registerDynamicLanguage({
    python: python.default,
    go: go.default,
    java: java.default,
    bash: bash.default,
    yaml: yaml.default,
  })
  const parser: CodeParser = { parse: (grammar, text) => napi.parse(grammar, text).root() }
  openParsers.set(napi.parse, parser)
  return parser
}
