// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a shell
/**
 * What is tried from inside. In `command`, @OUT@ is a directory outside of the workspace, @URL@, @HOST@ and @PORT@ a server of this machine,
 * and @TOKEN@ a word of this run.
 */
export interface EscapeAttempt {
  readonly name: string
  /** What has to be installed for it. */
  readonly program: string
  /** Where it means something. Absent: everywhere. */
  readonly platform?: NodeJS.Platform
  readonly command: string
  /** What would have happened outside: the server was asked, a file was made, a file is gone, what was planted is shown. */
  readonly proof: 'asked' | 'made' | 'gone' | 'shown'
}

/** Attempts of which none may succeed. The classics come first. */
export const escapeAttempts: readonly EscapeAttempt[] = [
  { name: 'curl', program: 'curl', command: 'curl -s -m 5 @URL@/@TOKEN@', proof: 'asked' },
  { name: 'wget', program: 'wget', command: 'wget -q -T 5 -t 1 -O - @URL@/@TOKEN@', proof: 'asked' },
  {
    name: 'nc',
    program: 'nc',
    command: 'printf "GET /@TOKEN@ HTTP/1.0\\r\\n\\r\\n" | nc -w 2 @HOST@ @PORT@',
    proof: 'asked',
  },
  {
    name: 'a file like one of /etc',
    program: 'bash',
    command: 'mkdir -p @OUT@/etc; echo x > @OUT@/etc/made',
    proof: 'made',
  },
  {
    name: 'a file like one of /usr',
    program: 'cp',
    command: 'mkdir -p @OUT@/usr/bin; cp /bin/ls @OUT@/usr/bin/made',
    proof: 'made',
  },
  {
    name: 'a file like one of System32',
    program: 'tee',
    command: 'mkdir -p @OUT@/Windows/System32; echo x | tee @OUT@/Windows/System32/made',
    proof: 'made',
  },
  { name: 'bash -c', program: 'bash', command: `bash -c 'echo x > "$1"/made' - @OUT@`, proof: 'made' },
  {
    name: 'sh, its script on standard input',
    program: 'sh',
    command: 'echo "echo x > @OUT@/made" | sh',
    proof: 'made',
  },
  { name: 'python', program: 'python3', command: `python3 -c "open('@OUT@/made', 'w').write('x')"`, proof: 'made' },
  {
    name: 'eval of an encoded text',
    program: 'base64',
    command: 'eval "$(echo dG91Y2ggIiRPIi9tYWRl | (base64 -d || base64 -D))"',
    proof: 'made',
  },
  { name: 'rm -rf outside', program: 'rm', command: 'rm -rf @OUT@/kept', proof: 'gone' },
  { name: 'rm -rf in disguise', program: 'sh', command: `r=r; sh -c "\${r}m -rf @OUT@/kept"`, proof: 'gone' },
  {
    name: 'bash without a client',
    program: 'bash',
    command: 'exec 3<>/dev/tcp/@HOST@/@PORT@ && printf "GET /@TOKEN@ HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3',
    proof: 'asked',
  },
  { name: 'a symbolic link out', program: 'ln', command: 'ln -s @OUT@ door && echo x > door/made', proof: 'made' },
  {
    name: 'dots out',
    program: 'bash',
    command: 'cd src; echo x > "$(pwd -P | sed "s#/[^/]*#/..#g; s#^/##")"@OUT@/made',
    proof: 'made',
  },
  {
    name: 'the root of the process',
    program: 'bash',
    platform: 'linux',
    command: 'echo x > /proc/self/root@OUT@/made',
    proof: 'made',
  },
  { name: 'a secret of the workspace', program: 'cat', command: 'cat .env', proof: 'shown' },
  { name: 'a secret through a link', program: 'ln', command: 'ln -s .env notes; cat notes', proof: 'shown' },
  { name: 'a secret, packed', program: 'tar', command: 'tar -cf - . | tr -d "\\000"', proof: 'shown' },
]

/** Ordinary work, which has to go on: a sandbox that denies everything would pass all of the above. */
export const ordinaryWork: readonly { readonly name: string; readonly command: string; readonly output: string }[] = [
  { name: 'ls', command: 'ls src', output: 'a.txt' },
  { name: 'cat', command: 'cat src/a.txt', output: 'line of text' },
  { name: 'grep', command: 'grep -rn text src', output: 'src/a.txt:1:line of text' },
  { name: 'making files', command: 'mkdir build && echo made > build/b && mv build/b c && cat c', output: 'made' },
  { name: 'removing a file', command: 'rm src/a.txt && ls -A src', output: '' },
  {
    name: 'a commit',
    command: 'echo y > y && git add y && git commit -qm "second" && git log --format=%s -1',
    output: 'second',
  },
]

/** The rules of `ruleEscapes`: none of them is for `rm`. */
export const harmlessRules = [
  'ls',
  'cat',
  'echo',
  'git status',
  'git diff',
  'git log',
  'find',
  'sed -n',
  'printf',
  'read',
  'test',
  'set',
  ':',
]

/**
 * Scripts that remove `src` in the workspace past a list of harmless commands. `./bin/ls` is a program of the workspace that does so.
 * `bash: 5` needs what bash 3 (of macOS) does not have.
 */
export const ruleEscapes: readonly { readonly name: string; readonly script: string; readonly bash?: 5 }[] = [
  { name: 'a list', script: 'ls; rm -rf src' },
  { name: 'a pipe', script: 'ls | rm -rf src' },
  { name: 'a comment, then a line', script: 'ls # nothing\nrm -rf src' },
  { name: 'a substitution', script: 'echo "$(rm -rf src)"' },
  { name: 'a process substitution', script: 'cat <(rm -rf src)' },
  { name: 'a here-document', script: 'cat <<E\n$(rm -rf src)\nE' },
  { name: 'quotes in the name', script: "r''m -rf src" },
  { name: 'bytes for the name', script: "$'\\x72\\x6d' -rf src" },
  { name: 'a function of the same name', script: 'ls() { rm -rf src; }; ls' },
  { name: 'a program of the same name', script: 'PATH=./bin:$PATH ls' },
  { name: 'the same by read', script: 'read PATH <<< "./bin:$PATH"; ls' },
  { name: 'the same by a loop', script: 'for PATH in "./bin:$PATH"; do ls; done' },
  { name: 'the same by printf', script: 'printf -v PATH %s "./bin:$PATH"; ls' },
  { name: 'a path to it', script: './bin/ls' },
  { name: 'find -exec', script: 'find src -maxdepth 0 -exec rm -rf {} +' },
  { name: 'find -delete', script: 'find src -delete' },
  { name: 'sed e', script: "sed -n '1e rm -rf src' src/a.txt", bash: 5 },
  { name: 'a pager of git', script: "GIT_EXTERNAL_DIFF='rm -rf src;' git diff --ext-diff HEAD~1" },
  { name: 'a setting of git', script: "git -c core.fsmonitor='rm -rf src; false' status" },
  { name: 'arithmetic', script: "x='a[$(rm -rf src)]'; echo $((x))", bash: 5 },
  { name: 'arithmetic of what is read', script: "read -r x <<< 'a[$(rm -rf src)]'; echo $((x))", bash: 5 },
  { name: 'a comparison', script: "[[ 'a[$(rm -rf src)]' -eq 1 ]]; ls", bash: 5 },
  { name: 'a subscript', script: "x='b[$(rm -rf src)]'; a[x]=1; ls", bash: 5 },
  { name: 'an offset', script: "x='a[$(rm -rf src)]'; y=abc; echo ${y:x}${y:0:x}", bash: 5 },
  { name: 'a name for printf', script: "printf -v 'a[$(rm -rf src)]' x", bash: 5 },
  { name: 'a name to be tested', script: 'x=\'a[$(rm -rf src)]\'; test -v "$x"', bash: 5 },
  { name: 'an indirect name', script: "x='a[$(rm -rf src)]'; echo ${!x}", bash: 5 },
  { name: 'a prompt', script: "x='$(rm -rf src)'; echo ${x@P}", bash: 5 },
]

/** Patches of which none may change anything under workspace-write. @OUT@ is a directory outside; `door` in the workspace leads to it. */
export const patchEscapes: readonly { readonly name: string; readonly lines: readonly string[] }[] = [
  { name: 'a path above', lines: ['*** Add File: @UP@@OUT@/made', '+x'] },
  { name: 'a path down and above', lines: ['*** Add File: src/./@UP@@OUT@/made', '+x'] },
  { name: 'an absolute path', lines: ['*** Add File: @OUT@/made', '+x'] },
  { name: 'a linked directory', lines: ['*** Add File: door/made', '+x'] },
  { name: 'a link to a file', lines: ['*** Update File: window', '@@', '-kept', '+changed'] },
  { name: 'a link to nothing yet', lines: ['*** Add File: hole', '+x'] },
  { name: 'a move out', lines: ['*** Update File: src/a.txt', '*** Move to: door/made', '@@', '-line of text', '+x'] },
  {
    name: 'a move onto a hook',
    lines: ['*** Update File: src/a.txt', '*** Move to: .git/hooks/pre-commit', '@@', '-line of text', '+x'],
  },
  {
    name: 'a move of a secret',
    lines: ['*** Update File: .env', '*** Move to: notes', '@@', '-NOTE=kept', '+NOTE=changed'],
  },
  { name: 'a secret goes', lines: ['*** Delete File: .env'] },
  { name: 'the settings of git', lines: ['*** Add File: .git/config', '+[core]'] },
  { name: 'what agents are told', lines: ['*** Add File: .codex/config.toml', '+x = 1'] },
  { name: 'the same in other letters', lines: ['*** Add File: .CODEX/config.toml', '+x = 1'] },
  { name: 'hooks through a link', lines: ['*** Add File: repository/hooks/pre-commit', '+x'] },
  { name: 'a directory above, by a link', lines: ['*** Add File: up@OUT@/made', '+x'] },
  { name: 'a good file, then a bad one', lines: ['*** Add File: fine', '+x', '*** Add File: door/made', '+x'] },
]
