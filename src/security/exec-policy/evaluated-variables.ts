import type { SyntaxNode, Word, WordPart } from 'unbash'
import { isHarmlessVariable } from './harmless-variables.ts'

/**
 * Where a shell reads the text of a variable as code: arithmetic, subscripts, offsets, `${x@P}`, `${!x}`, `[[ -v $x ]]` and builtins that take
 * names (bash(1), ARITHMETIC EVALUATION: a subscript is expanded, so that `a[$(cmd)]` runs cmd). `?` is a text that no name of the script stands for:
 * the output of a command, a positional parameter.
 */
export interface EvaluatedVariables {
  /** Takes note of one node; its children are looked at by themselves. */
  look(node: SyntaxNode): void
  /** A builtin that reads the text of these variables as code. */
  evaluates(names: readonly string[]): void
  /** A command that sets these variables to a text. */
  sets(names: readonly string[]): void
  /** What the whole script has to be taken for: code that its words do not show, or only perhaps such. */
  findings(): readonly { readonly why: string; readonly isCode: boolean }[]
}

export function createEvaluatedVariables(): EvaluatedVariables {
  const evaluated = new Set<string>()
  const withText = new Set<string>()
  const direct: string[] = []
  const changed = new Set<string>()
  const prompts = new Set<string>()
  let holdsCode = false

  const sets = (names: readonly string[]) => {
    for (const name of names) {
      withText.add(name)
      if (!isHarmlessVariable(name)) changed.add(name)
    }
  }
  const evaluates = (names: readonly string[]) => {
    for (const name of names) evaluated.add(name)
  }
  /** A word in a place of arithmetic: a name there is looked up, and what it holds is evaluated in turn. */
  const evaluatesWord = (word: Word) => {
    evaluates(arithmeticNames(word.text))
    if (isCode(word.value) && isCode(literalText(word))) direct.push(word.text)
  }

  return {
    evaluates,
    sets,
    look(node) {
      switch (node.type) {
        case 'ArithmeticWord':
          return evaluates(arithmeticNames(node.value))
        case 'ArithmeticCommandExpansion':
          return evaluates(['?'])
        case 'ArithmeticExpansion':
          return node.expression === undefined ? evaluates(arithmeticNames(node.text)) : undefined
        case 'ArithmeticCommand':
          return node.expression === undefined ? evaluates(arithmeticNames(node.body)) : undefined
        case 'ArithmeticBinary':
          // What arithmetic sets is a number, and still another PATH.
          if (node.operator.endsWith('=') && node.left.type === 'ArithmeticWord') noteNumber(node.left.value, changed)
          return
        case 'ParameterExpansion': {
          if (node.index && !/^[@*]$/.test(node.index.text)) evaluatesWord(node.index)
          const { operation } = node
          const isIndirect = node.prefix === '!' && operation?.type !== 'Names' && node.index === undefined
          const isPrompt = operation?.type === 'Transform' && operation.operand.text === 'P'
          if (isIndirect || isPrompt) evaluates([variableName(node.parameter)])
          // Its text may be put together from parts, none of which is code by itself.
          if (isPrompt) prompts.add(variableName(node.parameter))
          if (operation?.type === 'Slice')
            for (const word of [operation.offset, operation.length]) if (word) evaluatesWord(word)
          if (operation?.type === 'Default' && operation.operator.endsWith('=')) sets([node.parameter])
          return
        }
        case 'TestUnary':
          // A plain name is only asked for.
          if (/^-[vR]$/.test(node.operator) && !/^\w+$/.test(node.operand.text)) evaluatesWord(node.operand)
          return
        case 'TestBinary':
          if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(node.operator))
            for (const word of [node.left, node.right]) evaluatesWord(word)
          return
        case 'Assignment': {
          if (node.index) evaluatesWord(node.index)
          const values = node.value.type === 'ArrayValue' ? node.value.elements : [node.value]
          if (!isHarmlessVariable(node.name)) changed.add(node.name)
          if (!values.every(isNumber)) withText.add(node.name)
          return
        }
        case 'For':
        case 'Select': {
          const name = node.name.value
          if (!isHarmlessVariable(name)) changed.add(name)
          if (node.type === 'Select' || !(node.wordlist ?? []).every(isNumber) || !node.wordlist) withText.add(name)
          return
        }
        case 'Coproc':
          return node.name && sets([node.name.value])
        case 'FileDescriptorVariable':
          return noteNumber(node.name, changed)
        case 'SingleQuoted':
        case 'AnsiCQuoted':
        case 'Literal':
          if (isCode(node.value)) holdsCode = true
          return
        case 'Word':
          if (node.parts === undefined && isCode(node.value)) holdsCode = true
          return
        case 'HereDocBody':
          if (node.parts === undefined && isCode(node.text)) holdsCode = true
          return
        default:
      }
    },
    findings() {
      const texts = [...evaluated].filter((name) => name === '?' || withText.has(name))
      return [
        ...direct.map((text) => ({ why: `the shell evaluates ${text}`, isCode: true })),
        ...texts.map((name) => ({
          why: `the shell evaluates ${name === '?' ? 'a text that is not known' : `the text of ${name}`}`,
          isCode: holdsCode || prompts.has(name),
        })),
        ...[...changed].map((name) => ({
          why: `it sets ${name === '?' ? 'a variable that is not known' : name}`,
          // Settings of git by any name, those that run programs too (git's config.c).
          isCode: name === 'GIT_CONFIG_PARAMETERS',
        })),
      ]
    },
  }
}

/** The variables that an arithmetic text names; `16#ff`, `0x1f` and `${#x}` are numbers. */
export function arithmeticNames(text: string): readonly string[] {
  return [...(text.match(/(?<![\w#])[A-Za-z_]\w*/g) ?? []), ...unnamed(text)]
}

/** The variables whose text a word takes in. */
export function expandedNames(text: string): readonly string[] {
  return [...[...text.matchAll(/\$\{?!?([A-Za-z_]\w*)/g)].flatMap(([, name]) => name ?? []), ...unnamed(text)]
}

function unnamed(text: string): readonly string[] {
  return /\$\(|`|\$\{?!?[\d@*]/.test(text) ? ['?'] : []
}

function variableName(parameter: string): string {
  return /^[A-Za-z_]/.test(parameter) ? parameter : '?'
}

function noteNumber(target: string, changed: Set<string>): void {
  const name = /^[A-Za-z_]\w*/.exec(target)?.[0]
  if (name !== undefined && !isHarmlessVariable(name)) changed.add(name)
}

/** A substitution that is only text so far, or the beginning of one. */
export function isCode(text: string): boolean {
  return /\$\(|`|\[\$/.test(text)
}

/** What of a word is no expansion. */
function literalText(word: Word): string {
  return partsOf(word)
    .map((part) =>
      part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted' ? part.value : '',
    )
    .join('')
}

/** The parts of a word, with those in double quotes among them. */
function partsOf(word: Word): readonly WordPart[] {
  if (word.parts === undefined)
    return [{ type: 'Literal', value: word.value, text: word.text, pos: word.pos, end: word.end }]
  return word.parts.flatMap((part): readonly WordPart[] => (part.type === 'DoubleQuoted' ? part.parts : [part]))
}

/** A word that cannot be anything but numbers. */
function isNumber(word: Word): boolean {
  if (/^(?:[-+]?\d*|\{-?\d+\.\.-?\d+(?:\.\.-?\d+)?\})$/.test(word.text)) return true
  return partsOf(word).every((part) => part.type === 'ArithmeticExpansion' || /^\$(?:[?#$!]|\{#.*\})$/.test(part.text))
}
