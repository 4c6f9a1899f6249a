import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Definition, Finding, ToolCache, ToolContext, ToolOutput } from 'codex-kernel/plugin-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tool } from './code-scan.ts'
import { definitionKind } from './scan-rule.ts'
import type { ScanReport } from './summarize-scan.ts'

const place = { root: '' }

beforeEach(() => {
  place.root = realpathSync(mkdtempSync(join(tmpdir(), 'bounded-scan-')))
})
afterEach(() => rmSync(place.root, { recursive: true, force: true }))

const evalRule = ruleOf('no-eval', 'rule: { pattern: eval($CODE) }')
/** Looks from every number at all that stand before it. */
const slowRule = ruleOf('slow', 'rule: { kind: number, follows: { kind: string, stopBy: end } }')

test('a rule that takes too long on a file is ended and named, and the other rules go on', async () => {
  write('list.js', `eval(code)\nconst list = [${'1,'.repeat(16000)}]\n`.replaceAll(',1,1,1,1', ',1,1,1,1,\n'))
  write('other.js', 'eval(code)\n')
  const { report, output } = await scan([slowRule, evalRule], { settings: { rule_timeout_ms: 3_000 } })
  expect(report.findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual(['list.js no-eval', 'other.js no-eval'])
  expect(report.gaps).toEqual([
    { file: 'list.js', reason: 'time_limit', rule: 'slow', problem: 'it took more than 3 seconds' },
  ])
  expect(output.text).toContain('list.js: time limit of rule slow')
})

test('binary, too deeply nested and badly encoded files are named, and the scan goes on', async () => {
  write('binary.js', Buffer.from([0x65, 0, 0, 0x76]))
  write('deep.js', `code = ${'[\n'.repeat(9000)}${']\n'.repeat(9000)}`)
  write(
    'latin.js',
    Buffer.concat([Buffer.from("const name = 'M"), Buffer.from([0xfc]), Buffer.from("ller'\neval(code)\n")]),
  )
  write('broken.js', 'function broken( {\n}}} ((\nanswer = code\n')
  write('fine.js', 'eval(code)\n')
  const any = ruleOf('any-name', 'rule: { kind: identifier, regex: ^(code)$ }')
  const { report, output } = await scan([any])
  expect(report.findings.map(({ file }) => file)).toEqual(['fine.js', 'latin.js', 'broken.js'])
  expect(report.gaps).toEqual([
    { file: 'binary.js', reason: 'binary' },
    { file: 'broken.js', reason: 'syntax_error', line: 1 },
    { file: 'deep.js', reason: 'unscannable', problem: 'its code is nested too deeply' },
    { file: 'latin.js', reason: 'invalid_utf8' },
  ])
  expect(report.skipped).toMatchObject({ binary: 1, unscannable: 1, invalid_utf8: 1, syntax_errors: 1 })
  expect(output.text).toContain('broken.js:1: syntax error')
})

test('of thousands of findings a hundred are listed and the rest is counted by rule; the data has all', async () => {
  write('many.js', 'eval(code)\n'.repeat(3000))
  const { report, output } = await scan([evalRule])
  expect(report.findings).toHaveLength(3000)
  expect(output.text).toContain('… and 2900 more, less severe: 2900 no-eval.')
  expect(output.text.split('\n').length).toBeLessThan(110)
})

test('what was found in a text is kept: under other names, and only for the same rules', async () => {
  write('a.js', 'eval(code)\neval(more) // codex-ignore no-eval: made by the build\n')
  const kept = new Map<string, string>()
  const cache: ToolCache = { read: (name) => kept.get(name), write: (name, text) => void kept.set(name, text) }
  const first = await scan([evalRule], { cache })
  expect(kept.size).toBe(1)
  expect((await scan([evalRule], { cache })).report).toEqual(first.report)
  write('b.js', readFileSync(join(place.root, 'a.js')))
  const second = await scan([evalRule], { cache, workspaceTrusted: false })
  expect(second.report.findings.map(({ file }) => file)).toEqual(['a.js', 'a.js', 'b.js', 'b.js'])
  expect(new Set(second.report.findings.map(({ fingerprint }) => fingerprint)).size).toBe(4)
  expect((await scan([ruleOf('no-eval', 'rule: { pattern: run($CODE) }')], { cache })).report.findings).toEqual([])
  expect(kept.size).toBe(2)
})

test('a rule of an untrusted repository that could take forever does not run, and is named', async () => {
  write('a.js', 'eval(code)\n')
  const foreign = { ...slowRule, origin: { ...slowRule.origin, layer: 'project', trusted: false } as const }
  const { report } = await scan([foreign, evalRule])
  expect(report.findings).toHaveLength(1)
  expect(report.broken_rules).toMatchObject([{ rule: 'slow' }])
})

test('settings that are not valid are said, and nothing is scanned', async () => {
  const { output } = await scan([evalRule], { settings: { rule_timeout: 1 } })
  expect(output).toMatchObject({ failed: true, summary: 'invalid settings' })
})

function ruleOf(id: string, rule: string): Definition<unknown> {
  const text = `id: ${id}\nlanguage: javascript\nseverity: high\nmessage: found\nwhy: It is bad.\n${rule}\n`
  const [parsed] = definitionKind.parse({ file: `${id}.yml`, text })
  if (parsed?.id === undefined) throw new Error(JSON.stringify(parsed?.diagnostics))
  const origin = { layer: 'user', file: `${id}.yml`, trusted: true } as const
  return { kind: 'scan-rule', id, value: parsed.value, origin, shadows: [] }
}

function write(file: string, content: string | Buffer): void {
  const path = join(place.root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

async function scan(
  rules: readonly Definition<unknown>[],
  change: Partial<ToolContext> = {},
): Promise<{ findings: readonly Finding[]; output: ToolOutput; report: ScanReport }> {
  const run = tool.run(tool.input.parse({}), contextOf(rules, change))
  if (!('next' in run)) throw new Error('the tool streams')
  const findings: Finding[] = []
  for (;;) {
    const step = await run.next()
    if (step.done) {
      return { findings, output: step.value, report: step.value.structured as ScanReport } // what the tool gives
    }
    if (step.value.type === 'finding') findings.push(step.value.finding)
  }
}

function contextOf(rules: readonly Definition<unknown>[], change: Partial<ToolContext>): ToolContext {
  const refuse = (): never => {
    throw new Error('a scan only reads')
  }
  const { root } = place
  const names = [
    'a.js',
    'b.js',
    'binary.js',
    'broken.js',
    'deep.js',
    'fine.js',
    'latin.js',
    'list.js',
    'many.js',
    'other.js',
  ]
  const files = names.flatMap((name) => {
    const path = join(root, name)
    const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size
    const read = async () => new TextDecoder().decode(await readFile(path))
    return sizeBytes === undefined ? [] : [{ path, relativePath: name, sizeBytes, modifiedMs: 0, read }]
  })
  const openTree = async () => ({ root, files, skipped: { denied: 0, tooLarge: 0 }, truncated: false })
  return {
    cwd: root,
    workspaceRoot: root,
    workspaceTrusted: true,
    threadId: 'thread',
    turnId: 'turn',
    callId: 'call',
    fs: {
      readFile: refuse,
      readText: refuse,
      stat: refuse,
      list: refuse,
      apply: refuse,
      readHistory: refuse,
      readChunks: refuse,
      readDifference: refuse,
      openTree,
    },
    exec: refuse,
    commands: { start: refuse, find: refuse },
    fetch: refuse,
    threads: { run: refuse },
    ask: refuse,
    requestPermissions: refuse,
    redact: (text) => text,
    findSecrets: async () => [],
    definitions: async () => rules,
    settings: {},
    emit: () => {},
    signal: new AbortController().signal,
    ...change,
  }
}
