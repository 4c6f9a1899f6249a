import { expect, test } from 'vitest'
import { exampleLanguage, rulesByLanguage } from './language-of.ts'
import { openParser } from './open-parser.ts'
import { definitionKind } from './scan-rule.ts'
import { scanText } from './scan-text.ts'

const handler = (body: string): string => `app.get('/', async (req, res) => {\n${body}\n})`

test.each([
  ['a handler by its types', 'export const list = (q: Request, s: Response) => sink(q.query.dir)', 1],
  ['a handler by its route', "router.get('/x', auth, (q, s) => { const { body } = q; sink(body.dir) })", 1],
  ['an error handler by its route', 'app.use((e, q, s, n) => n())', 0],
  ['arguments of a resolver', 'const r = { Query: { user: (_, { id }) => sink(id) } }', 1],
  ['an object that looks like a resolver', 'const r = pick((_, { id }) => sink(id))', 0],
  ['input of a procedure', 'p.input(schema).mutation(async ({ input }) => sink(input.url))', 1],
  ['a message of a socket', "socket.on('run', ({ cmd }) => sink(cmd))", 1],
  ['the end of a socket', "socket.on('disconnect', (reason) => sink(reason))", 0],
  ['the name of an upload', "busboy.on('file', (field, file, info) => sink(info.filename))", 1],
  ['the stream of an upload', "busboy.on('file', (field, file, info) => sink(file))", 0],
  ['a server action', "'use server'\nexport async function save(form: FormData) { sink(form.get('name')) }", 1],
  ['an exported function', "export async function save(form: FormData) { sink(form.get('name')) }", 0],
  [
    'parameters of a route file',
    'export async function GET(r, { params }) { const { id } = await params; sink(id) }',
    1,
  ],
  ['properties of a page', 'export const getServerSideProps = async ({ query, res }) => sink(query.next)', 1],
  ['the address of a loader', "export async function load({ url }) { sink(url.searchParams.get('q')) }", 1],
  ['the event of a cloud function', 'exports.run = async ({ body, pathParameters }) => sink(body)', 1],
  ['a message of a window', "window.addEventListener('message', (e) => sink(e.data))", 1],
  ['a message of a worker', "worker.addEventListener('message', (e) => sink(e.data))", 0],
  [
    'a body that is collected',
    handler("let b = ''; req.on('data', (c) => { b += c }); req.on('end', () => sink(b))"),
    1,
  ],
  ['a name of a function inside', handler("let b = 'x'; list.forEach((i) => { let b = req.query.b }); sink(b)"), 0],
  ['a list that is filled in a loop', handler('const out = []; req.body.l.forEach((i) => out.push(i)); sink(out)'), 1],
  ['a method that returns', `class A { full(n) { return '/x/' + n }\n run(req) { sink(this.full(req.query.n)) } }`, 1],
  [
    'a method of an object of the file',
    `const paths = { full: (n) => n }\n${handler('sink(paths.full(req.query.n))')}`,
    1,
  ],
  ['a constant method', `const paths = { fixed: (n) => 'x' }\n${handler('sink(paths.fixed(req.query.n))')}`, 0],
  [
    'a service that is called',
    `class Reports { render(n) { sink(n) } }\nconst s = new Reports()\n${handler('s.render(req.query.n)')}`,
    1,
  ],
  ['a helper elsewhere', handler('sink(buildUrl(req.query.host))'), 1],
  ['a sanitizer elsewhere', handler('sink(sanitizePath(req.query.host))'), 0],
  ['a check that throws', handler('validateHost(req.query.url); sink(req.query.url)'), 0],
  ['a module that is no check', handler("require('./x/' + req.query.url); sink(req.query.url)"), 1],
  ['a check of another property', handler("const m = req.body; if (m.type === 'a') sink(m.code)"), 1],
  ['a parameter of fixed words', `function run(kind: 'a' | 'b') { sink(kind) }\n${handler('run(req.query.kind)')}`, 0],
  ['a match of the whole text', handler('const m = req.query.n.match(/^[a-z]+$/); if (m) sink(m[0])'), 0],
  ['a match of a part', handler('const m = req.query.n.match(/^[a-z]+/); if (m) sink(m[0])'), 1],
  ['a check of the host', handler('const u = new URL(req.body.url); if (HOSTS.has(u.hostname)) sink(u)'), 0],
])('JavaScript: %s', async (_, code, count) => {
  expect(await found(code, { pattern: 'sink($VALUE)' })).toBe(count)
})

test.each([
  ['a module', "import * as cp from 'node:child_process'\ncp.exec(line)", 1],
  ['a module of another kind', "const cp = require('child_process')\ncp.exec(line)", 1],
  ['another name', "import { exec as run } from 'child_process'\nrun(line)", 1],
  ['a property that is taken out', "const { exec: run } = require('node:child_process')\nrun(line)", 1],
  ['a promise', "const run = promisify(require('child_process').exec)\nrun(line)", 1],
  ['a promise of an import', "import { exec } from 'child_process'\nconst run = util.promisify(exec)\nrun(line)", 1],
  ['a call of a call', "require('child_process').exec(line)", 1],
  ['another function of the module', "import { execFile as run } from 'child_process'\nrun(line)", 0],
  ['another module', "import { exec as run } from './tasks.js'\nrun(line)", 0],
])('a name that is imported is followed: %s', async (_, code, count) => {
  expect(await found(code, { pattern: '$FN($VALUE)' }, [{ value: '$FN', names: '^child_process\\.exec$' }])).toBe(count)
})

test('a test of names that is no regular expression is refused', () => {
  const [result] = parse({ pattern: '$FN($VALUE)' }, [{ value: '$FN', names: '(' }])
  expect(result?.diagnostics?.[0]?.message).toMatch(/no regular expression/)
})

function parse(rule: object, where: readonly object[]): ReturnType<typeof definitionKind.parse> {
  const flow = where.length > 0 ? '' : '\nflow:\n  value: $VALUE'
  const head = 'id: sink\nlanguage: typescript\nseverity: high\nmessage: m\nwhy: w'
  const text = `${head}\nrule: ${JSON.stringify(rule)}\nwhere: ${JSON.stringify(where)}${flow}`
  return definitionKind.parse({ file: 'sink.yml', text })
}

async function found(code: string, rule: object, where: readonly object[] = []): Promise<number> {
  const rules = parse(rule, where).flatMap((result) => (result.id === undefined ? [] : [result.value]))
  expect(rules).toHaveLength(1)
  const language = exampleLanguage('typescript')
  const scan = scanText({ text: code, language, isTest: false }, rulesByLanguage(rules), await openParser())
  expect(scan.brokenRules).toEqual([])
  expect(scan.syntaxErrorLine).toBeUndefined()
  return scan.findings.length
}
