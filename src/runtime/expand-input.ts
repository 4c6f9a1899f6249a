import { join } from 'node:path'
import type { ThreadRequest } from '../plugin-api/kernel-client.ts'
import type { Gate } from '../security/gate.ts'
import type { Kernel } from './load-kernel.ts'
import type { ResolvedInput } from './resolve-input.ts'

export interface ExpandedPrompt {
  readonly text: string
  /** What was cut or missing, a sentence each. */
  readonly notes: readonly string[]
  /** Paths among the command's arguments. */
  readonly paths: readonly string[]
}

/** The prompt that an input stands for: its command expanded, with context gathered under the gate. @throws CodexError `command.*` */
export async function expandInput(
  input: ResolvedInput,
  request: Pick<ThreadRequest, 'vars' | 'selection' | 'readSelection'>,
  deps: { readonly kernel: Kernel; readonly gate: Gate },
  signal: AbortSignal,
): Promise<ExpandedPrompt> {
  if (!input.command) return { text: input.text, notes: [], paths: [] }
  const { options, loaded, places } = deps.kernel
  const { definition, argv } = input.command
  const searchPath = options.env.PATH
  const isSelectionUsed = definition.value.template.includes('selection')
  const piped = isSelectionUsed && !request.selection ? await request.readSelection?.() : undefined
  const selection = piped === undefined ? request.selection : ({ type: 'text', text: piped } as const)
  const [{ expandCommand }, { openTemplateCache }] = await Promise.all([
    import('../prompt/expand-command.ts'),
    import('../prompt/template-cache.ts'),
  ])
  const directory = join(deps.kernel.codexHome, 'cache', 'templates')
  const templates = options.settings.noCache ? undefined : openTemplateCache({ directory, program: options.version })
  return await expandCommand(
    definition.value,
    argv,
    {
      gate: deps.gate,
      workspaceRoot: places.workspaceRoot,
      cwd: options.cwd,
      file: definition.origin.file,
      vars: { ...loaded.config.commands.vars, ...request.vars },
      git: async (args, limits, abort) => {
        const { gitRead } = await import('../sandbox/git-read.ts')
        return await gitRead(args, { ...limits, ...(searchPath !== undefined && { searchPath }) }, abort)
      },
      ...(selection && { selection }),
      ...(templates && { templates }),
    },
    signal,
  )
}
