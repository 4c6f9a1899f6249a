import { basename, dirname } from 'node:path'

/** Stands for one of these letters: on a Mac's volume the long s and the kelvin sign are the same as s and k. */
const manyFormed: Readonly<Record<string, string>> = {
  k: '[^ -JL-jl-~][^ -~]?[^ -~]?',
  s: '[^ -RT-rt-~][^ -~]?',
}

/**
 * A regular expression for a name that does not exist yet, in any letter case, and what could lie below it: a volume of a Mac mostly ignores
 * case, and what is made has the case in which it is asked for. The parent exists and is matched as it is spelled. A character that
 * has a meaning of its own is not quoted but stands for any text, so that no path can say anything in a profile; it then matches too
 * much, in what is a denial.
 */
export function namePattern(path: string): string {
  const parent = dirname(path)
  const start = parent === '/' ? '' : spelled(parent, (letter) => letter)
  return `^${start}/${spelled(basename(path), anyCase)}(/.*)?$`
}

function spelled(text: string, letter: (letter: string) => string): string {
  return text
    .replace(/[^A-Za-z0-9/_.-]+/gu, '\0')
    .replace(/[A-Za-z.]/g, (each) => (each === '.' ? '\\.' : letter(each)))
    .replaceAll('\0', '.+')
}

function anyCase(letter: string): string {
  const lower = letter.toLowerCase()
  return manyFormed[lower] ?? `[${lower}${letter.toUpperCase()}]`
}
