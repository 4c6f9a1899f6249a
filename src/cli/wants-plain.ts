import { Flags } from '../plugin-api/base-command.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'

/** The flag of commands that draw something. */
export const plainFlag = Flags.boolean({
  default: false,
  description: 'Full lines with labels for screen readers: no symbols, no colours.',
})

/** True where output is for a screen reader: `--plain`, or `output.plain` of the configuration where stdout is a terminal. */
export async function wantsPlain(
  flags: { readonly plain?: boolean | undefined },
  kernel: () => Promise<KernelClient>,
): Promise<boolean> {
  return flags.plain === true || (process.stdout.isTTY === true && (await configuredPlain(await kernel())))
}

/** What `output.plain` of the configuration says. */
export async function configuredPlain(kernel: KernelClient): Promise<boolean> {
  return (await kernel.config()).find(({ key }) => key === 'output.plain')?.value === true
}
