/** A fenced example of a Markdown page. */
export interface FencedBlock {
  /** Word after the fence; empty where there is none. */
  readonly language: string
  readonly text: string
  /** File that the line above names, as in `` `agents/counter.toml`: ``. */
  readonly file?: string
  /** Line of the fence, from 1. */
  readonly line: number
}

/** The fenced examples of a Markdown page, in order. */
export function fencedBlocks(page: string): readonly FencedBlock[] {
  return [...page.matchAll(/(?:^`([^`\n]+)`:\n\n)?^(`{3,})(\w*)[^\n]*\n(.*?)^\2$/gms)].map((match) => {
    const [whole, file, fence = '', language = '', text = ''] = match
    const line = page.slice(0, match.index + whole.indexOf(fence)).split('\n').length
    return { language, text, line, ...(file !== undefined && { file }) }
  })
}
