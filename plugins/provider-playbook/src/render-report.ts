import type { Playbook, ProviderContext } from 'codex-kernel/plugin-api'
import { checkLines } from './checks-of.ts'
import { inPart } from './in-part.ts'
import { isTrue } from './is-true.ts'
import type { PlaybookValues } from './playbook-values.ts'

type Templates = Pick<ProviderContext, 'render' | 'evaluate'>

/** The report: its template, then the sections that have something to say, then what became of the steps. Without sections the template stands alone. */
export async function renderReport(playbook: Playbook, values: PlaybookValues, templates: Templates): Promise<string> {
  const head = await inPart('the report', () => templates.render(playbook.report, values))
  if (playbook.sections.length === 0 && playbook.report !== '') return head.trim()
  const parts = [head]
  for (const [index, section] of playbook.sections.entries()) {
    const part = `section ${index + 1} ("${section.title}")`
    const { when } = section
    if (when !== undefined && !isTrue(await inPart(`"when" of ${part}`, () => templates.evaluate(when, values))))
      continue
    const body = (await inPart(part, () => templates.render(section.body, values))).trim()
    if (body === '') continue
    parts.push(
      `## ${(await inPart(`the title of ${part}`, () => templates.render(section.title, values))).trim()}\n\n${body}`,
    )
  }
  parts.push(`## Checks\n\n${checkLines(values.checks)}`)
  return parts
    .map((part) => withoutGaps(part.trim()))
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Conditions and loops leave empty lines behind; outside of code one is enough. */
function withoutGaps(text: string): string {
  return text
    .split(/^(```[\s\S]*?^```)/m)
    .map((part) => (part.startsWith('```') ? part : part.replace(/\n(?:[ \t]*\n){2,}/g, '\n\n')))
    .join('')
}
