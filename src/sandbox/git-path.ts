/** A name as the `+++` line of a diff has it, without `b/`, and without the quotes and escapes that git puts around unusual names; undefined for a deleted file. */
export function gitPath(written: string): string | undefined {
  if (written === '/dev/null') return undefined
  if (!written.startsWith('"')) return written.replace(/^b\//, '')
  const bytes = [...written.slice(1, -1).matchAll(/\\([0-7]{3}|.)|[^\\]+/g)].map(([text, code]) =>
    unescaped(text, code),
  )
  return Buffer.concat(bytes).toString('utf8').replace(/^b\//, '')
}

const controlLetters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

function unescaped(text: string, code: string | undefined): Buffer {
  if (code === undefined) return Buffer.from(text)
  if (code.length === 3) return Buffer.from([Number.parseInt(code, 8)])
  return Buffer.from(controlLetters[code] ?? code)
}
