/** One call of `execpolicy check`: the texts of its rules files, whether hosts are resolved, and the command. */
export interface ExecpolicyCase {
  readonly files: readonly string[]
  readonly resolves: boolean
  readonly command: readonly string[]
}

const rule = (pattern: string) => `prefix_rule(pattern=[${pattern}])\n`
const call = (rest: string) => `prefix_rule(pattern=["ls"], ${rest})\n`
const host = (name: string, ...paths: readonly string[]) =>
  `host_executable(name=${JSON.stringify(name)}, paths=${JSON.stringify(paths)})\n`
const network = (name: string, protocol = 'https', rest = 'decision="allow"') =>
  `network_rule(host=${JSON.stringify(name)}, protocol=${JSON.stringify(protocol)}, ${rest})\n`

/** Each with the words that its rules would match, where it loads. */
const texts: readonly (readonly [string, ...string[]])[] = [
  // How a call is written.
  ['', 'ls'],
  ['\n\n# nothing\n', 'ls'],
  ['"""What may run."""\nprefix_rule(pattern=["ls"])\n', 'ls'],
  ["prefix_rule(pattern=['ls'],)\n", 'ls'],
  ['# c\nprefix_rule(\n  pattern = ["ls"], # x\n\n)\n', 'ls'],
  ['prefix_rule(pattern=["ls"]); prefix_rule(pattern=["cat"])\n', 'cat'],
  ['prefix_rule(pattern=["ls"]);\n', 'ls'],
  [';\n', 'ls'],
  ['prefix_rule(pattern=["ls"])\r\nprefix_rule(pattern=["cat"])\r\n', 'cat'],
  ['prefix_rule(pattern=["ls"])\tprefix_rule(pattern=["cat"])\n', 'ls'],
  ['prefix_rule(pattern=["ls"]) \\\n\n', 'ls'],
  ['prefix_rule(pattern=\\\n["ls"])\n', 'ls'],
  ['prefix_rule\n(pattern=["ls"])\n', 'ls'],
  [' prefix_rule(pattern=["ls"])\n', 'ls'],
  ['# c\n  prefix_rule(pattern=["ls"])\n', 'ls'],
  ['prefix_rule(pattern=["ls"])\n  # indented\n', 'ls'],
  ['prefix_rule(pattern=["ls"]\n', 'ls'],
  ['prefix_rule(pattern=["ls"]),\n', 'ls'],
  ['\ufeffprefix_rule(pattern=["ls"])\n', 'ls'],
  ['prefix_rule(["ls"], "prompt", ["ls"], [], "j")\n', 'ls'],
  ['prefix_rule(["ls"], "prompt", ["ls"], [], "j", True)\n', 'ls'],
  ['prefix_rule(["ls"], "prompt", ["ls"], [], "j", 1)\n', 'ls'],
  ['prefix_rule(["ls"], "prompt", ["ls"], [], "j", True, 1)\n', 'ls'],
  ['prefix_rule()\n', 'ls'],
  ['prefix_rule(["ls"], pattern=["cat"])\n', 'ls'],
  ['prefix_rule(pattern=["ls"], pattern=["x"])\n', 'ls'],
  ['prefix_rule(pattern=["ls"], "allow")\n', 'ls'],
  ['prefix_rul(pattern=["ls"])\n', 'ls'],
  ['foo()\n', 'ls'],
  [call('foo=1'), 'ls'],
  [call('canonical_matching=True'), 'ls'],
  [call('canonical_matching="x"'), 'ls'],
  ['prefix_rule(pattern=foo)\n', 'ls'],
  ['load("x", "y")\n', 'ls'],
  ['print("x")\n', 'ls'],
  // What is a value and nothing else in Starlark, and what is computed.
  ['pass\n', 'ls'],
  ['1\n', 'ls'],
  ['None\n', 'ls'],
  ['[1]\n', 'ls'],
  ['prefix_rule\n', 'ls'],
  ['(prefix_rule(pattern=["ls"]))\n', 'ls'],
  ['x = ["ls"]\nprefix_rule(pattern=x)\n', 'ls'],
  ['def f():\n  prefix_rule(pattern=["ls"])\nf()\n', 'ls'],
  ['for x in ["ls"]:\n  prefix_rule(pattern=[x])\n', 'ls'],
  [rule('"l" + "s"'), 'ls'],
  [rule('"%s" % "ls"'), 'ls'],
  [rule('"LS".lower()'), 'ls'],
  [rule('f"ls"'), 'ls'],
  ['prefix_rule(["ls"] if True else ["cat"])\n', 'ls'],
  ['prefix_rule([x for x in ["ls"]])\n', 'ls'],
  ['prefix_rule(list(["ls"]))\n', 'ls'],
  ['prefix_rule(*[["ls"]])\n', 'ls'],
  ['prefix_rule(**{})\n', 'ls'],
  // Strings.
  [rule('"""ls"""'), 'ls'],
  [rule("'''ls'''"), 'ls'],
  [rule('"""a\nb"""'), 'a\nb'],
  [rule('"""a\r\nb"""'), 'a\nb'],
  [rule('"a\\\nb"'), 'ab'],
  [rule('"a\\\r\nb"'), 'ab'],
  [rule('"a\nb"'), 'a'],
  [rule('"a" "b"'), 'ab'],
  [rule('b"ls"'), 'ls'],
  [rule('rb"ls"'), 'ls'],
  [rule('u"ls"'), 'ls'],
  [rule('R"ls"'), 'ls'],
  [rule('r"a\\n"'), 'a\\n'],
  [rule('r"a\\"b"'), 'a"b'],
  [rule(`r'a\\"b'`), 'a"b'],
  [rule('r"a\\\\b"'), 'a\\\\b'],
  [rule('"\\x6c\\u0073"'), 'ls'],
  [rule('"\\U0001F600"'), '\u{1F600}'],
  [rule('"\\xe9"'), 'é'],
  [rule('"\\101"'), 'A'],
  [rule('"\\1234"'), 'S4'],
  [rule('"\\400"'), '\u0100'],
  [rule('"\\a\\b\\f\\v"'), '\u0007\b\f\v'],
  [rule('"\\q\\N"'), '\\q\\N'],
  [rule('"\\x4"'), 'x4'],
  [rule('"\\u41"'), 'A'],
  [rule('"\\ud800"'), 'x'],
  [rule('"\\ud83d\\ude00"'), 'x'],
  [rule('"\\U00110000"'), 'x'],
  // Patterns.
  ['prefix_rule(pattern="ls")\n', 'ls'],
  ['prefix_rule(pattern=("ls",))\n', 'ls'],
  [rule(''), 'ls'],
  [rule('[]'), 'ls'],
  [rule('""'), ''],
  [rule('"ls", ""'), 'ls', ''],
  [rule('"ls", 1'), 'ls', '1'],
  [rule('["a", ["b"]]'), 'a'],
  [rule('["a", True]'), 'a'],
  [rule('[["a"]]'), 'a'],
  [rule('["a", "a"]'), 'a'],
  [rule('"x", ["a", "a"]'), 'x', 'a'],
  [rule('["a", "b"], ["c", "d"]'), 'b', 'd', 'e'],
  // The other parameters.
  [call('decision="ALLOW"'), 'ls'],
  [call('decision="maybe"'), 'ls'],
  [call('decision="deny"'), 'ls'],
  [call('decision="prompt",\n match="ls"'), 'ls'],
  [call('decision=None'), 'ls'],
  [call('justification=None'), 'ls'],
  [call('justification="  "'), 'ls'],
  [call('justification=" j "'), 'ls'],
  [call('match=None'), 'ls'],
  [call('not_match=None'), 'ls'],
  [call('match=[]'), 'ls'],
  [call('match=["ls -la", ["ls", "x"]], not_match=["cat"]'), 'ls'],
  [call('match=["cat"]'), 'ls'],
  [call('not_match=["ls"]'), 'ls'],
  [call('match=[1]'), 'ls'],
  [call('match=[""]'), 'ls'],
  [call('match=[[]]'), 'ls'],
  [call('match=[[""]]'), 'ls'],
  [call('not_match=[[]]'), 'ls'],
  [call('not_match=[""]'), 'ls'],
  [call('match=["ls \'a"]'), 'ls'],
  [call('match=["ls \\\\"]'), 'ls'],
  [call('match=["l\\\\s"]'), 'ls'],
  [call('match=["ls -l # x"]'), 'ls'],
  [call('match=["ls \\n -l"]'), 'ls'],
  ['prefix_rule(pattern=["#ls"], match=["#ls"])\n', '#ls'],
  ['prefix_rule(pattern=["a$b"], match=["\\"a\\\\$b\\""])\n', 'a$b'],
  ['prefix_rule(pattern=["ls"], match=["cat"])\nprefix_rule(pattern=["cat"])\n', 'ls'],
  // Programs.
  [host('git', 'bin/git'), 'ls'],
  [host('/usr/bin/git', '/usr/bin/git'), 'ls'],
  [host('git', '/usr/bin/hg'), 'ls'],
  [host('git', '/usr/bin/git', '/usr/bin/git'), 'ls'],
  [host('git', '/usr/bin/../bin/git'), 'ls'],
  [host(''), 'ls'],
  [host('..', '/usr/..'), 'ls'],
  [host('a b', '/a b'), 'ls'],
  ['host_executable("git", ["/usr/bin/git"],)\n', 'ls'],
  ['host_executable(name="git")\n', 'ls'],
  // Hosts.
  ...['x.com', '*.x.com', '*', 'http://x.com', 'x.com/a', 'x.com:80', 'x.com:', '[::1]', '[::1]:80', '[x', '::1'].map(
    (name): [string, string] => [network(name), 'ls'],
  ),
  ...['', '.', ' x.com ', 'a b', 'x..com', 'x?.com', 'x.com#a', 'u@x.com', 'é.com', '10.0.0.1', 'X.COM.'].map(
    (name): [string, string] => [network(name), 'ls'],
  ),
  ...['http', 'https_connect', 'http-connect', 'socks5_tcp', 'socks5_udp', 'ftp', 'HTTP', ''].map(
    (protocol): [string, string] => [network('x.com', protocol), 'ls'],
  ),
  [network('x.com', 'https', 'decision="deny"'), 'ls'],
  [network('x.com', 'https', 'decision="forbidden", justification="j"'), 'ls'],
  [network('x.com', 'https', 'decision="allow", justification=" "'), 'ls'],
  [network('x.com', 'https', 'decision="allow", justification=None'), 'ls'],
  ['network_rule(host="x.com", protocol="https")\n', 'ls'],
  ['network_rule("x.com", "https", "allow")\n', 'ls'],
]

const mixed = `prefix_rule(pattern=["git",["status","log"]],decision="allow",justification="ro")
prefix_rule(["git", "push"], "prompt")
prefix_rule(["rm"], "forbidden", justification="use trash")
prefix_rule(["/usr/bin/git"], "prompt")
prefix_rule([["hg","git"]])
`
const fileSets: readonly (readonly string[])[] = [
  [mixed],
  [host('git', '/usr/bin/git') + mixed],
  [host('git') + mixed],
  [mixed, host('git', '/opt/git')],
  [host('git', '/opt/git'), host('git', '/usr/local/bin/git'), mixed],
  [host('git', '/opt/x/../git') + mixed, mixed],
]
const commands: readonly (readonly string[])[] = [
  ['git'],
  ['git', 'log', '-p'],
  ['git', 'push', '-f'],
  ['/usr/bin/git', 'push'],
  ['/opt/git', 'push'],
  ['/opt/./x/../git', 'push'],
  ['/usr/local/bin/git/', 'status'],
  ['/bin/rm', 'x'],
  ['rm', 'x'],
  ['hg', 'x'],
  ['bash', '-lc', 'rm x'],
  ['--', 'git'],
  ['-x'],
  [''],
]

/** Every way of writing a rules file that is known to matter, then files and commands of every kind together. */
export const execpolicyCases: readonly ExecpolicyCase[] = [
  ...texts.map(([text, ...command]) => ({ files: [text], resolves: false, command })),
  ...fileSets.flatMap((files) =>
    [false, true].flatMap((resolves) => commands.map((command) => ({ files, resolves, command }))),
  ),
]
