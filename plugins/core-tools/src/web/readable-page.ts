type PageDocument = ReturnType<typeof import('linkedom').parseHTML>['document']

/** What is left out of a page that is read as a whole. */
const unreadElements = ['script', 'style', 'noscript', 'template', 'iframe', 'svg', 'canvas', 'head'] as const

/** The main part of an HTML page as Markdown, or all of it where no main part is found. Nothing of the page runs, and nothing more is loaded. */
export async function readablePage(
  html: string,
  url: string,
): Promise<{ readonly title?: string; readonly text: string }> {
  const [{ parseHTML }, { Readability }, { default: Turndown }] = await Promise.all([
    import('linkedom'),
    import('@mozilla/readability'),
    import('turndown'),
  ])
  const markdown = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' })
  markdown.remove([...unreadElements.filter((name) => name !== 'svg' && name !== 'template')])
  const { document } = parseHTML(/<html[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`)
  const title = document.title?.trim()
  makeAddressesWhole(document, url)
  const whole = () => {
    for (const element of document.querySelectorAll(unreadElements.join(','))) element.remove()
    return document.body?.innerHTML ?? ''
  }
  // Readability takes the document apart, so it gets one of its own.
  const article = new Readability(parseHTML(document.toString()).document, { charThreshold: 200 }).parse()
  const content = article?.content && (article.textContent?.trim().length ?? 0) > 0 ? article.content : whole()
  const text = markdown.turndown(parseHTML(`<html><body>${content}</body></html>`).document.body).trim()
  return { ...(title && { title }), text }
}

/** Links and images keep their meaning outside the page; scripts and data in them do not come along. */
function makeAddressesWhole(document: PageDocument, url: string): void {
  const base = URL.parse(document.querySelector('base')?.getAttribute('href') ?? '', url) ?? URL.parse(url)
  for (const [selector, attribute] of [
    ['a[href]', 'href'],
    ['img[src]', 'src'],
  ] as const) {
    for (const element of document.querySelectorAll(selector)) {
      const whole = URL.parse(element.getAttribute(attribute) ?? '', base?.href)
      if (whole && /^(?:https?|mailto):$/.test(whole.protocol)) element.setAttribute(attribute, whole.href)
      else element.removeAttribute(attribute)
    }
  }
}
