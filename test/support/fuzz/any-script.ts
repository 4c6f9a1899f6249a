// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a shell
import fc, { type Arbitrary } from 'fast-check'

/** Scripts of bash by its grammar, as deep as `size` says; each leaf is one of the commands. All of them parse. */
export function anyScript(commands: readonly string[], size: 'small' | 'medium' = 'small'): Arbitrary<string> {
  const { list } = fc.letrec<Record<'word' | 'command' | 'statement' | 'list' | 'body', string>>((tie) => ({
    word: fc.oneof(
      { depthSize: size, withCrossShrink: true },
      { weight: 6, arbitrary: fc.constantFrom(...plainWords) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...around), tie('list'))
          .map(([[open, close], inner]) => `${open}${spaced(inner)}${close}`),
      },
    ),
    command: fc
      .record({
        before: fc.array(fc.constantFrom('A=1 ', 'B="x y" ', '> out ', '2>/dev/null ', 'C=$x '), { maxLength: 2 }),
        name: fc.constantFrom(...commands),
        words: fc.array(tie('word'), { maxLength: 3 }),
        behind: fc.array(fc.constantFrom(' > out', ' 2>&1', ' < in', ' >> log', ' <<< "a b"'), { maxLength: 1 }),
      })
      .map(({ before, name, words, behind }) => [...before, [name, ...words].join(' '), ...behind].join('')),
    statement: fc.oneof(
      { depthSize: size, withCrossShrink: true },
      { weight: 6, arbitrary: tie('command') },
      ...compounds.map((write) => ({
        weight: 1,
        arbitrary: fc.tuple(tie('body'), tie('body')).map(([first, second]) => write(first, second)),
      })),
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('command'), tie('list'))
          // No here-document holds another one with its end: those inside are shorter.
          .map(([command, inner]) => `${command} <<E${inner.length}\n$(${spaced(inner)})\nE${inner.length}\n`),
      },
    ),
    list: fc
      .tuple(tie('statement'), fc.array(fc.tuple(fc.constantFrom(...separators), tie('statement')), { maxLength: 2 }))
      .map(([first, rest]) =>
        rest.reduce((text, [separator, next]) => text + (text.endsWith('\n') ? '' : separator) + next, first),
      ),
    body: tie('list').map((inner) => (inner.endsWith('\n') ? inner : `${inner}\n`)),
  }))
  return list
}

const plainWords = [
  'a',
  'b.txt',
  '-l',
  '--x=y',
  '"$x"',
  "'q r'",
  '"a b"',
  '$((1 + 2))',
  '{a,b}',
  '*.ts',
  '~/f',
  "$'\\n'",
  '${x:-y}',
  '"${a[@]}"',
  'a\\ b',
  '$?',
  '--',
  'a#b',
  '"#"',
  '\\;',
]
const around = [
  ['$(', ')'],
  ['"$(', ')"'],
  ['<(', ')'],
  ['${x:-$(', ')}'],
  ['"a $(', ') b"'],
] as const
const separators = ['; ', '\n', ' && ', ' || ', ' & ', ' # note\n', ' &&\n']
const compounds: readonly ((first: string, second: string) => string)[] = [
  (first) => `(${spaced(first)})`,
  (first, second) => `{ ${first}} | { ${second}}`,
  (first, second) => `(${spaced(first)}) |& while read -r x; do ${second}done`,
  (first) => `{ ${first}}`,
  (first, second) => `if ${first}then ${second}fi`,
  (first, second) => `if ${first}then ${second}else\n${second}fi`,
  (first, second) => `while ${first}do ${second}done`,
  (first) => `until false; do ${first}done`,
  (first) => `for i in a "b c"; do ${first}done`,
  (first) => `for ((i = 0; i < 2; i++)); do ${first}done`,
  (first, second) => `case $x in a | b) ${first};; *) ${second};; esac`,
  (first) => `f() { ${first}}`,
  (first) => `function g {\n${first}}`,
  (first) => `! { ${first}}`,
  (first) => `[[ -n $x ]] && { ${first}}`,
  (first) => `((x > 1)) || { ${first}}`,
  (first) => `coproc { ${first}}`,
  (first) => `eval '${first.replaceAll("'", String.raw`'\''`)}'`,
  (first) => `bash -c '${first.replaceAll("'", String.raw`'\''`)}'`,
]

/** A list that begins with `(` would be arithmetic behind another bracket, and one may end with the end of a here-document. */
function spaced(inner: string): string {
  return ` ${inner}${inner.endsWith('\n') ? '' : ' '}`
}

/** A text with some of its characters taken out, doubled, or put elsewhere. */
export function brokenText(text: Arbitrary<string>): Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(400),
    kind: fc.constantFrom('remove', 'insert', 'cut', 'swap'),
    piece: fc.constantFrom(...pieces),
  })
  return fc.tuple(text, fc.array(change, { minLength: 1, maxLength: 3 })).map(([whole, changes]) =>
    changes.reduce((now, { at, kind, piece }) => {
      const index = at % (now.length + 1)
      if (kind === 'remove') return now.slice(0, index) + now.slice(index + 1)
      if (kind === 'insert') return now.slice(0, index) + piece + now.slice(index)
      if (kind === 'cut') return now.slice(0, index)
      return now.slice(index) + now.slice(0, index)
    }, whole),
  )
}

const pieces = [
  '(',
  ')',
  '{',
  '}',
  '$(',
  '`',
  '"',
  "'",
  ';',
  ';;',
  '&',
  '|',
  '<',
  '>',
  '<<',
  '<<<',
  '&&',
  '\n',
  '\\',
  ' ',
  '[[',
  ']]',
  '((',
  '))',
  '$',
  '${',
  'do',
  'done ',
  'fi ',
  'then ',
  'esac ',
  'in ',
  '!',
  '=',
  'function ',
  'case x in ',
]
