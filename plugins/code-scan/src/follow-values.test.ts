import { expect, test } from 'vitest'
import { exampleLanguage, rulesByLanguage } from './language-of.ts'
import { openParser } from './open-parser.ts'
import { definitionKind } from './scan-rule.ts'
import { scanText } from './scan-text.ts'

const handler = (body: string): string => `app.get('/', async (req, res) => {\n${body}\n})`

test.each([
  ['destructuring with defaults and other names', handler('const { query: { id: x = 1 } } = req; sink(x)'), 1],
  ['array destructuring', handler("const [first] = req.query.a.split(','); sink(first)"), 1],
  ['spread into an object', handler('const all = { ...req.body }; sink(all.name)'), 1],
  ['another property of an object', handler("const o = { a: req.query.a, b: 'fixed' }; sink(o.b)"), 0],
  ['the same property of an object', handler("const o = { a: req.query.a, b: 'fixed' }; sink(o.a)"), 1],
  ['a property that is set later', handler("const o = { a: 'x' }; o.a = req.query.a; sink(o.a)"), 1],
  ['a promise chain', handler('Promise.resolve(req.body.url).then((u) => sink(u))'), 1],
  ['an awaited chain', handler('const u = await Promise.all([req.body.url]); sink(u[0])'), 1],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: code under test
  ['map and join', handler("sink(req.query.ids.map((i) => `'${i}'`).join(','))"), 1],
  ['map to numbers', handler("sink(req.query.ids.map(Number).join(','))"), 0],
  ['reduce', handler("sink(req.query.ids.reduce((all, i) => all + ',' + i, ''))"), 1],
  ['forEach', handler('req.body.list.forEach((item) => sink(item))'), 1],
  ['for of', handler('for (const item of req.body.list) sink(item)'), 1],
  ['for of entries', handler('for (const [k, v] of Object.entries(req.body)) sink(v)'), 1],
  ['a loop that adds', handler("let s = ''; for (const i of req.body.l) { s += i }; sink(s)"), 1],
  ['overwritten by a constant', handler("let s = req.query.s; s = 'x'; sink(s)"), 0],
  ['a set of allowed values', handler('const s = req.query.s; if (!ALLOWED.has(s)) return; sink(s)'), 0],
  [
    'a switch of constants',
    handler("let s; switch (req.query.s) { case 'a': s = 'x'; break; default: s = 'y' } sink(s)"),
    0,
  ],
  ['a case that names the value', handler("const s = req.query.s; switch (s) { case 'a': sink(s); break }"), 0],
  [
    'a switch that refuses others',
    handler("const s = req.query.s; switch (s) { case 'a': break; default: return } sink(s)"),
    0,
  ],
  ['a table of constants', handler("const T = { a: 'x', b: 'y' }; sink(T[req.query.s])"), 0],
  ['parseInt', handler('sink(parseInt(req.query.s, 10))'), 0],
  ['a unary plus', handler('sink(+req.query.s)'), 0],
  ['a ternary of constants', handler("sink(req.query.s === 'a' ? 'x' : 'y')"), 0],
  ['a helper with destructured parameters', `function run({ name }) { sink(name) }\n${handler('run(req.body)')}`, 1],
  ['a helper with one clean argument', `const run = (a, b) => { sink(b) }\n${handler("run(req.body.a, 'x')")}`, 0],
  ['a helper that returns', `function pick(r) { return r.query.name }\n${handler('sink(pick(req))')}`, 1],
  ['a field of a class', `class A { constructor(req) { this.name = req.query.name }\n run() { sink(this.name) } }`, 1],
  ['a constant field of a class', `class A { table = 'users'\n run() { sink(this.table) } }`, 0],
  ['a Nest controller', `class A { @Get() list(@Query('q') q: string) { sink(q) } }`, 1],
  ['a Nest controller with a number', `class A { @Get() list(@Query('q', ParseIntPipe) q: number) { sink(q) } }`, 0],
  ['a Nest body', `class A { @Post() make(@Body() dto: Dto) { sink(dto.url) } }`, 1],
  ['an injected service', `class A { run(@Inject() svc: Service) { sink(svc.name) } }`, 0],
  [
    'a callback of the request',
    handler("req.on('data', (chunk) => { body += chunk })\nlet body = ''\nsink(req.query.x)"),
    1,
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: code under test
  ['a template tag', handler('sink(html`<p>${req.query.x}</p>`)'), 0],
  ['the searchParams of a URL', handler("const u = new URL(req.url, 'http://x'); sink(u.searchParams.get('q'))"), 1],
  ['an optional chain', handler('sink(req?.query?.id)'), 1],
])('JavaScript: %s', async (_, code, count) => {
  expect(await found('typescript', code)).toBe(count)
})

const view = (body: string): string => `@app.route("/")\ndef view():\n    ${body.replaceAll('\n', '\n    ')}\n`

test.each([
  ['a dict of the form', view('data = request.form.to_dict()\nsink(data["x"])'), 1],
  ['another key of a dict', view('d = {"a": request.args["a"], "b": "fixed"}\nsink(d["b"])'), 0],
  ['the same key of a dict', view('d = {"a": request.args["a"], "b": "fixed"}\nsink(d["a"])'), 1],
  ['a comprehension', view('sink(",".join([x for x in request.args.getlist("a")]))'), 1],
  ['a comprehension of numbers', view('sink(",".join([str(int(x)) for x in request.args.getlist("a")]))'), 0],
  ['a format with names', view('sink("{x}".format(x=request.args["x"]))'), 1],
  ['a percent number', view('sink("%d" % int(request.args["x"]))'), 0],
  ['tuple assignment', view('a, b = request.args["a"], "fixed"\nsink(b)'), 0],
  ['with open', view('with open(request.args["p"]) as f:\n    pass\nsink("x")'), 0],
  ['try and except', view('try:\n    x = request.args["x"]\nexcept KeyError:\n    x = ""\nsink(x)'), 1],
  ['the walrus', view('if (x := request.args.get("x")):\n    sink(x)'), 1],
  ['a number that fails', view('x = request.args["x"]\nif not x.isdigit():\n    abort(400)\nsink(x)'), 0],
  ['a case that names the value', view('x = request.args["x"]\nmatch x:\n    case "a" | "b":\n        sink(x)'), 0],
  [
    'a case of all other values',
    view('x = request.args["x"]\nmatch x:\n    case "a":\n        pass\n    case _:\n        sink(x)'),
    1,
  ],
  ['membership in a tuple', view('x = request.args["x"]\nif x not in ("a", "b"):\n    return "no"\nsink(x)'), 0],
  [
    'a field of an object',
    'class A:\n    def __init__(self):\n        self.x = request.args["x"]\n    def run(self):\n        sink(self.x)\n',
    1,
  ],
  ['a helper', `def run(x):\n    sink(x)\n${view('run(request.args["x"])')}`, 1],
  ['a helper with a keyword', `def run(a, b=None):\n    sink(b)\n${view('run("x", b=request.args["x"])')}`, 1],
  ['a helper with a clean keyword', `def _run(a, b=None):\n    sink(b)\n${view('_run(request.args["x"], b="y")')}`, 0],
])('Python: %s', async (_, code, count) => {
  expect(await found('python', code)).toBe(count)
})

async function found(name: 'typescript' | 'python', text: string): Promise<number> {
  const rule = `id: example
severity: high
message: found
why: It is bad.
language: ${name}
rule: { pattern: sink($VALUE) }
flow: { value: $VALUE }
`
  const [parsed] = definitionKind.parse({ file: 'example.yml', text: rule })
  if (parsed?.id === undefined) throw new Error(JSON.stringify(parsed?.diagnostics))
  const source = { text, language: exampleLanguage(name), isTest: false }
  const scan = scanText(source, rulesByLanguage([parsed.value]), await openParser())
  expect(scan.syntaxErrorLine).toBeUndefined()
  expect(scan.brokenRules).toEqual([])
  return scan.findings.length
}
