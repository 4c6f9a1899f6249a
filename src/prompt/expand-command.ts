import { reservedTemplateNames, templateFunctions } from '../definitions/reserved-template-names.ts'
import type { CommandDefinition } from '../plugin-api/command.ts'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { ArgumentValues } from '../plugin-api/handler.ts'
import type { Gate } from '../security/gate.ts'
import { createActionScope } from '../tools/context/gated-action.ts'
import { bindArguments } from './bind-arguments.ts'
import type { CompiledTemplate } from './compile-template.ts'
import { type ContextDeps, type ContextLimits, contextLimits, type GitRead } from './context/context-deps.ts'
import { cutText } from './context/cut-text.ts'
import { readFileContent } from './context/file-content.ts'
import { readGitBranch } from './context/git-branch.ts'
import { readGitDiff } from './context/git-diff.ts'
import { type ReadLazy, renderLazily } from './context/render-lazily.ts'
import { listWorkspaceFiles } from './context/workspace-files.ts'
import { markData } from './mark-data.ts'
import { formatSourceLocation, isSourceLocation, parseSourceLocation, type SourceLocation } from './source-location.ts'
import type { TemplateFunctions, TemplateValues } from './template/evaluate.ts'
import type { TemplateCache } from './template-cache.ts'
import { templateNames } from './template-names.ts'

/** What the person points at: `--selection FILE:A-B`, or text that was piped in. */
export type Selection =
  | { readonly type: 'location'; readonly location: string }
  | { readonly type: 'text'; readonly text: string }

export interface ExpandDeps {
  readonly gate: Gate
  /** Real path; git runs here, and `context.files` is relative to it. */
  readonly workspaceRoot: string
  /** Real path; relative paths of arguments start here. */
  readonly cwd: string
  /** `[commands.vars]` and `--var`. One that is not set is empty. */
  readonly vars: Readonly<Record<string, string>>
  readonly selection?: Selection
  readonly git: GitRead
  /** The command's file, which errors of its template cite. Absent: `NAME.md`. */
  readonly file?: string
  /** Keeps parsed templates. Absent: nothing is kept. */
  readonly templates?: TemplateCache
  /** Absent ones: `contextLimits`. */
  readonly limits?: Partial<ContextLimits>
}

export interface ExpandedCommand {
  /** The prompt, without white space around it. What was cut is marked in it. */
  readonly text: string
  /** What is missing or cut, a sentence each. */
  readonly notes: readonly string[]
  readonly arguments: ArgumentValues
  /** Files that the arguments name, as they were typed. */
  readonly paths: readonly string[]
}

/**
 * The prompt of a command. Context is gathered, through the gate, only where the template reads it.
 * @throws CodexError `command.arguments`; `command.template` with location; the abort reason
 */
export async function expandCommand(
  command: CommandDefinition,
  argv: readonly string[],
  deps: ExpandDeps,
  signal: AbortSignal,
): Promise<ExpandedCommand> {
  const args = bindArguments(command, argv)
  const template = await compile(command, deps)

  const notes = new Set<string>()
  const context: ContextDeps = {
    ...deps,
    actions: createActionScope({ gate: deps.gate, denied: () => {}, signal }),
    limits: { ...contextLimits, ...deps.limits },
    note: (text) => notes.add(text),
    signal,
  }
  const text = await renderLazily(
    (read) => template.render(valuesFor(args, deps, context, read), functionsFor(context, read)),
    signal,
  )
  // A list that was cut cannot say so where it is walked through, so the prompt says it at its end.
  const listNotes = [...notes].filter((note) => note.startsWith('context.files is cut'))
  const parts = [text.trim(), ...listNotes.map((note) => `[${note}]`)]
  return { text: parts.join('\n\n'), notes: [...notes], arguments: args, paths: pathsOf(command, args) }
}

/** A text without braces is what it is: Handlebars is not loaded for it. */
async function compile(command: CommandDefinition, deps: ExpandDeps): Promise<CompiledTemplate> {
  const { template, templateLine } = command
  if (!template.includes('{{')) return { render: () => template }
  const { compileTemplate } = await import('./compile-template.ts')
  const options = { names: templateNames(command), functions: templateFunctions }
  return compileTemplate(template, deps.file ?? `${command.name}.md`, templateLine, options, deps.templates)
}

/** Getters, so that a value is gathered when a template reads it. */
function valuesFor(args: ArgumentValues, deps: ExpandDeps, context: ContextDeps, read: ReadLazy): TemplateValues {
  const own = Object.entries(args).filter(([name]) => !reservedTemplateNames.has(name))
  return {
    ...Object.fromEntries(own),
    args,
    vars: deps.vars,
    context: {
      get git_diff() {
        return read('git_diff', () => readGitDiff(context))
      },
      get git_branch() {
        return read('git_branch', () => readGitBranch(context))
      },
      get files() {
        return read('files', () => listWorkspaceFiles(context))
      },
      workspace_root: deps.workspaceRoot,
    },
    get selection() {
      const { selection } = deps
      return selection && read('selection', () => readSelection(selection, context))
    },
  }
}

async function readSelection(selection: Selection, context: ContextDeps): Promise<string> {
  if (selection.type === 'text') {
    const cut = cutText(selection.text, context.limits.fileBytes, 'selection')
    if (cut.note !== undefined) context.note(cut.note)
    return markData(cut.text, 'what was piped in')
  }
  const location = parseSourceLocation(selection.location)
  if (typeof location !== 'string') return readFileContent(location, context)
  throw new CodexError('command.arguments', `--selection ${selection.location}: ${location}`)
}

/** `file_content`, for as many files as the limit says; the prompt and a note say where it is reached. */
function functionsFor(context: ContextDeps, read: ReadLazy): TemplateFunctions {
  const taken = new Set<string>()
  return new Map([
    [
      'file_content',
      (argument, errorHere) => {
        const location: SourceLocation | undefined = isSourceLocation(argument)
          ? argument
          : typeof argument === 'string' && argument !== ''
            ? { file: argument }
            : undefined
        if (!location) {
          throw errorHere('file_content needs a path, and got none', {
            hint: 'Put it in {{#if args.file}} … {{/if}} where the argument may be left out.',
          })
        }
        const name = formatSourceLocation(location)
        taken.add(name)
        if (taken.size > context.limits.fileContents) {
          const note = `file_content is cut: only ${context.limits.fileContents} files are shown`
          context.note(note)
          return `[${note}]`
        }
        return read(`file ${name}`, () =>
          readFileContent(location, context).catch((error: unknown) => {
            throw isCodexError(error)
              ? errorHere(error.message, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) })
              : error
          }),
        )
      },
    ],
  ])
}

function pathsOf({ args: declared }: CommandDefinition, args: ArgumentValues): readonly string[] {
  return declared.flatMap(({ name, type }) => {
    const value = args[name]
    if (type === 'path' && typeof value === 'string') return [value]
    return type === 'location' && isSourceLocation(value) ? [value.file] : []
  })
}
