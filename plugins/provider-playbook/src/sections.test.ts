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
