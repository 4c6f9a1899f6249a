import type { Command, HereDoc, SyntaxNode, Word } from 'unbash'

/** A patch that a shell script is nothing but the call for. */
export interface ScriptPatch {
  /** The patch, as `parsePatch` takes it. */
  readonly patch: string
  /** Directory that the script changes to first, as written. */
  readonly workdir?: string
}

const names: ReadonlySet<string> = new Set(['apply_patch', 'applypatch'])

/**
 * The patch in `apply_patch <<'EOF' …`, `apply_patch 'PATCH'`, or one of them behind `cd DIR &&`. A here-document is taken as it
 * stands, also where a shell would expand it: models mean it so. Undefined for every other script, which stays one for the shell.
 */
export async function patchInScript(script: string): Promise<ScriptPatch | undefined> {
  // Nearly every script ends here, without loading a parser.
  if (!/apply_?patch/.test(script)) return undefined
  const { parse } = await import('unbash')
  const parsed = parse(script)
  const [statement] = parsed.commands
  if ((parsed.errors?.length ?? 0) > 0 || parsed.commands.length !== 1 || statement?.type !== 'Statement')
    return undefined
  if (statement.background) return undefined
  const commands = commandsOf(statement.command)
  const last = commands?.at(-1)
  const patch = last && patchOf(last)
  if (commands === undefined || patch === undefined || commands.length > 2) return undefined
  if (commands.length === 1) return { patch }
  const workdir = commands[0] && directoryOf(commands[0])
  return workdir === undefined ? undefined : { patch, workdir }
}

/** The simple commands of `A` or `A && B`. */
function commandsOf(node: SyntaxNode): readonly Command[] | undefined {
  if (node.type === 'Command') return [node]
  if (node.type !== 'AndOr' || node.operators.some((operator) => operator !== '&&')) return undefined
  const commands = node.commands.filter((each) => each.type === 'Command')
  return commands.length === node.commands.length ? commands : undefined
}

function patchOf({ name, prefix, args, redirects }: Command): string | undefined {
  if (name === undefined || prefix.length > 0 || !names.has(literal(name) ?? '')) return undefined
  const [argument, ...moreArguments] = args
  const [redirect, ...moreRedirects] = redirects
  if (argument === undefined) {
    return redirect?.type === 'HereDoc' && moreRedirects.length === 0 ? bodyOf(redirect) : undefined
  }
  if (moreArguments.length > 0 || redirect !== undefined || argument.type !== 'Word') return undefined
  return literal(argument)
}

/** `<<-` takes the tabs off that lines begin with. */
function bodyOf({ operator, body }: HereDoc): string {
  return operator === '<<-' ? body.text.replace(/^\t+/gm, '') : body.text
}

function directoryOf({ name, prefix, args, redirects }: Command): string | undefined {
  const words = args.filter((word) => word.type === 'Word')
  if (name === undefined || literal(name) !== 'cd' || prefix.length + redirects.length > 0) return undefined
  if (words.length !== 1 || args.length !== 1 || words[0] === undefined) return undefined
  const directory = literal(words[0])
  // `cd -`, `cd ~` and the like are the shell's to know.
  return directory === undefined || directory === '' || /^[-~]/.test(directory) ? undefined : directory
}

/** A word without its quotes; undefined where something in it is expanded. */
function literal(word: Word): string | undefined {
  if (word.parts === undefined) return word.value
  const values = word.parts.map((part) => {
    if (part.type === 'DoubleQuoted')
      return part.parts.every((each) => each.type === 'Literal') ? joined(part.parts) : undefined
    return part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted'
      ? part.value
      : undefined
  })
  return values.every((value) => value !== undefined) ? values.join('') : undefined
}

function joined(parts: readonly { readonly type: string; readonly value?: string }[]): string {
  return parts.map(({ value = '' }) => value).join('')
}
