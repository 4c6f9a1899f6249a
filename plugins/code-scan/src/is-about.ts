/** Calls and members whose result stands for the whole value: a check of it is a check of the value. */
const telling =
  /urlparse|urlsplit|new URL\(|URL\.parse|url\.Parse|URI\b|hostname|netloc|\bhost\b|\.host\b|resolve|realpath|abspath|normpath|normalize|Path\(|relpath|relative|ip_address|gethostbyname|getaddrinfo|match\(|basename|filepath\.(Clean|Abs|Rel|Join)|os\.path\.join|toRealPath|getCanonical/i
/** What says only which kind of file it is. */
const kindOfFile =
  /splitext|rsplit\(\s*['"]\.|\.suffix|endswith\(|endsWith\(|extname|content_type|mimetype|filepath\.Ext/
const maxSteps = 3

/** True where a test that looks at `tested` says something about `text`: it is it, a part of it, or was made from it. */
export function isAbout(tested: string, text: string, code: () => string): boolean {
  if (kindOfFile.test(tested)) return false
  if (mentions(tested, text)) return !isOtherProperty(tested, text)
  const base = /^[A-Za-z_$][\w$]*/.exec(text)?.[0]
  return base !== undefined && isMadeFrom(tested, text, code, 0)
}

/** `message.type`, for `message`: that says nothing of what else is in it. What an address has says all. */
function isOtherProperty(tested: string, text: string): boolean {
  if (!tested.startsWith(text) || telling.test(tested)) return false
  const rest = tested.slice(text.length)
  return (
    /^\??\.[A-Za-z_$][\w$]*$/.test(rest) &&
    !/^\??\.(origin|protocol|path|pathname|href|scheme|Scheme|Path|length|size)$/.test(rest)
  )
}

/** `parsed` in `parsed = urlparse(url)`, for `url`. */
function isMadeFrom(tested: string, text: string, code: () => string, steps: number): boolean {
  const name = /^(?:\(?\s*)([A-Za-z_$][\w$]*)/.exec(tested)?.[1]
  if (name === undefined || name === text || steps >= maxSteps) return false
  const assignment = new RegExp(
    `(?:^|[\\s;{(,])${escaped(name)}\\s*(?::[^=\\n]{1,40})?(?:,[^=\\n]{0,40})?:?=(?!=)\\s*([^\\n]{1,300})`,
    'g',
  )
  for (const [, value = ''] of code().matchAll(assignment)) {
    if (!telling.test(value) || kindOfFile.test(value)) continue
    if (mentions(value, text) || isMadeFrom(value, text, code, steps + 1)) return true
  }
  return false
}

/** True where `text` is what a test looks at, or a part of it. */
export function mentions(tested: string, text: string): boolean {
  if (tested === text) return true
  return new RegExp(`(^|[^\\w.$'"])${escaped(text)}($|[^\\w$])`).test(tested)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
