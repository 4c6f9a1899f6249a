import { expect, test } from 'vitest'
import { parseToml } from '../config/toml.ts'
import { agentSchema } from '../plugin-api/agent.ts'
import { lintPlaybook } from './lint-playbook.ts'

function lint(playbook: string) {
  const text = `[agent]\nid = "x"\nname = "X"\ndescription = "d"\n${playbook}`
  const agent = agentSchema.parse(parseToml(text, 'x.toml').value)
  return lintPlaybook(agent, 'x.toml', text).map(({ line, column, field, message, hint }) => ({
    ...{ at: `${line}:${column}`, field, message, hint },
  }))
}

const step = '[[playbook.steps]]\nid = "a"\ntool = "search"\n'

test('steps, loops and sections that name what there is are right', () => {
  const second =
    '[[playbook.steps]]\nid = "b"\ntool = "t"\nfor_each = "steps.a.structured.files"\nwhen = "item.size > index"\narguments = { x = ["{{item.path}}", "{{prompt}}"] }\n'
  const sections =
    '[[playbook.sections]]\ntitle = "{{counts.total}}"\nwhen = "steps.b.items"\nbody = "{{#each checks}}{{title}}{{/each}}"\n'
  expect(lint(`${step}${second}${sections}`)).toEqual([])
})

test.each([
  [
    'a report',
    `[playbook]\nreport = """\nOne\n  {{steps.b.text}}\n"""\n${step}`,
    '8:5',
    'playbook.report',
    'steps.b.text',
  ],
  ['a literal report', `[playbook]\nreport = '''{{nope}}'''\n${step}`, '6:15', 'playbook.report', '"nope"'],
  ['a condition', `${step}when = "pth"\n`, '8:9', 'playbook.steps.0.when', '"pth"'],
  ['a list', `${step}for_each = 'steps.a.structured'\n`, '8:13', 'playbook.steps.0.for_each', 'steps.a'],
  [
    'an argument',
    `${step}arguments = { p = ["x", "\\t\\u0041{{item}}"] }\n`,
    '8:36',
    'playbook.steps.0.arguments.p.1',
    '"item"',
  ],
  [
    'a section',
    `${step}[[playbook.sections]]\ntitle = "t"\nbody = "{{#if x}}"\n`,
    '10:15',
    'playbook.sections.0.body',
    '"x"',
  ],
])('%s that names what is not there is told with its place', (_, text, at, field, says) => {
  const [problem, ...others] = lint(text)
  expect(others).toEqual([])
  expect(problem).toMatchObject({ at, field })
  expect(problem?.message).toContain(says)
})

test('a step that comes later is offered no name, and a typing error the nearest', () => {
  const sections = '[[playbook.sections]]\ntitle = "t"\nbody = "{{steps.a.structurd}}"'
  const second = '[[playbook.steps]]\nid = "b"\ntool = "t"\n'
  const [first, wrong] = lint(`${step}arguments = { x = "{{steps.b.text}}" }\n${second}${sections}`)
  expect(first).toMatchObject({ at: '8:22', hint: 'There is nothing in steps.' })
  expect(wrong?.hint).toContain('Did you mean structured?')
})
