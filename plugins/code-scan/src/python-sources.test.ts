import { expect, test } from 'vitest'
import { exampleLanguage, rulesByLanguage } from './language-of.ts'
import { openParser } from './open-parser.ts'
import { definitionKind } from './scan-rule.ts'
import { scanText } from './scan-text.ts'

const view = (body: string): string => `@app.route("/")\ndef view():\n    ${body.replaceAll('\n', '\n    ')}\n`

test.each([
  ['a Django view', 'def show(request, slug):\n    sink(slug)\n    return render(request, "x")\n', 1],
  ['a helper that takes a request', 'def audit(request, message):\n    sink(message)\n', 0],
  ['a class-based view', 'class V(View):\n    def get(self, request, name):\n        sink(name)\n', 1],
  [
    'the path of a class-based view',
    'class V(DetailView):\n    def get_object(self):\n        sink(self.kwargs["x"])\n',
    1,
  ],
  ['another class with kwargs', 'class V(Job):\n    def run(self):\n        sink(self.kwargs["x"])\n', 0],
  ['Tornado', 'class V(RequestHandler):\n    def get(self):\n        sink(self.get_argument("x"))\n', 1],
  ['http.server', 'class V(BaseHTTPRequestHandler):\n    def do_GET(self):\n        sink(self.path)\n', 1],
  ['a class with a path of its own', 'class V(File):\n    def read(self):\n        sink(self.path)\n', 0],
  ['Lambda', 'def handler(event, context):\n    sink(event["body"])\n', 1],
  ['a resolver of GraphQL', 'class Q(ObjectType):\n    def resolve_user(self, info, name):\n        sink(name)\n', 1],
  ['FastAPI', '@router.get("/")\nasync def f(q: str):\n    sink(q)\n', 1],
  ['FastAPI, a dependency', '@router.get("/")\nasync def f(user=Depends(current)):\n    sink(user)\n', 0],
  [
    'FastAPI, an enumeration',
    'class S(str, Enum):\n    a = "a"\n@router.get("/")\nasync def f(q: S):\n    sink(q)\n',
    0,
  ],
  ['FastAPI, numbers', '@router.get("/")\nasync def f(q: int | None = None):\n    sink(q)\n', 0],
  ['a typed getter of Flask', view('sink(request.args.get("page", 1, type=int))'), 0],
  ['a default that is not clean', view('sink(NAMES.get("x", request.args["x"]))'), 1],
  ['a table of constants', view('sink({"a": "x"}.get(request.args["x"], "y"))'), 0],
  ['a number in the path', '@app.route("/<int:x>")\ndef f(x):\n    sink(x)\n', 0],
  ['a word that is set to a default', view('x = request.args["x"]\nif x not in ORDERS:\n    x = "name"\nsink(x)'), 0],
  [
    'a number of a model',
    'class Job(BaseModel):\n    level: int = 1\n@app.post("/")\ndef f(job: Job):\n    sink(job.level)\n',
    0,
  ],
  [
    'a text of a model',
    'class Job(BaseModel):\n    name: str\n@app.post("/")\ndef f(job: Job):\n    sink(job.name)\n',
    1,
  ],
  [
    'a queue',
    'class W:\n    def __init__(self, q):\n        self.q = q\n    def run(self):\n        sink("x" + self.q.get())\n',
    0,
  ],
  ['a requirement that is called req', 'def fetch(dist, req):\n    sink(req.url)\n', 0],
  ['a format of numbers', view('sink("LIMIT %d" % request.args["x"])'), 0],
])('a value of %s', async (_, code, count) => {
  expect(await found(code)).toBe(count)
})

const repository = 'class Users:\n    def find(self, name, order="id"):\n        sink(name)\n'

test.each([
  ['an object of the class', `${repository}users = Users()\n${view('users.find(request.args["x"])')}`, 1],
  ['an object of another class', `${repository}users = Other()\n${view('users.find(request.args["x"])')}`, 0],
  ['another parameter', `${repository}users = Users()\n${view('users.find("x", order=request.args["x"])')}`, 0],
  [
    'a method by its own name',
    `${repository.replace('find', 'find_by_name')}${view('repo.find_by_name(request.args["x"])')}`,
    1,
  ],
  ['spread arguments', `${repository}users = Users()\n${view('users.find(**request.json)')}`, 1],
])('a method gets its arguments through %s', async (_, code, count) => {
  expect(await found(code)).toBe(count)
})

test.each([
  ['a match that is kept', 'm = NAME.fullmatch(x)\nif not m:\n    abort(400)\nsink(x)', 0],
  ['a match that nobody looks at', 'm = NAME.fullmatch(x)\nsink(x)', 1],
  ['the host of a parsed URL', 'u = urlparse(x)\nif u.hostname not in HOSTS:\n    abort(400)\nsink(x)', 0],
  [
    'the host, with another parser in between',
    'u = urlparse(x)\nhost = u.hostname\nif host not in HOSTS:\n    return\nsink(x)',
    0,
  ],
  ['the ending of a name', 'ext = x.rsplit(".", 1)[1]\nif ext not in KINDS:\n    abort(400)\nsink(x)', 1],
  ['the ending of a name, directly', 'if os.path.splitext(x)[1] not in KINDS:\n    abort(400)\nsink(x)', 1],
  ['a number that is tried', 'try:\n    int(x)\nexcept ValueError:\n    return "no"\nsink(x)', 0],
  ['a number that is tried in vain', 'try:\n    int(x)\nexcept ValueError:\n    pass\nsink(x)', 1],
  ['a call that refuses', 'validate_name(x)\nsink(x)', 0],
  ['a call whose name only begins like a check', 'check_output(x)\nsink(x)', 1],
  ['all elements', 'if not all(c in KNOWN for c in x):\n    abort(400)\nsink(x)', 0],
  ['a filter of a comprehension', 'sink([c for c in x if c in KNOWN])', 0],
  ['a comprehension without one', 'sink([c for c in x])', 1],
])('a value is checked by %s', async (_, code, count) => {
  expect(await found(view(`x = request.args["x"]\n${code}`))).toBe(count)
})

test.each([
  ['a number', 'p.add_argument("--port", type=int)', 0],
  ['a choice', 'p.add_argument("--port", choices=["a", "b"])', 0],
  ['a text', 'p.add_argument("--port")', 1],
])('an argument of the program that is %s', async (_, option, count) => {
  expect(await found(`${option}\na = p.parse_args()\nsink(a.port)\n`, '{ value: $VALUE, from: [argv] }')).toBe(count)
})

test('a pattern matches whichever quotes stand in it', async () => {
  const guards = '{ value: $VALUE, guards: { fail: [{ pattern: "$VALUE.startswith(\'//\')" }] } }'
  const checked = (quoted: string): string =>
    view(`x = request.args["x"]\nif x.startswith(${quoted}):\n    abort(400)\nsink(x)`)
  expect(await found(checked("'//'"), guards)).toBe(0)
  expect(await found(checked('"//"'), guards)).toBe(0)
  expect(await found(checked('"/"'), guards)).toBe(1)
})

test('what only a runner of tests calls is left out', async () => {
  const code = 'sink(request.args["x"])\n'
  expect(await found(`def fetch():\n    ${code}`)).toBe(1)
  expect(await found(`def test_fetch(client):\n    ${code}`)).toBe(0)
})

async function found(text: string, flow = '{ value: $VALUE }'): Promise<number> {
  const rule = `id: example
severity: high
message: found
why: It is bad.
language: python
rule: { pattern: sink($VALUE) }
flow: ${flow}
`
  const [parsed] = definitionKind.parse({ file: 'example.yml', text: rule })
  if (parsed?.id === undefined) throw new Error(JSON.stringify(parsed?.diagnostics))
  const source = { text, language: exampleLanguage('python'), isTest: false }
  const scan = scanText(source, rulesByLanguage([parsed.value]), await openParser())
  expect(scan.syntaxErrorLine).toBeUndefined()
  expect(scan.brokenRules).toEqual([])
  return scan.findings.length
}
