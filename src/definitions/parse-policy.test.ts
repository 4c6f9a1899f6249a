import { expect, test } from 'vitest'
import { formatDiagnostic, type ParsedDefinition, type PolicyDefinition } from '../plugin-api/index.ts'
import { policyKind } from './parse-policy.ts'
import { profileKind } from './parse-profile.ts'

function parsedValue(parsed: ParsedDefinition<PolicyDefinition> | undefined): PolicyDefinition | undefined {
  return parsed?.id === undefined ? undefined : parsed.value
}

function parse(text: string, file = '/rules/default.rules') {
  const [parsed] = policyKind.parse({ file, text })
  const diagnostics = parsed?.diagnostics ?? []
  return { id: parsed?.id, value: parsedValue(parsed), diagnostics, lines: diagnostics.map(formatDiagnostic) }
}

test('a rules file gives its rules with their lines, however they are written', () => {
  const { id, value, lines } = parse(`"""What may run."""
# comment
prefix_rule(
    pattern = ["git", ["push", 'pull']],  # alternatives
    decision = "prompt",
    match = ["git push origin", ["git", "pull", "a b"]],
    not_match = ['git log', "'git push'"],
    justification = "It leaves the machine.",
)
prefix_rule(["rm", "-r"], "forbidden"); prefix_rule(["ls"],)
prefix_rule(pattern=["say", r"a\\n", "tab\\t\\""])
`)
  expect(lines).toEqual([])
  expect(id).toBe('default.rules')
  expect(value?.ruleLines).toEqual([3, 10, 10, 11])
  expect(value?.rules).toEqual([
    {
      pattern: ['git', ['push', 'pull']],
      decision: 'prompt',
      match: ['git push origin', "git pull 'a b'"],
      not_match: ['git log', "'git push'"],
      justification: 'It leaves the machine.',
    },
    { pattern: ['rm', '-r'], decision: 'forbidden', match: [], not_match: [] },
    { pattern: ['ls'], decision: 'allow', match: [], not_match: [] },
    { pattern: ['say', 'a\\n', 'tab\t"'], decision: 'allow', match: [], not_match: [] },
  ])
})

test.each([
  ['prefix_rule(pattern=["a"], decision="maybe")', '1:37: invalid decision: maybe'],
  ['\nprefix_rule(pattern=[])', '2:1: invalid pattern element: pattern cannot be empty'],
  ['prefix_rule(pattern=["a", []])', 'invalid pattern element: pattern cannot be empty'],
  ['prefix_rule(pattern=[1])', '1:22: pattern element must be a string or list of strings (got int)'],
  ['prefix_rule(pattern=[["a", True]])', 'pattern alternative must be a string (got bool)'],
  ['prefix_rule(pattern="ls")', 'pattern must be a list (got string)'],
  ['prefix_rule(decision="allow")', '1:1: prefix_rule needs "pattern"'],
  ['prefix_rule(["a"], justification=" ")', 'invalid rule: justification cannot be empty'],
  ['prefix_rule(["a"], match=["b"])', '1:27: expected every example to match at least one rule'],
  ['prefix_rule(["a"], not_match=["b", "a c"])', '1:36: expected example to not match rule'],
  ['prefix_rule(["a", "b"], match=["a"])', 'expected every example to match at least one rule'],
  ['prefix_rule(["a"], match=["a \'"])', 'is no command line'],
  ['prefix_rule(["a"], match=[3])', 'example must be a string or list of strings (got int)'],
  ['prefix_rule(foo)', '1:13: Variable `foo` not found'],
  ['prefix_rule(pattern=foo)', 'Variable `foo` not found'],
  ['prefix_rul(["a"])', '1:1: Variable `prefix_rul` not found'],
  ['prefix_rule(["a"], patern=["b"])', 'prefix_rule has no argument "patern"'],
  ['prefix_rule(["a"], pattern=["b"])', '"pattern" is given twice'],
  ['prefix_rule(pattern=["a"], pattern=["b"])', '"pattern" is given twice'],
  ['prefix_rule(pattern=["a"], "allow")', 'A positional argument stands after a named one'],
  ['prefix_rule(["a"], "allow", [], [], "j", True, 1)', 'prefix_rule takes at most 6 arguments'],
  ['host_executable(name="git", paths=["bin/git"])', 'host_executable paths must be absolute (got bin/git)'],
  [
    'host_executable(name="/usr/bin/git", paths=[])',
    'host_executable name must be a bare executable name (got /usr/bin/git)',
  ],
  [
    'network_rule(host="*.a.com", protocol="https", decision="allow")',
    'network_rule host must be a specific host; wildcards are not allowed',
  ],
  [
    'network_rule(host="a.com", protocol="gopher", decision="allow")',
    'network_rule protocol must be one of http, https, socks5_tcp, socks5_udp (got gopher)',
  ],
  ['x = ["a"]', '1:1: The variable `x` is not read'],
  ['\n\ndef f():\n  pass', '3:1: `def` is not read'],
  ['for x in ["a"]:\n  prefix_rule([x])', '1:1: `for` is not read'],
  ['load("x.star", "y")', '`load` is not read'],
  ['prefix_rule(["a"] + ["b"])', '1:19: `+` is not read'],
  ['prefix_rule([x for x in ["a"]])', 'Variable `x` not found'],
  ['prefix_rule(["a" for x in ["a"]])', '1:18: `for` is not read'],
  ['prefix_rule(["a"] if True else ["b"])', '`if` is not read'],
  ['prefix_rule(["%s" % "a"])', '`%` is not read'],
  ['prefix_rule(["a".upper()])', '`.` is not read'],
  ['prefix_rule(("a",))', '`(` is not read'],
  ['prefix_rule(*["a"])', '`*` is not read'],
  ['prefix_rule(["a" "b"])', 'Expected `,` or `]` in the list'],
  ['prefix_rule(["a"]) prefix_rule(["b"])', 'Expected the end of the line'],
  ['prefix_rule(["a"]', 'found the end of the file'],
  ['prefix_rule(["a\n"])', '1:14: The string has no end'],
  ['prefix_rule(["\\x4"])', 'invalid string escape sequence `\\x4"'],
  ['prefix_rule(["\\ud800"])', 'invalid string escape sequence `\\ud800`'],
  ['prefix_rule(["\\U00110000"])', 'invalid string escape sequence `\\U00110000`'],
  ['prefix_rule([R"a"])', 'Variable `R` not found'],
  [' prefix_rule(["a"])', 'The line is indented'],
  [';', 'Expected a call such as prefix_rule(...)'],
  ['prefix_rule(["a"], justification=None)', 'justification must be a string (got NoneType)'],
  ['prefix_rule(["a"], canonical_matching="yes")', 'canonical_matching must be a bool (got string)'],
  ['prefix_rule(["#a"], match=["#a"])', 'is no command line'],
  ['host_executable(name="git", paths=["/usr/bin/hg"])', 'path `/usr/bin/hg` must have basename `git`'],
  ['host_executable(name="..", paths=[])', 'host_executable name must be a bare executable name (got ..)'],
  ['network_rule(host="[x", protocol="https", decision="allow")', 'has an invalid bracketed IPv6 literal'],
  ['network_rule(host="a b", protocol="https", decision="allow")', 'cannot contain whitespace'],
  ['{"a": 1}', 'Expected a call such as prefix_rule(...)'],
])('a rules file that cannot be taken as it stands is refused whole: %s', (text, expected) => {
  const { id, diagnostics, lines } = parse(text)
  expect(id).toBeUndefined()
  expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'policy.rules' })
  expect(lines.join('\n')).toContain(expected)
})

test.each([
  ['prefix_rule(["-rf"], "forbidden")', '"-rf" is an option, and would match no command'],
  ['prefix_rule([["rm", "-x"]], "forbidden")', '"-x" is an option'],
  ['network_rule(host="10.0.0.999", protocol="http", decision="forbidden")', '"10.0.0.999" is no address'],
  ['network_rule(host="0x7f.1", protocol="http", decision="forbidden")', '"0x7f.1" is no address'],
])('what Codex takes and would match nothing does not load: %s', (text, expected) => {
  const { id, lines } = parse(`\n${text}`)
  expect(id).toBeUndefined()
  expect(lines.join('\n')).toContain(expected)
  expect(lines[0]).toMatch(/^\/rules\/default\.rules:2/)
})

test('the port of a network rule is left out as in Codex, and that is said', () => {
  const { value, diagnostics } = parse('network_rule(host="a.com:443", protocol="https", decision="forbidden")')
  expect(value?.network_rules).toMatchObject([{ host: 'a.com' }])
  expect(diagnostics).toMatchObject([{ severity: 'warning', line: 1, column: 19, field: 'network_rule.host' }])
  expect(diagnostics[0]?.message).toContain('this rule is about a.com on every port')
})

test('each wrong call is named, not only the first', () => {
  const { lines } = parse('prefix_rule([1])\nprefix_rule(["ok"])\nprefix_rule(["a"], "maybe")\n')
  expect(lines.map((line) => line.slice(0, 25))).toEqual(['/rules/default.rules:1:14', '/rules/default.rules:3:20'])
})

test('rules on programs and hosts are kept, each with its line', () => {
  const { value, diagnostics } = parse(`host_executable(name="git", paths=["/usr/bin/git"])
network_rule(host="a.com", protocol="https", decision="deny", justification="no")
`)
  expect(value?.host_executables).toEqual([{ name: 'git', paths: ['/usr/bin/git'], line: 1 }])
  expect(value?.network_rules).toEqual([
    { host: 'a.com', protocol: 'https', decision: 'forbidden', justification: 'no', line: 2 },
  ])
  expect(diagnostics).toEqual([])
})

test.each([
  ['X.com.', 'x.com'],
  [' x.com ', 'x.com'],
  ['x.com:443', 'x.com'],
  ['[::1]', '::1'],
  ['[::1]:443', '::1'],
  ['FE80::1', 'fe80::1'],
])('the host %s of a network rule is %s', (written, host) => {
  const { value } = parse(`network_rule(host="${written}", protocol="https_connect", decision="prompt")`)
  expect(value?.network_rules).toEqual([{ host, protocol: 'https', decision: 'prompt', line: 1 }])
})

test('strings are those of Starlark', () => {
  const text = String.raw`prefix_rule(["\x6c\u0073\U0001F600", "\101\0\7", "\q", r"a\"b\n", "\a\b\f\v", ""])`
  const { value, lines } = parse(`${text}\r\nprefix_rule([\\\n"""a\r\nb"""], canonical_matching=True)\n`)
  expect(lines).toEqual([])
  expect(value?.rules.map(({ pattern }) => pattern)).toEqual([
    ['ls\u{1F600}', 'A\0\u0007', '\\q', 'a"b\\n', '\u0007\b\f\v', ''],
    ['a\nb'],
  ])
})

test('an empty rules file is a policy without rules', () => {
  expect(parse('# nothing yet\n').value).toMatchObject({ rules: [], ruleLines: [] })
})

const policy = `id = "team"
[[rules]]
pattern = ["git", ["push", "fetch"]]
decision = "prompt"
match = ["git push"]

[[rules]]
pattern = ["rm"]
decision = "forbidden"
not_match = ["rmdir x"]
`

test('a policy file gives its rules with the lines on which they begin', () => {
  const { id, value, lines } = parse(policy, '/policies/team.toml')
  expect(lines).toEqual([])
  expect(id).toBe('team')
  expect(value?.ruleLines).toEqual([2, 7])
  const asked = policy.replace('decision = "prompt"', 'decision = "prompt"\nreviewer = "human"')
  expect(parse(asked, '/policies/team.toml').value?.rules[0]).toMatchObject({ reviewer: 'human' })
})

test.each([
  [policy.replace('rmdir x', '# rmdir x'), '/policies/team.toml:10:', 'is no command line'],
  [policy.replace('"prompt"', '"ask"'), '/policies/team.toml:4:1', 'field: rules.0.decision'],
  [policy.replace('[[rules]]', '[rules]'), '/policies/team.toml:', ''],
  [policy.replace('decision = "forbidden"', 'decision = "forbidden"\nreviewer = "human"'), ':10:', 'asks nobody'],
  [policy.replace('decision = "prompt"', 'decision = "prompt"\nreviewer = "agent"'), ':5:', 'rules.0.reviewer'],
])('a policy file with a mistake is an error with its place: %#', (text, place, message) => {
  const { id, diagnostics, lines } = parse(text, '/policies/team.toml')
  expect(id).toBeUndefined()
  expect(diagnostics.every(({ severity }) => severity === 'error')).toBe(true)
  expect(lines[0]).toContain(place)
  expect(lines[0]).toContain(message)
})

test('a profile is given as it is written; a typing error in it is an error with its place', () => {
  const read = (text: string) => profileKind.parse({ file: '/profiles/ci.toml', text })[0]
  expect(read('id = "ci"\nextends = "offline"\n')).toMatchObject({
    id: 'ci',
    value: { extends: 'offline', protected: true },
  })
  expect(read('id = "ci"\nextend = "offline"\n')).toMatchObject({
    diagnostics: [{ severity: 'error', code: 'profile.schema', line: 2, column: 1, field: 'extend' }],
  })
  expect(read('id = "ci\n')).toMatchObject({ diagnostics: [{ severity: 'error', code: 'profile.toml', line: 1 }] })
})
