import { terminalText } from '../plugin-api/terminal-text.ts'
import { canRedraw, type FormRequest, wantsColour } from './terminal-form.ts'

/** How stdout shows a message: on a terminal its Markdown has its form; elsewhere it is as it was written. */
export async function messageText(request: FormRequest): Promise<(text: string) => string> {
  const { stdout } = process
  if (!canRedraw(request, stdout)) return terminalText
  const { loadMarkdownText } = await import('../output/markdown/markdown-text.ts')
  const { colours } = await import('../output/colours.ts')
  return loadMarkdownText(colours(wantsColour(request, stdout)), stdout.columns || 80)
}
