/** `<% … %>` of EJS, ERB and JSP, and `<? … ?>`. */
const tag = /<([%?])[\s\S]*?\1>/g

/** Stands for a sign that HTML would read as its own; as long as it, so that places stay the same. */
const stand: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '"': '″', "'": '′' }

/** Makes text of the tags of templates, so that the page around them can be parsed: `<%= a %>` is read as `‹%= a %›`, and `{{& a }}` with a wide sign. */
export function hideTemplateTags(text: string): string {
  return text.replace(tag, (found) => found.replace(/[<>"']/g, (sign) => stand[sign] ?? sign)).replaceAll('{{&', '{{＆')
}

const jsp = /<%@\s*(page|taglib|include)\b|<jsp:|<%[^>]*\b(request|session)\.get\w+\(/

/**
 * The Java of a JSP page, where `<%= value %>` is a call `__( value );`. All else is blank, so that places stay the same.
 * Undefined for a page that is none.
 */
export function javaOfPage(text: string): string | undefined {
  if (!text.includes('<%') || !jsp.test(text)) return undefined
  let code = ''
  let offset = 0
  for (const { 0: found, index } of text.matchAll(/<%(?![@-])[\s\S]*?%>/g)) {
    const isValue = found.startsWith('<%=')
    const head = isValue ? '__(' : found.startsWith('<%!') ? '   ' : '  '
    code += blank(text.slice(offset, index)) + head + found.slice(head.length, -2) + (isValue ? ');' : '  ')
    offset = index + found.length
  }
  return code + blank(text.slice(offset))
}

const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ')
