/** A piece of a prompt. */
export interface Token {
  /** `name`: a path or an identifier of code; `quoted`: text in quotes; `break`: the end of a clause; `run`: text of a script without spaces. */
  readonly kind: 'word' | 'name' | 'quoted' | 'break' | 'run'
  /** In lower case, without accents; empty for a break. */
  readonly text: string
}

const maxLength = 4000
const pasted =
  /^(\s{2,}\S|\s*at \S|npm ERR|npm error|error TS\d|\w*(Error|Exception)\b.*:|Traceback|\s*FAIL\b|\s*File "|\$ |>>> |(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|JOIN)\b|-- |[+-]{3} |@@ |def |import |from \S+ import )|[{};]\s*$|=>/
const piece =
  /```[\s\S]*?(?:```|$)|`[^`\n]+`|"[^"\n]{1,120}"|“[^”\n]{1,120}”|„[^“”\n]{1,120}[“”]|«[^»\n]{1,120}»|「[^」\n]{1,120}」|[^\s,;:!?()[\]{}"“”„«»、。,!?;:()「」…]+|[,;:!?()[\]、。,!?;:()…]|\n+/gu
const nonSpaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u
const elision = /^(l|d|j|n|m|t|s|c|qu|jusqu|lorsqu|puisqu|dell|all|nell|sull|un|quell)['’](.+)$/u

/** Cuts a prompt into words, names of code and clauses. What was pasted into it (code, stack traces) is one name. */
export function tokenise(prompt: string): readonly Token[] {
  const tokens: Token[] = []
  for (const match of withoutPasted(prompt.slice(0, maxLength)).matchAll(piece)) {
    const raw = match[0]
    if (raw.startsWith('```')) tokens.push({ kind: 'break', text: '' }, { kind: 'name', text: 'code' })
    else if (/^["“„«「]/u.test(raw)) tokens.push({ kind: 'quoted', text: normalise(raw.slice(1, -1)) })
    else if (raw.startsWith('`')) tokens.push({ kind: 'name', text: raw.slice(1, -1) })
    else if (/^[()[\]]$/u.test(raw)) continue
    else if (/^([,;:!?、。,!?;:…]|\n+)$/u.test(raw)) tokens.push({ kind: 'break', text: '' })
    else tokens.push(...tokensOf(raw))
  }
  return tokens
}

/** Lower case, without accents on Latin letters, one kind of apostrophe and dash. */
export function normalise(text: string): string {
  // Nearly all keywords are plain, and there are hundreds of them.
  if (/^[\x20-\x5f\x61-\x7e]*$/.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/ß/g, 'ss')
    .replace(/œ/g, 'oe')
    .replace(/ё/g, 'е')
    .replace(/[‐‑–—]/g, '-')
}

function withoutPasted(prompt: string): string {
  let isFenced = false
  const lines = prompt.split('\n').map((line, index) => {
    if (line.startsWith('```')) isFenced = !isFenced
    return index > 0 && !isFenced && pasted.test(line) ? '' : line
  })
  return lines.join('\n')
}

function tokensOf(raw: string): readonly Token[] {
  if (nonSpaced.test(raw)) return mixedRun(raw)
  const isEnd = /[.]$/u.test(raw)
  const bare = raw.replace(/^[-*•'’¿¡@<>=|]+|[-.'’*<>=|]+$/gu, '')
  const end: readonly Token[] = isEnd ? [{ kind: 'break', text: '' }] : []
  if (bare === '') return /^[-–—]+$/u.test(raw) ? [{ kind: 'break', text: '' }] : end
  if (isName(bare)) return [{ kind: 'name', text: bare }, ...end]
  const text = normalise(bare)
  const elided = elision.exec(text)
  if (elided) return [word(elided[1] ?? ''), word(elided[2] ?? ''), ...end]
  return [word(text), ...end]
}

/** Latin words and names stand inside of Japanese, Chinese and Korean without a space before the particle that follows. */
function mixedRun(raw: string): readonly Token[] {
  return [...raw.matchAll(/[\p{Script=Latin}\p{N}_./#@+-]+|[^\p{Script=Latin}]+/gu)].flatMap(([part]) => {
    if (nonSpaced.test(part)) return [{ kind: 'run' as const, text: normalise(part) }]
    const bare = part.replace(/^[-.]+|[-.]+$/g, '')
    if (bare === '') return []
    return [isName(bare) ? { kind: 'name' as const, text: bare } : word(normalise(bare))]
  })
}

function word(text: string): Token {
  return { kind: 'word', text }
}

/** A path, a file, or what only code spells so: `userId`, `user_id`, `run()`, `#482`, a hash of a commit. */
function isName(text: string): boolean {
  if (/^(async\/await|and\/or|if\/else|ci\/cd|i\/o|w\/|w\/o|n\/a|tcp\/ip|client\/server)$/i.test(text)) return false
  return (
    /\//.test(text) ||
    /^[\w-]*[a-z][\w.-]*\.[a-z][a-z0-9]{0,4}$/i.test(text) ||
    /[a-z][A-Z]/.test(
      text.replace(
        /^(GitHub|GitLab|JavaScript|TypeScript|GraphQL|PostgreSQL|MySQL|NoSQL|OAuth|OpenAPI|APIs|URLs|IDs|PRs|CVEs|DoS|ReDoS|iOS|macOS|VSCode|PRs)$/,
        '',
      ),
    ) ||
    /\w_\w/.test(text) ||
    /\w\(\)$/.test(text) ||
    /^#\d+$/.test(text) ||
    /^(?=[a-f0-9]*\d)(?=[a-f0-9]*[a-f])[a-f0-9]{6,40}$/.test(text) ||
    /^HEAD[~^]/.test(text)
  )
}
