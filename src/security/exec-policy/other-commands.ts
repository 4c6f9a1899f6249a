import { comparedFamily, comparedName } from './program-name.ts'
import { otherNamesOfFile, programsOfFile } from './program-of-file.ts'
import { findProgram } from './programs/find-program.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { readArguments } from './programs/read-arguments.ts'
import { literalWord, type ShellWord } from './shell-word.ts'

type Words = readonly ShellWord[]

/**
 * Commands of other programs that a command is at the same time: `python3 -m pip install x` and `uv pip install x` are `pip install x`, and
 * `git-push` is `git push`. A rule that asks or forbids holds for each; who allows the command means them too.
 */
export function otherCommands(written: string, words: Words): readonly Words[] {
  const name = comparedName(written)
  const apart = composePrograms.find(({ joined }) => joined.value === name)
  if (apart !== undefined) return [[apart.program, apart.compose, ...words]]
  const [, program, subcommand] = /^(git|cargo|kubectl|docker|podman|helm|gh|apt)-(.+)$/.exec(name) ?? []
  if (program !== undefined && subcommand !== undefined) return [[program, subcommand].map(literalWord).concat(words)]
  const script = /^\/etc\/init\.d\/(.+)$/.exec(written)?.[1]
  if (script !== undefined) return ofService([literalWord(script), ...words])
  const shorter = otherNamesOfFile(written)
  if (shorter.length > 0) return shorter.map((other) => [literalWord(other), ...words])
  const family = comparedFamily(written)
  if (pythons.test(family)) return ofPython(words)
  if (runners.test(family)) return ofRunner(words)
  if (interpreters.test(family)) return ofInterpreter(words)
  switch (name) {
    case 'go':
      return behind(words, name, [['run']]).flatMap(([, ...rest]) => ofInterpreter(rest))
    case 'uv':
      return behind(words, name, [['pip'], ['tool', 'run']]).map(([first = literalWord('pip'), ...rest]) =>
        first.value === 'pip' ? [first, ...rest] : [literalWord('uvx'), ...rest.slice(1)],
      )
    case 'docker':
    case 'podman':
      return behind(words, name, [['compose']]).flatMap(([, ...rest]) =>
        composePrograms.flatMap(({ program, joined }) => (program.value === name ? [[joined, ...rest]] : [])),
      )
    case 'corepack':
      return words.flatMap((word, index) =>
        /^(?:npm|npx|yarn|yarnpkg|pnpm|pnpx)(?:@|$)/.test(word.start) ? [withoutVersion(words.slice(index))] : [],
      )
    case 'npx':
    case 'bunx':
    case 'pnpx':
    case 'uvx':
      return ofPackage(words, findProgram(name) ?? {})
    case 'pipx':
      return [
        ...behind(words, name, [['runpip']]).map(([, , ...rest]) => [literalWord('pip'), ...rest]),
        ...behind(words, name, [['run']]).flatMap(([, ...rest]) => ofPackage(rest, findProgram('npx') ?? {})),
      ]
    case 'npm':
    case 'pnpm':
    case 'yarn':
    case 'bun':
      return behind(words, name, [['exec'], ['x'], ['dlx'], ['run']]).flatMap(([, ...rest]) =>
        ofPackage(rest, findProgram('npx') ?? {}),
      )
    case 'service':
    case 'invoke-rc.d':
    case 'rc-service':
      return ofService(words)
    case 'k3s':
    case 'rke2':
    case 'k0s':
    case 'minikube':
    case 'microk8s':
      return words.flatMap(({ value }, index) =>
        /^(?:kubectl|helm3?)$/.test(value ?? '') ? [withoutDashes(words.slice(index))] : [],
      )
    default:
      return []
  }
}

const pythons = /^(?:python|pypy|ipython|py|graalpy|micropython)$/
const interpreters =
  /^(?:node|ruby|perl|php|deno|tsx|ts-node|lua|luajit|tclsh|wish|rscript|julia|pwsh|powershell|java|groovy|osascript|elixir|escript|guile|racket|raku|expect)$/
const runners =
  /^(?:runpy|cprofile|profile|pdb|ipdb3?|pudb3?|trace|coverage|debugpy|memory_profiler|mprof|line_profiler|kernprof|pyinstrument|viztracer|scalene|hunter|ddtrace-run|torchrun|pex)$/

/** Each is the other, and a command is read once by its words: they are the same objects. */
const composePrograms = ['docker', 'podman'].map((name) => ({
  program: literalWord(name),
  compose: literalWord('compose'),
  joined: literalWord(`${name}-compose`),
}))

/** What stands behind the options of a program, with one of the beginnings that are looked for. */
function behind(words: Words, program: string, beginnings: readonly (readonly string[])[]): readonly Words[] {
  const { operands } = readArguments(words, { ...findProgram(program), operands: ['command'] })
  return beginnings.some((each) => each.every((word, index) => operands[index]?.value === word)) ? [operands] : []
}

/** `npm@10 publish` is `npm publish`. */
function ofPackage(words: Words, spec: ProgramSpec): readonly Words[] {
  const { operands } = readArguments(words, { ...spec, operands: ['command'] })
  const command = withoutVersion(operands)
  return command === operands ? [] : [command]
}

function withoutVersion(words: Words): Words {
  const [first, ...rest] = words
  const name = /^((?:@[^/@]+\/)?[^@=]+)(?:@|==)/.exec(first?.value ?? '')?.[1]
  return name === undefined ? words : [literalWord(name), ...rest]
}

function withoutDashes([first, ...rest]: Words): Words {
  return [first ?? literalWord('kubectl'), ...(rest[0]?.value === '--' ? rest.slice(1) : rest)]
}

/** `service NAME stop` is `systemctl stop NAME`. */
function ofService(words: Words): readonly Words[] {
  const [name, verb] = words.filter(({ start }) => !start.startsWith('-'))
  return name === undefined || verb === undefined ? [] : [[literalWord('systemctl'), verb, name]]
}

/** `-m NAME` runs the program of that name, or of its package: `pip._internal`. */
function ofPython(words: Words): readonly Words[] {
  const { options } = readArguments(words, findProgram('python') ?? {})
  const first = options.find((option) => option.name === '-m')
  if (first?.value === undefined) return ofInterpreter(words)
  return ofModule(first.value).map((program) => [program, ...words.slice(first.next)])
}

function ofModule(word: ShellWord): readonly ShellWord[] {
  if (word.value === undefined) return [{ ...word, couldBeAny: true }]
  const names = word.value.split('.')
  const programs = new Set([names[0] ?? word.value, names.findLast((name) => name !== '__main__') ?? word.value])
  return [...programs].map(literalWord)
}

/** Modules and programs of Python that run a module or a file: `python3 -m cProfile -o out -m pip`. */
function ofRunner(words: Words): readonly Words[] {
  const joined = words.flatMap(({ start }, index) => {
    const module = /^(?:-m|--module=)([\w.]+)$/.exec(start)?.[1]
    const rest = words.slice(index + 1)
    return module === undefined ? [] : ofModule(literalWord(module)).map((program) => [program, ...rest])
  })
  return [...joined, ...ofInterpreter(words)]
}

/** The file that is run is a program: `node /usr/lib/node_modules/npm/bin/npm-cli.js publish` is `npm publish`. */
function ofInterpreter(words: Words): readonly Words[] {
  const found: Words[] = []
  for (const [index, { start }] of words.entries()) {
    if (start.startsWith('-') || (index === 0 && start === 'run')) continue
    found.push(...ofFile(words.slice(index)))
    // It may be the value of the option before it.
    const before = words[index - 1]?.start ?? ''
    if (!before.startsWith('-') || before.includes('=')) break
  }
  return found
}

/** A file and its words, by each name of the program that it is. */
export function ofFile([file, ...words]: Words): readonly Words[] {
  if (file === undefined) return []
  return programsOfFile(file).map((name) => [name, ...words])
}
