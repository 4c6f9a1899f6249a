import { expect, test } from 'vitest'
import { exampleLanguage, languageOfName, languageOfShebang, rulesByLanguage } from './language-of.ts'
import { openParser } from './open-parser.ts'
import { definitionKind, type RuleLanguage, type ScanRule } from './scan-rule.ts'
import { scanText } from './scan-text.ts'

test.each([
  ['src/a.go', 'go'],
  ['src/A.java', 'java'],
  ['run.sh', 'bash'],
  ['page.vue', 'html'],
  ['Dockerfile', 'dockerfile'],
  ['deploy/Dockerfile.dev', 'dockerfile'],
  ['build/app.dockerfile', 'dockerfile'],
  ['.github/workflows/ci.yml', 'workflow'],
  ['.github/actions/setup/action.yaml', 'workflow'],
  ['.gitlab-ci.yml', 'workflow'],
  ['deploy/values.yaml', 'yaml'],
  ['Dockerfile.md', undefined],
  ['notes.txt', undefined],
])('%s is read as %s', (path, name) => {
  const language = languageOfName(path)
  expect(typeof language === 'object' ? language.name : undefined).toBe(name)
})

test('scripts of a shell are known by their first line', () => {
  expect(languageOfShebang('#!/bin/sh\n')?.name).toBe('bash')
  expect(languageOfShebang('#!/usr/bin/env -S bash -e\n')?.name).toBe('bash')
  expect(languageOfShebang('#!/usr/bin/perl\n')).toBeUndefined()
})

const goRule = `language: go
rule: { pattern: '$DB.Query($SQL, $$$)' }
flow: { value: $SQL, report: tainted }`
const goQuery = (line: string): string => `package main
func handle(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	${line}
}
`

test.each([
  ['a value of the address', 'db.Query("SELECT " + id)', 1],
  ['a format', 'db.Query(fmt.Sprintf("SELECT %s", id))', 1],
  ['a number in a format', 'db.Query(fmt.Sprintf("SELECT %d", id))', 0],
  ['a placeholder', 'db.Query("SELECT ?", id)', 0],
  ['a constant', 'const q = "SELECT 1"; db.Query(q)', 0],
  ['a builder', 'var sb strings.Builder; sb.WriteString(id); db.Query(sb.String())', 1],
  ['a decoded body', 'var in Input; json.NewDecoder(r.Body).Decode(&in); db.Query("SELECT " + in.Name)', 1],
  ['a parsed number', 'n, _ := strconv.Atoi(id); db.Query("SELECT " + strconv.Itoa(n))', 0],
  ['a value from a list', 'if !slices.Contains(known, id) { return }; db.Query("SELECT " + id)', 0],
  ['a value that is looked up', 'if _, ok := known[id]; !ok { return }; db.Query("SELECT " + id)', 0],
  ['a case that names the value', 'switch id { case "a", "b": db.Query("SELECT " + id) }', 0],
  ['a case of all other values', 'switch id { case "a": break\n default: db.Query("SELECT " + id) }', 1],
  ['a switch that refuses others', 'switch id { case "a", "b":\n default: return }; db.Query("SELECT " + id)', 0],
  ['an error of a check', 'err := validate(id)\nif err != nil { return }\ndb.Query("SELECT " + id)', 0],
  [
    'what a pointer is filled with',
    'in := new(Input); json.NewDecoder(r.Body).Decode(in); db.Query("SELECT " + in.Name)',
    1,
  ],
  ['a loop over values', 'for _, v := range r.Form["id"] { db.Query("SELECT " + v) }', 1],
])('Go: %s', async (_, line, count) => {
  expect(await found(goRule, 'go', goQuery(line))).toHaveLength(count)
})

test('Go: what a framework binds, what another method returns and what a getter gives come from the request', async () => {
  const inMethod = (line: string): string => `package main
func (h *Handler) name(c *gin.Context) string { return c.Query("name") }
func (h *Handler) list(c *gin.Context) {
	var in Input
	${line}
}
`
  const bound = 'if err := c.ShouldBindJSON(&in); err != nil { return }; db.Query("SELECT " + in.Name)'
  expect(await found(goRule, 'go', inMethod(bound))).toHaveLength(1)
  expect(await found(goRule, 'go', inMethod('c.BodyParser(&in); db.Query("SELECT " + in.GetName())'))).toHaveLength(1)
  expect(await found(goRule, 'go', inMethod('db.Query("SELECT " + h.name(c))'))).toHaveLength(1)
  expect(await found(goRule, 'go', inMethod('db.Query("SELECT " + other.name(c))'))).toHaveLength(0)
})

test('Go: a helper of the file hands the value on, and the way shows it', async () => {
  const code = `package main
func find(name string) { db.Query("SELECT " + name) }
func handle(w http.ResponseWriter, r *http.Request) { find(r.FormValue("name")) }
`
  const [finding] = await found(goRule, 'go', code)
  expect(finding?.flow.map((step) => step.message)).toEqual([
    'data of the request: `r.FormValue("name")`',
    'handed to `find` as `name`',
    'reaches `db.Query("SELECT " + name)`',
  ])
})

const javaRule = `language: java
rule: { pattern: $S.executeQuery($SQL) }
flow: { value: $SQL, report: tainted }`
const javaQuery = (line: string): string => `class A {
  private static final String TABLE = "users";
  @GetMapping("/x") String get(@RequestParam("id") String id, @RequestParam int page, HttpServletRequest request) {
    ${line}
  }
}
`

test.each([
  ['an annotated parameter', 's.executeQuery("SELECT " + id);', 1],
  ['a number', 's.executeQuery("SELECT " + page);', 0],
  ['a parameter of the request', 'String q = request.getParameter("q").trim(); s.executeQuery("SELECT " + q);', 1],
  ['a format', 's.executeQuery(String.format("SELECT %s", id));', 1],
  ['a number in a format', 's.executeQuery(String.format("SELECT %d", Integer.parseInt(id)));', 0],
  ['a constant', 's.executeQuery("SELECT * FROM " + TABLE);', 0],
  ['a builder', 'StringBuilder b = new StringBuilder("SELECT "); b.append(id); s.executeQuery(b.toString());', 1],
  ['a builder in a chain', 's.executeQuery(new StringBuilder("SELECT ").append(id).toString());', 1],
  ['a case that names the value', 'switch (id) { case "a": s.executeQuery("SELECT " + id); break; default: }', 0],
  ['a case of all other values', 'switch (id) { case "a": break; default: s.executeQuery("SELECT " + id); }', 1],
  [
    'a switch that refuses others',
    'switch (id) { case "a": break; default: throw new Bad(); } s.executeQuery("SELECT " + id);',
    0,
  ],
  ['a value from a list', 'if (!known.contains(id)) { throw new Bad(); } s.executeQuery("SELECT " + id);', 0],
  ['a loop', 'for (String v : request.getParameterValues("v")) { s.executeQuery("SELECT " + v); }', 1],
  [
    'a method of the class',
    'String q = build(id); s.executeQuery(q); } private String build(String x) { return "SELECT " + x;',
    1,
  ],
])('Java: %s', async (_, line, count) => {
  expect(await found(javaRule, 'java', javaQuery(line))).toHaveLength(count)
})

const evalRule = `language: bash
rule: { pattern: eval $CODE }
flow: { value: $CODE, from: [argv, network], report: tainted }`

test.each([
  ['an argument', 'eval "$1"', 1],
  ['a variable with an argument', 'name="$1"\neval "run $name"', 1],
  ['a constant', 'name=one\neval "run $name"', 0],
  ['what was read', 'read -r line\neval "$line"', 1],
  ['a loop over arguments', 'for x in "$@"; do eval "$x"; done', 1],
  ['a value that a pattern was asked about', 'x=$1\n[[ "$x" =~ ^[a-z]+$ ]] || exit 1\neval "run $x"', 0],
  ['a value that is refused in an if', 'x=$1\nif ! [[ $x =~ ^[a-z]+$ ]]; then\n  exit 1\nfi\neval "run $x"', 0],
  ['a value that a case names', 'case "$1" in\n  start|stop) eval "run_$1" ;;\n  *) exit 1 ;;\nesac', 0],
  ['a case that refuses others', 'case "$1" in\n  start|stop) ;;\n  *) exit 1 ;;\nesac\neval "run_$1"', 0],
  ['all other values of a case', 'case "$1" in\n  start) true ;;\n  *) eval "run_$1" ;;\nesac', 1],
  ['a value that is equal to a text', 'if [ "$1" = start ]; then eval "run_$1"; fi', 0],
  ['a value of which only the presence is tested', 'if [ -n "$1" ]; then eval "run_$1"; fi', 1],
  ['the output of curl', 'eval "$(curl -s https://example.com/env)"', 1],
])('Bash: %s', async (_, code, count) => {
  expect(await found(evalRule, 'bash', code)).toHaveLength(count)
})

test('a Dockerfile is matched by its instructions and their commands', async () => {
  const code = 'FROM node:22\nUSER root\nRUN apt-get update && \\\n    curl -s https://example.com/x | sh\n'
  const rule = 'language: dockerfile\nrule: { any: [{ pattern: USER root }, { pattern: curl $$$ | sh }] }'
  expect((await found(rule, 'dockerfile', code)).map(({ range }) => range.start.line)).toEqual([2, 4])
})

test('commands of a workflow are read as shell at their places, and expressions are known by who may write them', async () => {
  const code = `on: issues
jobs:
  a:
    steps:
      - run: |
          echo "\${{ github.event.issue.title }}"
          chmod 777 build
      - run: echo \${{ github.sha }}
`
  const shell = 'language: bash\nrule: { pattern: chmod 777 $FILE }'
  expect((await found(shell, 'workflow', code)).map(({ range }) => range.start)).toEqual([{ line: 7, column: 11 }])
  const injected = `language: workflow
rule: { kind: block_mapping_pair, pattern: 'run: $CMD' }
where: [{ value: $CMD, is: untrusted-expression }]`
  expect((await found(injected, 'workflow', code)).map(({ range }) => range.start)).toEqual([{ line: 6, column: 17 }])
})

test('scripts in pages are read as JavaScript or TypeScript at their places', async () => {
  const rule = 'language: [javascript, typescript]\nrule: { pattern: eval($CODE) }'
  const page = '<p>eval(x)</p>\n<script>\n  eval(a)\n</script>\n<script type="application/json">eval(b)</script>\n'
  expect((await found(rule, 'html', page)).map(({ range }) => range.start)).toEqual([{ line: 3, column: 3 }])
  const component = '<template><p/></template>\n<script setup lang="ts">\nconst x: string = eval(a)\n</script>\n'
  expect((await found(rule, 'html', component)).map(({ range }) => range.start)).toEqual([{ line: 3, column: 19 }])
})

test('rules look into the tags of a page', async () => {
  const rule = `language: html
rule: { kind: element, has: { kind: start_tag, regex: 'target="_blank"' } }`
  expect(await found(rule, 'html', '<p><a href="https://example.com" target="_blank">x</a></p>')).toHaveLength(1)
})

async function found(rule: string, name: RuleLanguage, text: string) {
  const head = 'id: example\nseverity: high\nmessage: found\nwhy: It is bad.\n'
  const [parsed] = definitionKind.parse({ file: 'example.yml', text: `${head}${rule}\n` })
  if (parsed?.id === undefined) throw new Error(JSON.stringify(parsed?.diagnostics))
  const rules: readonly ScanRule[] = [parsed.value]
  const scan = scanText(
    { text, language: exampleLanguage(name), isTest: false },
    rulesByLanguage(rules),
    await openParser(),
  )
  expect(scan.brokenRules).toEqual([])
  expect(scan.syntaxErrorLine).toBeUndefined()
  return scan.findings
}
