import type { ShellWord } from './shell-word.ts'

/**
 * Text of the shell that stands in the words of a program with a language of its own: what awk, make, vim and tar hand to a shell.
 * What such a program runs besides stays unseen.
 */
export function embeddedShell(program: string, words: readonly ShellWord[]): readonly string[] {
  const find = finders[program]
  if (find === undefined) return []
  const texts = words.map(({ value, start }) => value ?? start)
  return texts.flatMap((text, index) => find(text, texts[index - 1] ?? ''))
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
  before === '-c' || before === '--cmd' || /^(?:\+|-c|--cmd=)/.test(text) ? matches(text, /!(.*)$/gs) : []

/** `--checkpoint-action=exec=cmd`, in one word or in two. */
const ofTar: Finder = (text, before) => [
  ...matches(text, /^--checkpoint-act[a-z]*=exec=(.*)$/gs),
  ...(/^--checkpoint-act[a-z]*$/.test(before) ? matches(text, /^exec=(.*)$/gs) : []),
]

const finders: Readonly<Record<string, Finder>> = {
  ...{ awk: ofAwk, gawk: ofAwk, mawk: ofAwk, nawk: ofAwk },
  ...{ make: ofMake, gmake: ofMake, bmake: ofMake },
  ...{ vi: ofVim, vim: ofVim, nvim: ofVim, ex: ofVim, view: ofVim },
  ...{ tar: ofTar, bsdtar: ofTar },
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
