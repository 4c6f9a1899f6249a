import type { ToolContext } from 'codex-kernel/plugin-api'
import type { TextScan } from './scan-text.ts'

/** A finding may cut a value off; what is shorter tells nothing of it. */
const tellingLength = 6

/**
 * Whether what a text says to rules quotes a credential, or a part of one, so that it must not be written to the disk. Rather too often
 * than too seldom: such a text is scanned again.
 */
export async function quotesSecret(
  { findings, brokenRules }: TextScan,
  text: string,
  ctx: Pick<ToolContext, 'redact' | 'findSecrets'>,
): Promise<boolean> {
  if (findings.length === 0 && brokenRules.length === 0) return false
  const quoted = textsIn([findings, brokenRules])
  if (quoted.some((each) => ctx.redact(each) !== each)) return true
  const secrets = await ctx.findSecrets(text, { bareValues: true })
  const telling = secrets.flatMap(({ start, end }) =>
    text
      .slice(start, end)
      .split(/\s+/)
      .filter((part) => part !== '')
      .map((part) => part.slice(0, tellingLength)),
  )
  return telling.some((part) => quoted.some((each) => each.includes(part)))
}

/** All texts of a value, at any depth. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
