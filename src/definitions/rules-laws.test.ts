import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRules } from './parse-rules.ts'
import { ruleText } from './rule-text.ts'

const pieces = fc.constantFrom(
  ...[
    'prefix_rule',
    'host_executable',
    'network_rule',
    'load',
    'def f():',
    'for x in',
    'if',
    'else',
    'lambda x:',
    'pass',
    'return',
  ],
  ...[
    'pattern',
    'decision',
    'justification',
    'match',
    'not_match',
    'name',
    'paths',
    'host',
    'protocol',
    'canonical_matching',
  ],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '=',
    ',',
    ';',
    ':',
    '+',
    '*',
    '.',
    '%',
    '==',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '  ',
    '\t',
    '#',
    '\\',
    '\\\n',
  ],
  ...[
    '"ls"',
    "'git'",
    '"""a\nb"""',
    'r"\\d"',
    '"',
    "'",
    '"""',
    '"\\x41"',
    '"\\u12"',
    '"\\N"',
    'b"x"',
    'f"{x}"',
    '"allow"',
    '"forbidden"',
    '"prompt"',
  ],
  ...[
    'True',
    'None',
    '1',
    '0x1f',
    '1.5',
    'x',
    '__import__',
    'print',
    'é',
    '\u2028',
    '\0',
    '\ufeff',
    '/usr/bin/git',
    '"/usr/bin/git"',
    '"a.example"',
    '"https"',
  ],
)
const soup = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''))
const rule = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom('"ls"', '"-l"', "'a b'", '["a", "b"]', 'r"\\w"'),
        fc.string({ maxLength: 4 }).map((text) => JSON.stringify(text)),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    fc.constantFrom(
      '',
      ', decision="prompt"',
      ', decision = "forbidden" ,',
      ',\n    justification="why",\n',
      ', match=[]',
    ),
  )
  .map(([words, rest]) => `prefix_rule(pattern=[${words.join(', ')}]${rest})`)
const wholeFile = fc.array(rule, { minLength: 1, maxLength: 4 }).map((lines) => `${lines.join('\n')}\n`)
const brokenFile = fc
  .tuple(wholeFile, fc.array(fc.tuple(fc.nat(), pieces, fc.boolean()), { minLength: 1, maxLength: 3 }))
  .map(([text, changes]) =>
    changes.reduce((now, [at, piece, removes]) => {
      const index = at % (now.length + 1)
      return now.slice(0, index) + (removes ? '' : piece) + now.slice(removes ? index + 1 : index)
    }, text),
  )
const anyText = fc.oneof(soup, brokenFile, fc.string({ unit: 'binary', maxLength: 40 }))

test('any text is a rules file or has an error that says where', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { diagnostics } = parseRules(text, 'x.rules')
      const lines = text.replaceAll('\r\n', '\n').split('\n')
      for (const { file, line = 0, column = 0, message, code } of diagnostics) {
        expect({ file, code: code.split('.')[0] }).toEqual({ file: 'x.rules', code: 'policy' })
        expect(message).not.toBe('')
        expect(line).toBeGreaterThanOrEqual(1)
        expect(line).toBeLessThanOrEqual(lines.length)
        expect(column).toBeGreaterThanOrEqual(1)
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1)
      }
    }),
  )
})

test('the rules of any text that is accepted come back from what is written of them', () => {
  fc.assert(
    fc.property(fc.oneof(wholeFile, anyText), (text) => {
      const { rules, diagnostics } = parseRules(text, 'x.rules')
      if (diagnostics.some(({ severity }) => severity === 'error')) return
      const again = parseRules(rules.map((each) => `${ruleText(each)}\n`).join(''), 'y.rules')
      const said = (each: (typeof rules)[number]) => [each.pattern, each.decision, each.justification]
      expect(again.diagnostics).toEqual([])
      expect(again.rules.map(said)).toEqual(rules.map(said))
    }),
  )
})

/** Each gives `"ls"` or a list of it where it is evaluated. */
const computed = fc.constantFrom(
  ...[
    '"l" + "s"',
    '("ls")',
    '"ls" if True else "x"',
    '"LS".lower()',
    'f("ls")',
    'str("ls")',
    '["ls"][0]',
    '{"a": "ls"}["a"]',
    '"%s" % "ls"',
  ],
  ...[
    '"{}".format("ls")',
    'f"ls"',
    'ls',
    '"ls" or "x"',
    'not "ls"',
    '"ls" "x"',
    '-1',
    '[x for x in ["ls"]]',
    '*["ls"]',
    '**{}',
    'lambda: "ls"',
    'len("ls")',
    '"ls"[0:2]',
    '("ls",)',
  ],
)

test('nothing is evaluated: where a value would be computed, its line is an error and gives no rule', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 2 }), computed, fc.boolean(), (before, value, isWhole) => {
      const list = isWhole ? value : `["git", ${value}]`
      const lines = before.flatMap((each) => each.split('\n'))
      const text = [...before, `prefix_rule(pattern=${list})`].join('\n')
      const { rules, diagnostics } = parseRules(text, 'x.rules')
      const errors = diagnostics.filter(({ severity }) => severity === 'error')
      expect(errors.map(({ line }) => line)).toContain(lines.length + 1)
      expect(rules).toHaveLength(parseRules(before.join('\n'), 'x.rules').rules.length)
    }),
  )
})
