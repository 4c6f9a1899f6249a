// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a shell

/** How the name of the program `hit` can be written; it lies in `bin` of the working directory, which is home too, and on the search path. */
export const commandSpellings: readonly string[] = [
  ...['hit', 'hit x', '\\hit', 'h\\it', "'hit'", '"hit"', 'h""it', "h''it", '"h"\'i\'t', 'h\\\nit', '$"hit"'],
  ...["$'hit'", "$'\\x68it'", "$'\\150it'", "$'\\u0068it'", "h$'\\151't"],
  ...['bin/hit', './bin/hit', '~/bin/hit', 'bin/../bin/hit', 'bin//hit', '"$PWD/bin/hit"', '$HOME/bin/hit'],
  ...['{hit,x}', 'h{i,}t', 'bin/h?t', 'bin/h*', 'bin/[h]it', 'bin/h[[:alpha:]]t'],
  ...[
    '${x-hit}',
    '${x:=hit}',
    'h${x}it',
    'h$()it',
    'h``it',
    '$(echo hit)',
    '`echo hit`',
    "$(printf '\\150it')",
    '${x:-h}it',
    '$@hit',
    'h"$@"it',
  ],
]

/** How a text becomes one word of a shell. */
export const textQuotings: Readonly<Record<string, (text: string) => string>> = {
  single: (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`,
  double: (text) => `"${text.replaceAll(/[\\"`$]/g, String.raw`\$&`)}"`,
  ansi: (text) => `$'${text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}'`,
  escaped: (text) => text.replaceAll(/[^\w/\n]/g, String.raw`\$&`).replaceAll('\n', "'\n'"),
  octal: (text) =>
    /^[\0-\x7f]*$/.test(text)
      ? `$'${[...text].map((each) => `\\${each.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')}'`
      : `'${text.replaceAll("'", String.raw`'\''`)}'`,
  mixed: (text) =>
    [...text]
      .map((each, index) =>
        each === "'" ? `"'"` : index % 2 === 0 || /[\\"`$!]/.test(each) ? `'${each}'` : `"${each}"`,
      )
      .join(''),
}
