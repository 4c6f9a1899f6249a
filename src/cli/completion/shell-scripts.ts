/** What a shell has to run once so that TAB asks `codex complete`. */
export const shellScripts = {
  bash: `# Completion of codex for bash; codex completion bash prints it.
_codex_complete() {
  local line="\${COMP_LINE:0:COMP_POINT}" word found file
  COMPREPLY=()
  # bash takes "@sec" and "--profile=off" for several words: what it completes is the last of them.
  word="\${line##*[[:space:]]}"
  local whole="\${COMP_WORDS[COMP_CWORD]}"
  [[ "$whole" == "=" || "$whole" == "@" || "$whole" == ":" ]] && whole=""
  local kept="\${word%"$whole"}"
  # The sign of an agent belongs to the word all the same (readline's special prefixes).
  [[ "$kept" == "@" ]] && kept=""
  while IFS=$'\\t' read -r found _; do
    if [[ "$found" == ":files" ]]; then
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$whole")
      compopt -o filenames 2>/dev/null
      return
    fi
    COMPREPLY+=("\${found#"$kept"}")
  done < <("\${COMP_WORDS[0]}" complete "$line" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace 2>/dev/null
}
complete -F _codex_complete codex
`,
  zsh: `#compdef codex
# Completion of codex for zsh; codex completion zsh prints it.
_codex() {
  local line="\${(j: :)\${(@)words[1,CURRENT]}}" value text
  local -a values texts
  while IFS=$'\\t' read -r value text; do
    if [[ "$value" == ":files" ]]; then
      _files
      return
    fi
    values+=("$value")
    texts+=("\${value}\${text:+  -- }\${text}")
  done < <("\${words[1]}" complete "$line" 2>/dev/null)
  compadd -l -d texts -a values
}
if [[ "\${funcstack[1]}" == "_codex" ]]; then _codex "$@"; else compdef _codex codex; fi
`,
  fish: `# Completion of codex for fish; codex completion fish prints it.
function __codex_complete
    set -l line (commandline --cut-at-cursor | string collect)
    set -l found (codex complete "$line" 2>/dev/null)
    if test "$found[1]" = ":files"
        __fish_complete_path (commandline --current-token)
    else
        printf '%s\\n' $found
    end
end
complete --command codex --no-files --arguments '(__codex_complete)'
`,
} as const

export type CompletedShell = keyof typeof shellScripts
