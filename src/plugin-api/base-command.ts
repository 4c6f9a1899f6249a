import { Command, Flags, type Interfaces } from '@oclif/core'
import { CodexError } from './errors.ts'
import type { KernelClient } from './kernel-client.ts'
import { terminalJson } from './terminal-json.ts'
import { terminalText } from './terminal-text.ts'

export { Args, Flags } from '@oclif/core'

/** Where the front door hands the kernel over in the options of oclif's configuration. */
export const kernelKey = Symbol.for('codex-kernel.kernel')

/** What a command may change about the kernel that it asks for; each absent where the flag was not given. */
export interface KernelSettings {
  /** `-c key=value`, in order. */
  readonly config?: readonly string[] | undefined
  /** `-p`: a configuration layer or a security profile. */
  readonly profile?: string | undefined
  /** Id of a security profile. */
  readonly 'security-profile'?: string | undefined
  /** Directory to work in. */
  readonly cd?: string | undefined
  /** Unknown configuration keys are errors. */
  readonly 'strict-config'?: boolean | undefined
  /** A broken file of the configuration counts as empty and is among the diagnostics: for commands that look and start nothing. */
  readonly 'lenient-config'?: boolean | undefined
  /** Definitions are parsed anew. */
  readonly 'no-cache'?: boolean | undefined
}

/** What the front door hands over. */
export interface KernelHandover {
  /** Opens the kernel under these settings. */
  open(settings: KernelSettings): Promise<KernelClient>
  /** Aborts when the person or the system asks to stop. */
  readonly signal: AbortSignal
}

/**
 * The base class of a plugin's oclif commands: the flags that all commands have, the kernel, and one way to print.
 * stdout is the result; everything else goes to stderr.
 */
export abstract class BaseCommand extends Command {
  /** What all commands have; a command adds its own as `flags`. */
  static override baseFlags = {
    json: Flags.boolean({ description: 'Print JSON.', helpGroup: 'GLOBAL' }),
    config: Flags.string({
      char: 'c',
      multiple: true,
      multipleNonGreedy: true,
      description: 'Override a configuration value: key=value.',
      helpGroup: 'GLOBAL',
    }),
    profile: Flags.string({ char: 'p', description: 'Configuration layer or security profile.', helpGroup: 'GLOBAL' }),
    'security-profile': Flags.string({ description: 'Security profile alone.', helpGroup: 'GLOBAL' }),
    cd: Flags.string({ char: 'C', description: 'Directory to work in.', helpGroup: 'GLOBAL' }),
    'strict-config': Flags.boolean({ description: 'Unknown configuration keys are errors.', helpGroup: 'GLOBAL' }),
    'no-cache': Flags.boolean({ description: 'Parse every definition anew.', helpGroup: 'GLOBAL' }),
    debug: Flags.boolean({ description: 'Show the stack of an error.', helpGroup: 'GLOBAL', hidden: true }),
  }

  /** The command line as it was typed: oclif sorts free words by where each stands first, so that one which stands there twice moves. */
  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv: string[] = this.argv): Promise<Interfaces.ParserOutput<F, B, A>> {
    const typed = [...argv]
    const parsed = await super.parse(options, argv)
    const words = parsed.raw.flatMap((token) => (token.type === 'arg' ? token.input : []))
    return { ...parsed, argv: inOrder(typed, [words, parsed.nonExistentFlags]) }
  }

  /** The kernel under this command's flags. @throws CodexError `config.*`, `home.missing` */
  protected async kernel(settings: KernelSettings): Promise<KernelClient> {
    return await this.handover().open(settings)
  }

  /** Runs a handler command, of which this one is another name, and prints what it gives. @throws CodexError `usage.*`, `command.*` */
  protected async printHandled(
    name: string,
    argv: readonly string[],
    flags: KernelSettings & { readonly json?: boolean },
  ): Promise<void> {
    const kernel = await this.kernel(flags)
    const result = await kernel.handle(name, argv, this.signal)
    if (result.type === 'output') this.print(result, flags)
  }

  /** Aborts when the person or the system asks to stop. */
  protected get signal(): AbortSignal {
    return this.handover().signal
  }

  /** Prints the result: `data` as JSON with `--json`, else the text, in which nothing drives the terminal. */
  protected print(
    result: { readonly text: string; readonly data: unknown; readonly exitCode?: number },
    flags: { readonly json?: boolean },
  ): void {
    this.log(flags.json ? terminalJson(result.data, 2) : terminalText(result.text))
    if (result.exitCode !== undefined) process.exitCode = result.exitCode
  }

  private handover(): KernelHandover {
    const options = this.config.options as { [kernelKey]?: KernelHandover } // our own symbol
    const handover = options[kernelKey]
    if (handover) return handover
    throw new CodexError('internal', 'The command was not started by codex', { hint: 'Run it as: codex COMMAND' })
  }
}

/** The words of several lists, each in its order, as they come in `typed`. */
function inOrder(typed: readonly string[], lists: readonly (readonly string[])[]): string[] {
  const left = lists.map((list) => [...list])
  const found = typed.flatMap((word) => left.find((list) => list[0] === word)?.shift() ?? [])
  return [...found, ...left.flat()]
}
