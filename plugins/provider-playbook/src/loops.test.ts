import { expect, test } from 'vitest'
import { runPlaybook } from '../../../test/support/run-playbook.ts'

const listed = { structured: { files: ['a.md', 'b.md', 'c.txt'], sizes: { a: 1, b: 2 } } }
const list = { id: 'list', tool: 'list' }

test('a loop calls once for each item, all together, and its results are the step, one by one and joined', async () => {
  const { answers, report } = await runPlaybook(
    {
      steps: [
        list,
        {
          id: 'read',
          tool: 'read',
          for_each: 'steps.list.structured.files',
          when: '".md" in item',
          arguments: { path: '{{item}}', number: '{{index}}', note: 'file {{item}}' },
        },
      ],
      report:
        '{{#each steps.read.items}}{{this.index}} {{this.item}}: {{#if this.skipped}}-{{else}}{{this.text}}{{/if}}\n{{/each}}[{{steps.read.text}}] {{steps.read.structured}} {{steps.read.summary}}',
    },
    { list: listed, read: (given) => ({ text: `text of ${JSON.stringify(given)}`, structured: given }) },
  )
  expect(answers[1]).toEqual([
    { tool: 'read', arguments: { path: 'a.md', number: 0, note: 'file a.md' } },
    { tool: 'read', arguments: { path: 'b.md', number: 1, note: 'file b.md' } },
  ])
  expect(answers).toHaveLength(2)
  expect(report).toContain('0 a.md: text of {"path":"a.md"')
  expect(report).toContain('2 c.txt: -\n[text of')
  expect(report).toContain('2 of 3')
})

test('a table is gone through by key and value, and what is empty not at all', async () => {
  const { answers, report } = await runPlaybook(
    {
      steps: [
        list,
        {
          id: 'sizes',
          tool: 'size',
          for_each: 'steps.list.structured.sizes',
          arguments: { of: '{{item.key}}={{item.value}}' },
        },
        { id: 'none', tool: 'size', for_each: 'steps.list.structured.nothing' },
      ],
      sections: [],
    },
    { list: listed },
  )
  expect(
    answers
      .slice(1)
      .flat()
      .map((call) => call.arguments),
  ).toEqual([{ of: 'a=1' }, { of: 'b=2' }])
  expect(report).toContain('- none: left out, nothing to go through in `steps.list.structured.nothing`')
})

test('a loop ends at max_items, and the report says how many were left out', async () => {
  const { answers, report } = await runPlaybook(
    {
      steps: [
        list,
        { id: 'read', title: 'Files', tool: 'read', for_each: 'steps.list.structured.files', max_items: 2 },
      ],
      report: '',
      sections: [{ title: 'Left', body: '{{steps.read.left_out}}' }],
    },
    { list: listed },
  )
  expect(answers[1]).toHaveLength(2)
  expect(report).toContain('## Left\n\n1')
  expect(report).toContain('- Files: 2 of 3, 1 beyond the limit')
})

test('a round that fails ends the turn with the item, unless it may fail', async () => {
  const playbook = (mayFail: boolean) => ({
    steps: [list, { id: 'read', tool: 'read', for_each: 'steps.list.structured.files', continue_on_error: mayFail }],
    sections: [{ title: 'Read', body: '{{#each steps.read.items}}{{#unless failed}}{{item}} {{/unless}}{{/each}}' }],
  })
  const outputs = {
    list: listed,
    read: () => ({ text: 'denied: no\nmore', failed: true }),
  }
  await expect(runPlaybook(playbook(false), outputs)).rejects.toMatchObject({
    code: 'playbook.invalid',
    message: 'Step "read" (read, item a.md) failed: denied: no',
  })
  const { report } = await runPlaybook(playbook(true), outputs)
  expect(report).toContain('- read: did not work, 3 of 3, 3 did not work: denied: no')
})

test('what no one can go through is told with the step', async () => {
  const run = runPlaybook({ steps: [{ id: 'x', tool: 'x', for_each: 'prompt' }], report: 'r' })
  await expect(run).rejects.toMatchObject({
    code: 'playbook.invalid',
    message: 'In "for_each" of step "x": it gives "audit src", and only a list or a table can be gone through',
  })
})

test('findings of all rounds are gathered', async () => {
  const finding = (file: string) => ({
    ...{ rule: 'r', severity: 'high', confidence: 'high', message: 'm', file, fingerprint: file },
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } },
  })
  const { report } = await runPlaybook(
    {
      steps: [
        list,
        { id: 'scan', tool: 'scan', for_each: 'steps.list.structured.files', arguments: { path: '{{item}}' } },
      ],
      report: '{{counts.total}} in {{counts.files}}',
    },
    { list: listed, scan: (given) => ({ structured: { findings: [finding(JSON.stringify(given))] } }) },
  )
  expect(report).toContain('3 in 3')
})
