// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a shell

/** Where both parsers see something else: in all but one of these bash does what unbash sees. */
export const namedDifferences: readonly { readonly what: string; readonly in: RegExp; readonly example: string }[] = [
  { what: 'coproc and time are words to tree-sitter', in: /\b(?:coproc|time)\b/, example: 'time ls' },
  { what: 'a group behind ! is a command to tree-sitter', in: /! *\{/, example: '! { ls; }' },
  {
    what: 'the body of for ((…)) in braces is one group more to tree-sitter',
    ...{ in: /for \(\(.*\)\) \{/, example: 'for ((;;)) { ls; }' },
  },
  {
    what: 'backticks in an expansion or a here-document are text to tree-sitter',
    ...{ in: /(?:\$\{|<<)[^`]*`/, example: 'echo "${x:-`ls`}"' },
  },
  { what: 'a pattern to be removed is text to tree-sitter', in: /\$\{\w+[#%]/, example: 'echo ${x#$(ls)}' },
  { what: 'a here-document whose tabs go is text to tree-sitter', in: /<<-/, example: 'cat <<-E\n\t$(ls)\n\tE' },
  // Here unbash is wrong, to the safe side: a command of a computed name is one that every rule may be meant by.
  { what: 'a process substitution as a value is a name to unbash', in: /\w=<\(.*\) \w/, example: 'A=<(ls) cat' },
  { what: 'a newline that is escaped ends a word for tree-sitter', in: /\w\\\n\w/, example: 'l\\\ns' },
  { what: 'a descriptor that is closed is no file to tree-sitter', in: /[<>]&-/, example: 'exec 3>&-' },
  { what: 'a word of braces is a group to tree-sitter', in: /^\{\w+,.*\}/, example: '{ls,x} ;' },
  { what: 'a translated text is two words to tree-sitter', in: /\$"\w/, example: 'echo $"x"' },
  {
    what: 'an escaped blank, or an escape beside a quote, ends a word for tree-sitter',
    ...{ in: /\\\s|'\\[^'\w]|\\\\'/, example: "echo 'a'\\;b" },
  },
  {
    what: 'words behind a redirection belong to it for tree-sitter',
    ...{ in: /-- <\/dev\/null \w/, example: 'set -- </dev/null xargs -t ls' },
  },
]
