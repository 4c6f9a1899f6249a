import type { CodeLanguage } from './code-file.ts'

/** A function, method or class, as its lines show it; nothing is parsed, so unusual formatting hides some. */
export interface Declaration {
  readonly name: string
  readonly kind: 'function' | 'class'
  /** From 1, both ends included. */
  readonly line: number
  readonly endLine: number
  /** Whether others can call it. */
  readonly isPublic: boolean
}

/** Longer ones hold no declaration that a person wrote. */
const maxLineLength = 400

interface Found {
  readonly name: string
  readonly kind: Declaration['kind']
  readonly isExported: boolean
}

const notNames = /^(?:if|for|while|switch|catch|return|function|with|super|constructor|do|else|new|await|typeof|throw)$/

/** The declarations of a file in order. A declaration ends before the next line that is indented as it is, or less, and does not close it. */
export function outline(text: string, language: CodeLanguage): readonly Declaration[] {
  const lines = text.split('\n')
  const listed = language === 'javascript' ? exportedNames(text) : new Set<string>()
  const found: Declaration[] = []
  /** What is open around a line, outermost first. */
  const around: { readonly indent: number; readonly declaration: Found }[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.length > maxLineLength) continue
    const indent = indentOf(line)
    while (around.length > 0 && (around.at(-1)?.indent ?? 0) >= indent) around.pop()
    const outer = around.at(-1)?.declaration
    const one = readers[language](line, outer)
    if (one === undefined || outer?.kind === 'function') continue
    const isExported = outer ? outer.isExported && one.isExported : one.isExported || listed.has(one.name)
    const declaration = { ...one, isExported }
    around.push({ indent, declaration })
    const name = outer ? `${outer.name}.${one.name}` : one.name
    found.push({ name, kind: one.kind, line: index + 1, endLine: endOf(lines, index, indent), isPublic: isExported })
  }
  return found
}

type Reader = (line: string, outer: Found | undefined) => Found | undefined

const readers: Readonly<Record<CodeLanguage, Reader>> = { javascript, python, go, java }

function javascript(line: string, outer: Found | undefined): Found | undefined {
  const isExported = /^\s*export\b|^(?:module\.)?exports\.\w+\s*=/.test(line)
  const named =
    /^\s*(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(class)\s+(\w+)/.exec(line) ??
    /^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(function)\s*\*?\s*(\w+)/.exec(line) ??
    /^\s*(?:export\s+)?(?:const|let|var)\s+()(\w+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:function\b|\w+\s*=>|(?:<[^>]*>)?\((?:.*=>|[^)]*$))/.exec(
      line,
    ) ??
    /^(?:module\.)?exports\.()(\w+)\s*=\s*(?:async\s*)?(?:function\b|\(|\w+\s*=>)/.exec(line)
  if (named) return { name: named[2] ?? '', kind: named[1] === 'class' ? 'class' : 'function', isExported }
  if (/^\s*export\s+default\s+(?:async\s+)?(?:function\b|\()/.test(line))
    return { name: 'default', kind: 'function', isExported }
  if (outer?.kind !== 'class') return undefined
  const method =
    /^\s+((?:(?:public|private|protected|static|override|async|get|set|readonly)\s+)*)\*?(#?\w+)\s*(?:<[^>]*>)?\([^;]*(?:\{|,|\()\s*$/.exec(
      line,
    )
  if (!method || notNames.test(method[2] ?? '')) return undefined
  const isHidden = /private|protected/.test(method[1] ?? '') || /^[#_]/.test(method[2] ?? '')
  return { name: method[2] ?? '', kind: 'function', isExported: !isHidden }
}

/** Names in `export { a, b as c }` and `module.exports = { a, b }`. */
function exportedNames(text: string): ReadonlySet<string> {
  const lists = [...text.matchAll(/^(?:export\s*(?:type\s*)?|module\.exports\s*=\s*)\{([^}]{0,5000})\}/gm)]
  const names = lists.flatMap(([, list = '']) => list.split(',').map((each) => /^\s*(\w+)/.exec(each)?.[1] ?? ''))
  const single = [...text.matchAll(/^(?:module\.exports\s*=|export\s+default)[ \t]*(\w+)[ \t]*;?[ \t]*$/gm)].map(
    ([, name = '']) => name,
  )
  return new Set([...names, ...single])
}

function python(line: string): Found | undefined {
  const match = /^\s*(?:async\s+)?(def|class)\s+(\w+)/.exec(line)
  if (!match) return undefined
  const name = match[2] ?? ''
  return { name, kind: match[1] === 'class' ? 'class' : 'function', isExported: !name.startsWith('_') }
}

function go(line: string): Found | undefined {
  const method = /^func\s+\(\s*\w*\s*\*?(\w+)[^)]*\)\s*(\w+)/.exec(line)
  const name = method ? `${method[1]}.${method[2]}` : /^func\s+(\w+)/.exec(line)?.[1]
  if (name === undefined) return undefined
  return { name, kind: 'function', isExported: /^[A-Z]/.test(name.slice(name.indexOf('.') + 1)) }
}

function java(line: string, outer: Found | undefined): Found | undefined {
  const type =
    /^\s*(?:@\w+\s+)*((?:public|protected|private|abstract|final|static|sealed)\s+)*(?:class|interface|enum|record)\s+(\w+)/.exec(
      line,
    )
  if (type) return { name: type[2] ?? '', kind: 'class', isExported: !/\bprivate\b/.test(line) }
  if (outer?.kind !== 'class') return undefined
  // By words: as one expression it would try all ways to cut a long line.
  const open = line.indexOf('(')
  const words =
    open < 0 || line.includes(';')
      ? []
      : line
          .slice(0, open)
          .trim()
          .split(/[ \t]+/)
  const name = words.at(-1) ?? ''
  if (words.length < 2 || !/^\w+$/.test(name) || notNames.test(name) || notNames.test(words[0] ?? '')) return undefined
  if (!words.every((word) => /^[@\w<>[\],.?]+$/.test(word))) return undefined
  return { name, kind: 'function', isExported: !words.includes('private') }
}

function indentOf(line: string): number {
  const space = /^[ \t]*/.exec(line)?.[0] ?? ''
  return space.replaceAll('\t', '    ').length
}

function endOf(lines: readonly string[], start: number, indent: number): number {
  let end = start
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.trim() === '') continue
    const isClosing = /^\s*[)}\]]/.test(line)
    if (indentOf(line) < indent || (indentOf(line) === indent && !isClosing)) break
    end = at
    if (indentOf(line) === indent && /^\s*\}/.test(line) && !/[({,]\s*$/.test(line)) break
  }
  return end + 1
}
