import { expect, onTestFinished, test } from 'vitest'
import { openToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './attack-surface.ts'

async function look(files: Readonly<Record<string, string>>, input: unknown = {}) {
  const bench = await openToolBench([tool], { files })
  onTestFinished(() => bench.close())
  const { output } = await bench.run('attack_surface', input)
  type Entry = Readonly<Record<'kind' | 'method' | 'path' | 'file' | 'guard', string>> & { readonly line: number }
  const surface = output.structured as {
    readonly entries: readonly Entry[]
    readonly unguarded: readonly Entry[]
    readonly counts: unknown
  } // given by the tool
  const told = ({ kind, method, path, file, line }: Entry) =>
    `${kind} ${method} ${path} ${file}:${line}`.replaceAll(/ +/g, ' ')
  return { ...surface, told: surface.entries.map(told), open: surface.unguarded.map(told), text: output.output }
}

test('routes of Express are told with their guards; what calls another server is none', async () => {
  const { told, open } = await look({
    'src/server.ts': [
      "import express from 'express'",
      'const app = express()',
      "app.get('/items', list)",
      "app.post('/items', requireLogin, add)",
      'app.delete(',
      "  '/items/:id',",
      '  async (req, res) => remove(req.user.id),',
      ')',
      "// app.put('/old', x)",
      "app.set('view engine', 'pug')",
    ].join('\n'),
    'src/client.ts': "api.get('/items', { params })\napi.post('/items', body)\n",
    'src/guarded.ts':
      "import { Router } from 'express'\nconst r = Router()\nr.use(authenticate)\nr.post('/pay', pay)\n",
    'test/server.test.ts': "app.post('/only-in-test', x)\n",
  })
  expect(told).toEqual([
    'route POST /pay src/guarded.ts:4',
    'route POST /items src/server.ts:4',
    'route DELETE /items/:id src/server.ts:5',
    'route GET /items src/server.ts:3',
  ])
  expect(open).toEqual(['route DELETE /items/:id src/server.ts:5'])
})

test('a router that is mounted elsewhere has the path and the guard of its mount', async () => {
  const { told, open } = await look({
    'src/server.ts':
      "import express from 'express'\nimport { requireUser } from './auth.ts'\nimport { orders } from './routes/orders.ts'\nimport { open } from './routes/open.ts'\napp.use('/api/orders', requireUser(config), orders(pool))\napp.use('/open', cors(), open)\n",
    'src/auth.ts': 'export function requireUser() {}\n',
    'src/routes/orders.ts': "router.post('/', add)\n",
    'src/routes/open.ts': "router.post('/mail/:id', add)\n",
  })
  expect(told).toEqual([
    'route POST /open/mail/:id src/routes/open.ts:1',
    'route POST /api/orders src/routes/orders.ts:1',
  ])
  expect(open).toEqual(['route POST /open/mail/:id src/routes/open.ts:1'])
})

test('Nest, Next, Flask, FastAPI, Django, Go and Spring', async () => {
  const { told, open } = await look({
    'a/users.controller.ts':
      "@Controller('users')\nclass C {\n  @UseGuards(RoleGuard)\n  @Post('add')\n  add() {}\n}\n",
    'app/shop/route.ts': 'export async function POST(request: Request) {}\n',
    'lib/route.ts': 'export async function POST(request: Request) {}\n',
    'b/app.py':
      "@app.route('/login', methods=['POST'])\ndef login():\n    pass\n\n@router.delete('/x')\n@login_required\ndef x():\n    pass\n",
    'b/urls.py': "urlpatterns = [\n    path('shop/', views.shop),\n]\n",
    'c/main.go': 'import "net/http"\nfunc main() {\n\thttp.HandleFunc("/pay", pay)\n}\n',
    'd/Shop.java': 'class Shop {\n  @PreAuthorize("x")\n  @PostMapping("/buy")\n  void buy() {}\n}\n',
  })
  expect(told).toEqual([
    'route POST add a/users.controller.ts:4',
    'route POST app/shop/route.ts:1',
    'route POST /login b/app.py:1',
    'route DELETE /x b/app.py:5',
    'route ANY shop/ b/urls.py:2',
    'route ANY /pay c/main.go:3',
    'route POST /buy d/Shop.java:3',
  ])
  expect(open.map((each) => each.split(' ').at(-1))).toEqual([
    'app/shop/route.ts:1',
    'b/app.py:1',
    'b/urls.py:2',
    'c/main.go:3',
  ])
})

test('messages, functions and command lines are told too, and without any it says so', async () => {
  const { counts } = await look({
    'a.js': "import { Kafka } from 'kafkajs'\nawait consumer.run({})\n",
    'b.js': 'export const handler = async (event) => {}\n',
    'c.py': 'import sys\nprint(sys.argv, sys.argv)\n',
  })
  expect(counts).toEqual({ total: 3, routes: 0, sockets: 0, messages: 1, functions: 1, command_lines: 1, unguarded: 0 })
  expect((await look({ 'README.md': 'x' })).text).toMatch(/^0 entries in 0 files/)
})

test('the methods of a route are those that its call says; without any, Flask takes GET alone', async () => {
  const { told, open } = await look({
    'a.py':
      "@app.route('/read')\ndef read():\n    pass\n\n@app.route(\n    '/both',\n    methods=['GET', 'POST'],\n)\ndef both():\n    pass\n\n@app.route('/send', methods=METHODS)\ndef send():\n    pass\n\napp.add_url_rule('/old', view_func=old)\n",
    'b.go':
      'import "net/http"\nfunc main() {\n\thttp.HandleFunc("POST /pay", pay)\n\tr.HandleFunc("/list", list).Methods("GET")\n}\n',
    'C.java':
      'class C {\n  @RequestMapping(value = "/x", method = RequestMethod.GET)\n  void x() {}\n  @Path("/y")\n  @DELETE\n  void y() {}\n}\n',
  })
  expect(told.toSorted()).toEqual([
    'route ANY /send a.py:12',
    'route DELETE /y C.java:4',
    'route GET /list b.go:4',
    'route GET /old a.py:16',
    'route GET /read a.py:1',
    'route GET /x C.java:2',
    'route GET, POST /both a.py:5',
    'route POST /pay b.go:3',
  ])
  expect(open.toSorted()).toEqual([
    'route ANY /send a.py:12',
    'route DELETE /y C.java:4',
    'route GET, POST /both a.py:5',
    'route POST /pay b.go:3',
  ])
})
