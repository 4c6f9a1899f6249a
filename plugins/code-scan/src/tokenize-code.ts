import type { SyntaxId } from './expression.ts'

/** The words of a text that count when it is compared with others: no comments, no white space, no imports. */
export interface CodeTokens {
  /** A number for each, the same for the same word. */
  readonly hashes: Uint32Array
  /** The line of each, from 1. */
  readonly lines: Uint32Array
}

const quoted = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`
const word = String.raw`[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*`
const cComment = String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`
const expressions: Readonly<Partial<Record<SyntaxId, RegExp>>> = {
  javascript: new RegExp(`(?<skip>${cComment})|\`(?:[^\`\\\\]|\\\\.)*\`|${quoted}|${word}|[^\\s;,]`, 'gu'),
  python: new RegExp(
    String.raw`(?<skip>#[^\n]*)|[rbfuRBFU]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?''')|${quoted}|${word}|[^\s;,]`,
    'gu',
  ),
  go: new RegExp(`(?<skip>${cComment})|\`[^\`]*\`|${quoted}|${word}|[^\\s;,]`, 'gu'),
  java: new RegExp(String.raw`(?<skip>${cComment})|"""[\s\S]*?"""|${quoted}|${word}|[^\s;,]`, 'gu'),
  bash: new RegExp(String.raw`(?<skip>(?<![^\s])#[^\n]*)|${quoted}|${word}|[^\s;]`, 'gu'),
}

/** Blocks that look alike everywhere and that nobody would merge. */
const importLine: Readonly<Partial<Record<SyntaxId, RegExp>>> = {
  javascript: /^(import\b|export\b.*\bfrom\b|\} from\b|const .* = require\()/,
  python: /^(import|from)\b/,
  go: /^(import|package)\b/,
  java: /^(import|package)\b/,
}

/** Cuts code into words without parsing it; a comma or semicolon more or less is no difference. Undefined for languages without. */
export function tokenizeCode(text: string, syntax: SyntaxId): CodeTokens | undefined {
  const expression = expressions[syntax]
  if (!expression) return undefined
  const lineStarts = startsOfLines(text)
  const imports = importLine[syntax]
  const hashes: number[] = []
  const lines: number[] = []
  let line = 0
  let isImport = false
  let seenLine = -1
  for (const match of text.matchAll(expression)) {
    while (line + 1 < lineStarts.length && (lineStarts[line + 1] ?? 0) <= match.index) line++
    if (line !== seenLine) {
      seenLine = line
      const written = text.slice(lineStarts[line], lineStarts[line + 1]).trim()
      isImport = imports?.test(written) ?? false
    }
    if (match.groups?.skip !== undefined || isImport) continue
    hashes.push(hashOf(match[0]))
    lines.push(line + 1)
  }
  return { hashes: Uint32Array.from(hashes), lines: Uint32Array.from(lines) }
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** FNV-1a of 32 bits; what is compared is at least thirty words long, so that two that meet by chance do no harm. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
