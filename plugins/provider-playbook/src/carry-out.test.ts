import type { Finding, HistoryItem } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { answer, requestFor, runPlaybook, userMessage } from '../../../test/support/run-playbook.ts'
import { provider } from './provider.ts'

const finding = (more: Partial<Finding>): Finding => ({
  rule: 'sql-injection',
  severity: 'high',
  confidence: 'high',
  message: 'Query built from input',
  cwe: ['CWE-89'],
  owasp: [],
  file: 'src/a.py',
  range: { start: { line: 3, column: 1 }, end: { line: 3, column: 9 } },
  flow: [],
  references: [],
  fingerprint: 'f1',
  ...more,
})

test('steps run in order, and the report says what they gave and that no model was used', async () => {
  const run = await runPlaybook(
    {
      steps: [
        { id: 'look', tool: 'list_dir', arguments: { path: '.' } },
        { id: 'scan', tool: 'code_scan', arguments: { paths: '{{paths}}', note: 'for {{prompt}}' } },
      ],
      report: 'Saw {{steps.look.text}}; {{counts.total}} findings.',
    },
    { list_dir: { text: 'two files' } },
  )
  expect(run.answers).toEqual([
    [{ tool: 'list_dir', arguments: { path: '.' } }],
    [{ tool: 'code_scan', arguments: { paths: ['src'], note: 'for audit src' } }],
  ])
  expect(run.report).toBe(
    'Saw two files; 0 findings.\n\nNo language model was used: the playbook of Auditor was carried out.',
  )
  expect(run.notices).toEqual(['No language model is used: the playbook of Auditor runs.'])
  expect(run.usage).toEqual({
    type: 'completed',
    usage: {
      input_tokens: 0,
      cached_input_tokens: 0,
      cache_write_input_tokens: 0,
      output_tokens: 0,
      reasoning_output_tokens: 0,
    },
  })
})

test('a string that is one expression keeps the type of its value, at any depth', async () => {
  const { answers } = await runPlaybook(
    {
      steps: [
        { id: 'scan', tool: 'code_scan' },
        {
          id: 'use',
          tool: 'use',
          arguments: {
            list: '{{steps.scan.structured.files}}',
            deep: { count: '{{counts.total}}', texts: ['{{prompt}}', 'n={{counts.total}}', 7] },
            absent: '{{steps.scan.structured.nothing}}',
            defaulted: '{{steps.scan.structured.nothing | default: "}}"}}',
            conditional: '{{#if paths}}yes{{/if}}',
            same: '{{counts.total == 1}}',
          },
        },
      ],
      report: 'done',
    },
    { code_scan: { structured: { files: ['a', 'b'], findings: [finding({})] } } },
  )
  expect(answers[1]).toEqual([
    {
      tool: 'use',
      arguments: {
        list: ['a', 'b'],
        deep: { count: 1, texts: ['audit src', 'n=1', 7] },
        defaulted: '}}',
        conditional: 'yes',
        same: true,
      },
    },
  ])
})

test('a step whose condition is not met is left out, and says so', async () => {
  const { answers, report } = await runPlaybook({
    steps: [
      { id: 'scan', tool: 'code_scan' },
      { id: 'fix', tool: 'fix', when: 'findings' },
      { id: 'note', tool: 'note', when: 'steps.fix.skipped' },
    ],
    report: '{{#if steps.fix.skipped}}nothing to fix{{/if}}{{steps.fix.text}}',
  })
  expect(answers.map(([call]) => call?.tool)).toEqual(['code_scan', 'note'])
  expect(report).toMatch(/^nothing to fix\n/)
})

test('findings of all steps are gathered once each, the gravest first, and counted', async () => {
  const low = finding({ severity: 'low', rule: 'weak-hash', fingerprint: 'f2' })
  const critical = finding({ severity: 'critical', file: 'src/b.py', fingerprint: 'f3' })
  const { report } = await runPlaybook(
    {
      steps: [
        { id: 'first', tool: 'one' },
        { id: 'second', tool: 'two' },
      ],
      report:
        '{{counts.total}} in {{counts.files}}: {{counts.critical}} {{counts.high}} {{counts.low}}{{#each findings}}\n{{this.severity}} {{this.file}}:{{this.range.start.line}}{{/each}}',
    },
    {
      one: { structured: { findings: [low, finding({}), { not: 'a finding' }] } },
      two: { structured: { findings: [finding({}), critical] } },
    },
  )
  expect(report.split('\n\n')[0]).toBe('3 in 2: 1 1 1\ncritical src/b.py:3\nhigh src/a.py:3\nlow src/a.py:3')
})

test('steps that wait for nothing go out together; one whose failure counts is waited for', async () => {
  const { answers } = await runPlaybook({
    steps: [
      { id: 'a', tool: 'a', continue_on_error: true },
      { id: 'b', tool: 'b', continue_on_error: true },
      { id: 'c', tool: 'c' },
      { id: 'd', tool: 'd', continue_on_error: true },
      { id: 'e', tool: 'e', arguments: { text: 'after {{steps.d.text}}' } },
    ],
    report: 'done',
  })
  expect(answers.map((calls) => calls.map(({ tool }) => tool))).toEqual([['a', 'b', 'c'], ['d'], ['e']])
})

test('a failed step ends the turn, unless it may fail', async () => {
  const playbook = (mayFail: boolean) => ({
    steps: [
      { id: 'scan', tool: 'code_scan', continue_on_error: mayFail },
      { id: 'next', tool: 'next', when: 'steps.scan.failed' },
    ],
    report: '{{#if steps.scan.failed}}scan failed: {{steps.scan.text}}{{/if}}',
  })
  const outputs = { code_scan: { text: 'denied: profile offline\nmore', failed: true } }
  await expect(runPlaybook(playbook(false), outputs)).rejects.toMatchObject({
    code: 'playbook.invalid',
    message: 'Step "scan" (code_scan) failed: denied: profile offline',
    hint: expect.stringContaining('continue_on_error'),
  })
  const { answers, report } = await runPlaybook(playbook(true), outputs)
  expect(answers.flat().map(({ tool }) => tool)).toEqual(['code_scan', 'next'])
  expect(report).toMatch(/^scan failed: denied/)
})

test('calls of earlier turns do not count', async () => {
  const request = requestFor({ steps: [{ id: 'scan', tool: 'code_scan' }], report: 'done' })
  const earlier: HistoryItem[] = [
    userMessage,
    { type: 'function_call', name: 'code_scan', arguments: '{}', call_id: 'playbook_0_scan' },
    { type: 'function_call_output', call_id: 'playbook_0_scan', output: 'old' },
  ]
  const events = await answer({ ...request, input: [...earlier, userMessage] })
  expect(events).toContainEqual({
    type: 'item',
    item: { type: 'function_call', name: 'code_scan', arguments: '{}', call_id: 'playbook_0_scan' },
  })
})

test.each([
  [{ steps: [{ id: 'a', tool: 'a', when: 'steps.nope ==' }], report: '' }, 'In "when" of step "a": '],
  [{ steps: [{ id: 'a', tool: 'a', arguments: { x: '{{nope}}' } }], report: '' }, 'In "arguments" of step "a": '],
  [{ steps: [{ id: 'a', tool: 'a' }], report: '{{#if}}' }, 'In the report: '],
])('a template that cannot be carried out says where: %j', async (playbook, start) => {
  await expect(runPlaybook(playbook)).rejects.toMatchObject({
    code: 'playbook.invalid',
    message: expect.stringMatching(new RegExp(`^${start}`)),
  })
})

test('an agent without a playbook is refused with a way on', async () => {
  await expect(answer(modelRequest())).rejects.toMatchObject({ code: 'playbook.invalid', hint: expect.any(String) })
})

test('an aborted turn is not carried out', async () => {
  const request = requestFor({ steps: [{ id: 'a', tool: 'a' }], report: '' })
  const stream = provider.stream(request, providerContext(), AbortSignal.abort(new Error('stopped')))
  await expect(collect(stream)).rejects.toThrow('stopped')
})
