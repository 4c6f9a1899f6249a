import { readFileSync } from 'node:fs'

/** What acting on files of others takes (capabilities(7)); none of them changes a mount, makes a device or reads memory. */
const wanted = { CAP_CHOWN: 0n, CAP_DAC_OVERRIDE: 1n, CAP_FOWNER: 3n, CAP_FSETID: 4n } as const
/** bubblewrap needs it to do without a user namespace. */
const systemAdministration = 21n

/** Their names, where this process has them all and bubblewrap can hand them on; else none. */
export function ownerCapabilities(): readonly string[] {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  if (effective === undefined) return []
  const held = BigInt(`0x${effective}`)
  const needed = [...Object.values(wanted), systemAdministration]
  return needed.every((bit) => (held >> bit) & 1n) ? Object.keys(wanted) : []
}
