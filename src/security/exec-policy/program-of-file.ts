import { literalWord, type ShellWord } from './shell-word.ts'

/**
 * Names of the program that a file is, which a shell or an interpreter runs: `./acme`, `bin/acme.py`, `acme/__main__.py`, `acme-1.2.jar`, `npm-cli.js`. What
 * stands behind the name of a directory that is not known counts too (`"$DIR/acme.py"`), and what `$(which acme)` finds. Of a file that is not known at all it
 * is one word, `couldBeAny`.
 */
export function programsOfFile(file: ShellWord): readonly ShellWord[] {
  const path = file.value ?? knownEnd(file.text)
  if (path !== undefined) return namesOf(path).map((name) => (name === file.value ? file : literalWord(name)))
  // It may be what a command prints that only ends in a name: `$(find . -name acme.js)`.
  const end = /([\w.@+-]+)["'`)}]*$/.exec(file.text)?.[1]
  const any = { ...file, couldBeAny: true }
  return end === undefined || file.text.startsWith('$') === false ? [any] : [any, ...namesOf(end).map(literalWord)]
}

/** The same without the name as it is written: what a program that is called by itself is besides. */
export function otherNamesOfFile(path: string): readonly string[] {
  return extension.test(path) ? namesOf(path).slice(1) : []
}

const extension =
  /\.(?:sh|bash|zsh|ksh|fish|pyz?|pyw|pyc|pex|[cm]?[jt]sx?|rb|pl|php|phar|lua|go|rs|jar|ps1|jl|tcl|groovy|kts|exs?|run|command|[rR])$/

function namesOf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '')
  const last = parts.at(-1) ?? ''
  const plain = last.replace(extension, '')
  const main = mains.exec(plain)?.[1]
  const short = plain.replace(/-(?:cli|wrapper|v?\d[\w.]*)$/, '')
  const isEntry = /^(?:__main__|__init__|main|cli|index|bin)$/.test(plain)
  const directory = isEntry
    ? parts.slice(0, -1).findLast((part) => !/^(?:bin|lib|dist|src|build|\.+)$/.test(part))
    : undefined
  const ofMain = main === undefined ? [] : [main === 'Gradle' ? 'gradle' : 'mvn']
  return [...new Set([last, plain, short, ...ofMain, ...(directory === undefined ? [] : [directory])])]
}

/** Classes that java(1) starts in place of the script. */
const mains = /\.(Gradle|Maven)WrapperMain$/

/** The last part of a name whose beginning is not known, or what a search for a program is about. */
function knownEnd(text: string): string | undefined {
  const searched =
    /^"?(?:\$\(|`)\s*(?:which|type -P|command -v|npm which|pyenv which|asdf which)\s+([\w./@+-]+)\s*[)`]"?$/
  return searched.exec(text)?.[1] ?? /\/([\w.@+-]+)["']?$/.exec(text)?.[1]
}
