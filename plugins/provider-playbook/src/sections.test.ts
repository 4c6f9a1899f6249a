import { expect, test } from 'vitest'
import { runPlaybook } from '../../../test/support/run-playbook.ts'

test('sections come in order behind the report, empty and unwanted ones not at all, and the checks end it', async () => {
  const { report } = await runPlaybook(
    {
      steps: [
        { id: 'look', title: 'Places', tool: 'look', continue_on_error: true },
        { id: 'broken', title: 'Coverage', tool: 'broken', continue_on_error: true },
        { id: 'unwanted', tool: 'look', when: 'steps.broken.text == "fine"' },
      ],
      report: '# Report on {{prompt}}\n\n\n\nSeen.',
      sections: [
        {
          title: 'Places in {{paths}}',
          body: 'One: {{steps.look.text}}\n{{#if false}}\nx\n{{/if}}\n\n\n```\n\n\n\n```',
        },
        { title: 'Nothing', body: '{{#if steps.unwanted.failed}}no{{/if}}\n' },
        { title: 'Unwanted', when: 'steps.unwanted.text', body: 'text' },
        { title: 'Told', when: 'checks', body: '{{#each checks}}{{this.title}}={{this.state}} {{/each}}' },
      ],
    },
    { look: { text: 'here', summary: '1 place' }, broken: { text: 'no report found\nmore', failed: true } },
  )
  expect(report).toBe(
    [
      '# Report on audit src\n\nSeen.',
      '## Places in src\n\nOne: here\n\n```\n\n\n\n```',
      '## Told\n\nPlaces=done Coverage=failed unwanted=left out',
      '## Checks\n\n- Places: 1 place\n- Coverage: did not work, no report found\n- unwanted: left out, not needed: `steps.broken.text == "fine"` does not hold',
      'No language model was used: the playbook of Auditor was carried out.',
    ].join('\n\n'),
  )
})

test('a playbook without a report gives the checks', async () => {
  const { report } = await runPlaybook({ steps: [{ id: 'look', tool: 'look' }] }, { look: { summary: 'fine' } })
  expect(report).toMatch(/^## Checks\n\n- look: fine\n\nNo language model/)
})

test.each([
  [{ title: 'A', body: '{{nope}}' }, 'In section 1 ("A"): '],
  [{ title: '{{nope}}', body: 'x' }, 'In the title of section 1'],
  [{ title: 'A', when: '==', body: '' }, 'In "when" of section 1 ("A"): '],
])('a section that cannot be rendered is named: %j', async (section, start) => {
  const run = runPlaybook({ steps: [{ id: 'a', tool: 'a' }], sections: [section] })
  await expect(run).rejects.toMatchObject({ code: 'playbook.invalid', message: expect.stringContaining(start) })
})

test('findings come by rule too: the gravest and surest first, what is said of a rule once', async () => {
  const finding = (rule: string, severity: string, confidence: string, line: number) => ({
    ...{
      rule,
      severity,
      confidence,
      message: line === 5 ? 'another' : `m of ${rule}`,
      why: `why ${rule}`,
      file: 'a.ts',
      fingerprint: `${rule}${line}`,
    },
    range: { start: { line, column: 1 }, end: { line, column: 2 } },
    fix: { description: `fix ${rule}` },
  })
  const findings = [
    ...[1, 2].map((line) => finding('weak', 'high', 'low', line)),
    ...[3, 4, 5].map((line) => finding('small', 'low', 'high', line)),
    finding('sure', 'high', 'high', 6),
  ]
  const { report } = await runPlaybook(
    {
      steps: [{ id: 'scan', tool: 'scan' }],
      report:
        '{{counts.unsure}} unsure{{#each groups}}; {{severity}} {{rule}} {{count}} {{sure}} {{message}} {{same_message}} {{why}} {{fix}}{{#each findings}} {{range.start.line}}{{/each}}{{/each}}',
    },
    { scan: { structured: { findings } } },
  )
  expect(report.split('\n')[0]).toBe(
    '2 unsure; high sure 1 1 m of sure true why sure fix sure 6; high weak 2 0 m of weak true why weak fix weak 1 2; low small 3 3 m of small false why small fix small 3 4 5',
  )
})
