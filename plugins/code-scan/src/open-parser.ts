import type { SgNode } from '@ast-grep/napi'

export type { NapiConfig, SgNode } from '@ast-grep/napi'

/** Grammars by the names that ast-grep knows them by. */
export type Grammar = 'JavaScript' | 'TypeScript' | 'Tsx' | 'python'

export interface CodeParser {
  /** The syntax tree of a text; what is no code of the grammar lies in nodes of kind `ERROR`. */
  parse(grammar: Grammar, text: string): Promise<SgNode>
}

/** By the loaded module, since its languages are registered once in a process. */
const openParsers = new WeakMap<object, CodeParser>()

/** Loads the native parser at first use. */
export async function openParser(): Promise<CodeParser> {
  const [napi, { default: python }] = await Promise.all([import('@ast-grep/napi'), import('@ast-grep/lang-python')])
  const known = openParsers.get(napi.parseAsync)
  if (known) return known
  napi.registerDynamicLanguage({ python })
  const parser: CodeParser = { parse: async (grammar, text) => (await napi.parseAsync(grammar, text)).root() }
  openParsers.set(napi.parseAsync, parser)
  return parser
}
