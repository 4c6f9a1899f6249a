import { expect, test } from 'vitest'
import { exampleLanguage, rulesByLanguage } from './language-of.ts'
import { openParser } from './open-parser.ts'
import { definitionKind } from './scan-rule.ts'
import { scanText } from './scan-text.ts'

const servlet = (body: string, more = ''): string => `class Page extends HttpServlet {
  public void doPost(HttpServletRequest request, HttpServletResponse response) {
    String param = request.getParameter("name");
    String bar;
    ${body}
    sink(bar);
  }
  ${more}
}
`

test.each([
  ['the branch that a fixed number takes', 'int n = 86; if ((7 * 42) - n > 200) bar = "x"; else bar = param;', 0],
  ['the other branch', 'int n = 106; if ((7 * 42) - n > 200) bar = "x"; else bar = param;', 1],
  ['a number that is counted up', 'int n = 86; n++; if (n > 10) bar = "x"; else bar = param;', 1],
  ['a condition of fixed numbers in a ternary', 'int n = 6; bar = n > 5 ? "x" : param;', 0],
  ['a condition of the request', 'bar = param.length() > 5 ? "x" : param;', 1],
  [
    'a switch over a fixed character',
    `String g = "ABC"; char c = g.charAt(1); switch (c) { case 'A': bar = param; break; case 'B': bar = "x"; break; default: bar = param; }`,
    0,
  ],
  [
    'a switch that falls through',
    `char c = 'A'; switch (c) { case 'A': case 'B': bar = param; break; default: bar = "x"; }`,
    1,
  ],
  ['a default that is taken', `int c = 9; switch (c) { case 1 -> bar = param; default -> bar = "x"; }`, 0],
  [
    'another key of a map',
    'Map<String, Object> m = new HashMap<>(); m.put("a", "x"); m.put("b", param); bar = (String) m.get("a");',
    0,
  ],
  [
    'the same key of a map',
    'Map<String, Object> m = new HashMap<>(); m.put("a", "x"); m.put("b", param); bar = (String) m.get("b");',
    1,
  ],
  [
    'a map that goes elsewhere',
    'Map<String, String> m = new HashMap<>(); m.put("a", param); fill(m); bar = m.get("b");',
    1,
  ],
  [
    'a list of which the first is removed',
    'List<String> l = new ArrayList<>(); l.add("x"); l.add(param); l.add("y"); l.remove(0); bar = l.get(0);',
    1,
  ],
  [
    'another element of a list',
    'List<String> l = new ArrayList<>(); l.add("x"); l.add(param); l.add("y"); l.remove(0); bar = l.get(1);',
    0,
  ],
  ['another element of an array', 'String[] a = { "x", param }; bar = a[0];', 0],
  ['the same element of an array', 'String[] a = new String[] { "x", param }; bar = a[1];', 1],
  ['an array that is written later', 'String[] a = { "x", "y" }; a[0] = param; bar = a[0];', 1],
  ['a builder', 'StringBuilder s = new StringBuilder("x"); s.append(param); bar = s.toString();', 1],
  ['names with packages', 'bar = java.net.URLDecoder.decode(new java.lang.String(param), "UTF-8");', 1],
  ['an object that is made of it', 'var order = new Order(param); bar = order.getName();', 1],
  ['an interface that is not known', 'String made = ThingFactory.create().doIt(param); bar = made;', 1],
  ['a lookup by it', 'String made = repository.findName(param); bar = made;', 0],
  [
    'values of an enumeration of the request',
    'Enumeration<String> e = request.getHeaders("X"); bar = e.nextElement();',
    1,
  ],
  ['cookies', 'bar = ""; for (javax.servlet.http.Cookie c : request.getCookies()) { bar = c.getValue(); }', 1],
])('%s', async (_, body, count) => {
  expect(await found(servlet(body))).toBe(count)
})

test('methods of an inner class hand their argument on, or do not', async () => {
  const inner = (result: string): string => `private static class Worker {
    public String work(String value) { return ${result}; } }`
  expect(await found(servlet('bar = new Worker().work(param);', inner('value + "x"')))).toBe(1)
  expect(await found(servlet('bar = new Worker().work(param);', inner('"x"')))).toBe(0)
  expect(await found(servlet('Worker w = new Worker(); bar = w.work(param);', inner('"x"')))).toBe(0)
})

test('a field hands on what another method put into it', async () => {
  const page = (value: string): string => `class Page {
    private String last;
    @GetMapping("/a") String a(@RequestParam String q) { this.last = ${value}; return "a"; }
    void b() { sink(this.last); } }`
  expect(await found(page('q'))).toBe(1)
  expect(await found(page('"fixed"'))).toBe(0)
})

test('what a framework hands over is text of the request, and no number, date or enumeration', async () => {
  const method = (parameter: string, value: string): string =>
    `class A { @PostMapping("/x") String x(${parameter}) { sink(${value}); } }`
  expect(await found(method('@RequestBody Order order', 'order.getName()'))).toBe(1)
  expect(await found(method('@Valid @RequestBody Order order', 'order.name()'))).toBe(1)
  expect(await found(method('@RequestParam Sort sort', 'sort'))).toBe(0)
  expect(await found(method('@PathVariable("id") Long id', 'id'))).toBe(0)
  expect(await found(method('@RequestParam(required = false) List<String> names', 'names.get(0)'))).toBe(1)
})

async function found(text: string): Promise<number> {
  const rule = `id: example
severity: high
message: found
why: It is bad.
language: java
rule: { pattern: sink($VALUE) }
flow: { value: $VALUE }
`
  const [parsed] = definitionKind.parse({ file: 'example.yml', text: rule })
  if (parsed?.id === undefined) throw new Error(JSON.stringify(parsed?.diagnostics))
  const source = { text, language: exampleLanguage('java'), isTest: false }
  const scan = scanText(source, rulesByLanguage([parsed.value]), await openParser())
  expect(scan.syntaxErrorLine).toBeUndefined()
  expect(scan.brokenRules).toEqual([])
  return scan.findings.length
}
