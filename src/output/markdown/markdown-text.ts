import type { Colours } from '../colours.ts'
import { loadMarkdown } from './lex-markdown.ts'
import { openMarkdownStream } from './markdown-stream.ts'

/** Makes whole messages of Markdown into text for a terminal. */
export async function loadMarkdownText(paint: Colours, cells: number): Promise<(text: string) => string> {
  const lex = await loadMarkdown()
  return (text) => {
    const stream = openMarkdownStream(lex, paint)
    stream.push(text)
    return stream.end(cells).join('\n')
  }
}
