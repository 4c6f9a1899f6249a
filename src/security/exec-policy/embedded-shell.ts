import type { ShellWord } from './shell-word.ts'

/**
 * Text of the shell that stands in the words of a program with a language of its own, or in what it reads: what awk, make, vim, tar, a debugger or
 * a database's client hands to a shell. What such a program runs besides stays unseen.
 */
export function embeddedShell(program: string, words: readonly ShellWord[], input?: string): readonly string[] {
  const find = Object.hasOwn(finders, program) ? finders[program] : undefined
  if (find === undefined) return []
  const texts = words.map(({ value, start }) => value ?? start)
  const found = texts.flatMap((text, index) => find(text, texts[index - 1] ?? ''))
  return input === undefined ? found : [...found, ...find(input, '')]
}

type Finder = (text: string, before: string) => readonly string[]

/** `system("cmd")`, `"cmd" | getline`, `print | "cmd"`. */
const ofAwk: Finder = (text) => {
  const found: string[] = []
  // Each string with its end, so that a long program is gone through once.
  const strings = [...text.matchAll(/"(?:[^"\\]|\\(?:.|$))*(?:"|$)/gs)]
  for (const [place, { 0: written, index }] of strings.entries()) {
    const previous = strings[place - 1]
    const before = text.slice(previous === undefined ? 0 : previous.index + previous[0].length, index).trimEnd()
    const after = text.slice(index + written.length, strings[place + 1]?.index).trimStart()
    const isRun = /(?:system\s*\(|\|&?)$/.test(before) || /^\|&?\s*getline/.test(after)
    if (isRun) found.push(unescaped(written.replace(/^"|"$/g, '')))
  }
  return found
}

/** `$(shell cmd)` wherever it stands, `SHELL=cmd` and `X!=cmd`. */
const ofMake: Finder = (text) => [
  ...matches(text, /^.*?\$[({]shell\s+(.*)$/gs).map((rest) => rest.slice(0, lastBracket(rest))),
  ...matches(text, /^(?:SHELL[:+?]*|[\w.]+!)=(.*)$/gs),
]

/** `-c '!cmd'`, `+'r !cmd'`, `--cmd`, several apart by `|`. */
const ofVim: Finder = (text, before) =>
  before === '-c' || before === '--cmd' || /^(?:\+|-c|--cmd=)/.test(text)
    ? [
        ...matches(text, /!(.*)$/gs),
        ...matches(text, /(?:^|[\s:|+])l?mak?e?(?:\s|!\s*)([^|]*)/g).map((rest) => `make ${rest}`),
        ...matches(text, /(?:^|[\s:|+])ter(?:m[inal]*)?!?\s+([^|]*)/g),
      ]
    : []

/** It reads lines of the same, too. */
const ofEx: Finder = (text, before) => [...ofVim(text, before), ...matches(text, /^\s*\w*\s*!(.*)$/gm)]

/** `--checkpoint-action=exec=cmd`, in one word or in two. */
const ofTar: Finder = (text, before) => [
  ...matches(text, /^--checkpoint-act[a-z]*=exec=(.*)$/gs),
  ...(/^--checkpoint-act[a-z]*$/.test(before) ? matches(text, /^exec=(.*)$/gs) : []),
]

/** Dot-commands of sqlite3(1): `.shell cmd`, `.system cmd`, `.output |cmd`, shortened too, and `edit(x, 'cmd')`. */
const ofSqlite: Finder = (text) => [
  ...matches(text, /^\s*\.s[a-z]*\s+(.*)$/gm),
  ...matches(text, /^\s*\.[a-z]+\s[^|\n]*["']?\|(.*?)["']?\s*$/gm),
  ...matches(text, /\bedit\s*\([^()\n]*,\s*'([^'\n]*)'/g),
]

/** Lines of a debugger, in a word of their own or behind `-ex=` and the other names of it, and in `execute("line")` of its Python. */
const ofDebugger: Finder = (text, before) => {
  const attached = /^--?[a-z][a-z-]*=(.*)$/is.exec(text)?.[1]
  const lines = (attached ?? text).split('\n')
  const isLine = attached !== undefined || /^--?[eiok]/i.test(before)
  const called = matches(text, /\b(?:execute|HandleCommand)\s*\(\s*["']([^"'\n]*)/g)
  return [
    ...[...lines, ...called].flatMap(ofDebuggerLine),
    ...(isLine ? lines.filter((line) => line.trim() === 'make') : []),
  ]
}

/** `shell cmd`, `!cmd`, `make target`, `pipe x | cmd` of gdb, also in `with x -- line` and `eval "line"`; `platform shell cmd` of lldb. */
function ofDebuggerLine(line: string): readonly string[] {
  const inner = /^\s*eval\s+"(.*)"\s*$/.exec(line)?.[1] ?? /^\s*w[a-z]*\s.*?\s--\s+(.*)$/.exec(line)?.[1]
  if (inner !== undefined) return ofDebuggerLine(inner)
  const [, , piped] = /^\s*(?:pipe|\|)\s+-d\s+(\S+)\s.*?\1\s*(.*)$/.exec(line) ?? []
  return [
    ...matches(line, /^\s*(?:platform\s+)?shel*\b\s*(.*)$/g),
    ...matches(line, /^\s*!(.*)$/g),
    ...matches(line, /^\s*(make\s+\S.*)$/g),
    ...(piped === undefined ? matches(line, /^\s*(?:pipe|\|)\s[^|]*\|(.*)$/g) : [piped]),
  ]
}

/** `\\! cmd`, `\\copy x from program 'cmd'` and `\\g |cmd` of psql, `system cmd` of mysql; `--pager=cmd`. */
const ofDatabase: Finder = (text) => [
  ...matches(text, /\\!(.*)$/gm),
  ...matches(text, /^\s*system\s+(.*)$/gim),
  ...matches(text, /\bprogram\s*'([^'\n]*)'/gi),
  ...matches(text, /\\[a-z]+\s*\|(.*)$/gm),
  ...matches(text, /^--pager=(.*)$/gs),
]

/** Lines of `!cmd`, `r !cmd` and `w !cmd`: ed, ex, lftp, gnuplot, bc and dc, ghci. */
const ofBang: Finder = (text) => matches(text, /^[^!\n]*!(.*)$/gm)

/** `gh alias set x '!cmd'`. */
const ofAlias: Finder = (text) => matches(text, /^!(.*)$/gs)

/** `spawn cmd`, `exec cmd`, `system cmd`. */
const ofTcl: Finder = (text) => matches(text, /\b(?:spawn|exec|system)\s+(?:-\w+\s+)*([^\n;\]}]*)/g)

/** `flatpak run --command=cmd`; a shell would run the words behind, which are read as they are. */
const ofFlatpak: Finder = (text) => matches(text, /^--command=(?!\w*sh$)(.*)$/gs)

/** `less '+!cmd'`. */
const ofPager: Finder = (text) => (text.startsWith('+') ? matches(text, /!(.*)$/gs) : [])

/** `gcc -wrapper program,word`. */
const ofCompiler: Finder = (text, before) => (before === '-wrapper' ? [text.replaceAll(',', ' ')] : [])

const finders: Readonly<Record<string, Finder>> = {
  ...{ awk: ofAwk, gawk: ofAwk, mawk: ofAwk, nawk: ofAwk },
  ...{ make: ofMake, gmake: ofMake, bmake: ofMake },
  ...{ vi: ofVim, vim: ofVim, nvim: ofVim, ex: ofEx, view: ofVim },
  ...{ tar: ofTar, bsdtar: ofTar },
  ...{ sqlite3: ofSqlite, duckdb: ofSqlite, gdb: ofDebugger, lldb: ofDebugger },
  ...{ psql: ofDatabase, mysql: ofDatabase, mariadb: ofDatabase },
  ...{ ed: ofBang, lftp: ofBang, gnuplot: ofBang, bc: ofBang, dc: ofBang, ghci: ofBang, ghc: ofBang },
  ...{ flatpak: ofFlatpak, gh: ofAlias, glab: ofAlias },
  ...{ expect: ofTcl, tclsh: ofTcl, wish: ofTcl, less: ofPager, more: ofPager, most: ofPager },
  ...{
    gcc: ofCompiler,
    cc: ofCompiler,
    'g++': ofCompiler,
    'c++': ofCompiler,
    clang: ofCompiler,
    'clang++': ofCompiler,
    gfortran: ofCompiler,
  },
}

function lastBracket(text: string): number {
  return Math.max(text.lastIndexOf(')'), text.lastIndexOf('}'))
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found)
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, '$1')
}
