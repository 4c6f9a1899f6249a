import type { ScanDocument, SourceTexts } from './scan-document.ts'

/** What `--format` takes. */
export const scanFormats = ['human', 'json', 'sarif', 'markdown', 'html'] as const
export type ScanFormat = (typeof scanFormats)[number]

/** The report in a format; each renderer is loaded when it is asked for. */
export async function renderScan(
  format: ScanFormat,
  document: ScanDocument,
  sources: SourceTexts,
  options: {
    readonly colour: boolean
    readonly group: 'severity' | 'file'
    /** For people: without frames, marks and colours. Default false. */
    readonly plain?: boolean
    /** SARIF: findings that do not count are there as suppressed. Default false. */
    readonly withAccepted?: boolean
  },
): Promise<string> {
  switch (format) {
    case 'human':
      if (options.plain) return (await import('./render-scan-plain.ts')).renderScanPlain(document, sources)
      return (await import('./render-scan-human.ts')).renderScanHuman(document, sources, options)
    case 'json':
      return `${JSON.stringify(document, null, 2)}\n`
    case 'sarif':
      return (await import('./render-scan-sarif.ts')).renderScanSarif(document, options.withAccepted ?? false)
    case 'markdown':
      return (await import('./render-scan-markdown.ts')).renderScanMarkdown(document, sources)
    case 'html':
      return (await import('./render-scan-html.ts')).renderScanHtml(document, sources)
  }
}

/** The format that a file's name asks for; undefined where it says nothing. */
export function formatOfFile(file: string): ScanFormat | undefined {
  const extension = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? ''
  const formats: Readonly<Record<string, ScanFormat>> = {
    json: 'json',
    sarif: 'sarif',
    md: 'markdown',
    markdown: 'markdown',
    html: 'html',
    htm: 'html',
    txt: 'human',
  }
  return formats[extension]
}
