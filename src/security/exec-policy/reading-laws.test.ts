import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'
import { codeRunners } from './programs/code.ts'
import { environments } from './programs/environments.ts'
import { launchers } from './programs/launchers.ts'
import type { OperandKind, ProgramSpec, ProgramSpecs } from './programs/program-spec.ts'
import { wrappers } from './programs/wrappers.ts'
import { readScript } from './read-script.ts'

const forbidsHit: PolicyRule = { pattern: ['hit'], decision: 'forbidden', match: [], not_match: [] }
const policy = createExecPolicy([
  {
    ...{ kind: 'policy', id: 'p', shadows: [] },
    value: { id: 'p', description: '', rules: [forbidsHit], ruleLines: [1] },
    origin: { layer: 'user', file: '/p.rules', trusted: true },
  },
])

function quoted(script: string): string {
  return `'${script.replaceAll("'", String.raw`'\''`)}'`
}

/** Words before which the command that they run stands as it is. */
const before = [
  ...[
    'env',
    'env A=1 -u B',
    'nice -n 5',
    'nohup',
    'timeout -k 1 5',
    'stdbuf -oL',
    'setsid -w',
    'taskset -c 0',
    'setarch -R',
  ],
  ...[
    'chrt -o 0',
    'prlimit -n5',
    'choom -n 0 --',
    'ionice -c3',
    'flock f',
    'sudo -n',
    'sudo -u x --',
    'doas',
    'strace -f',
    'busybox',
  ],
  ...[
    'exec -a x',
    'xargs',
    'xargs -n1 -r',
    'time -p',
    'parallel',
    'ssh h',
    'docker exec c',
    'kubectl exec p --',
    'tmux new',
    'runuser -u x --',
    'perf stat',
    'git bisect run',
    'find . -exec',
  ],
  ...['env --strange', 'npx -y', 'uv run', 'fd -x', 'script -q /dev/null', 'ld.so', 'chroot /', 'unshare -r'],
].map((words) => (command: string) => `${words} ${command}`)

/** Words that take the text of a script. */
const withText = [
  'watch -n1',
  'ssh h',
  'parallel',
  'docker exec c sh -c',
  'env -S',
  'bash -c',
  'sh -ec',
  'env bash -c',
  'su -c',
  'fish -c',
  'flock f -c',
  'script -qc',
  'git submodule foreach',
].map((words) => (script: string) => `${words} ${quoted(script)}`)

/** What gives no simple command. */
const around: readonly ((script: string) => string)[] = [
  (script) => `echo ${quoted(script)} | bash`,
  (script) => `source <(printf '%s' ${quoted(script)})`,
  (script) => `. /dev/stdin <<< ${quoted(script)}`,
  (script) => `eval ${quoted(script)}`,
  (script) => `trap ${quoted(script)} EXIT`,
  (script) => `git -c alias.z=${quoted(`!${script}`)} z`,
  (script) => `git rebase -x ${quoted(script)} x`,
  (script) => `echo "$(${script})"`,
  (script) => `if x; then ${script}; fi`,
  (script) => `f() { ${script}; }; f`,
  (script) => `cat <(${script})`,
  (script) => `GIT_EDITOR=${quoted(script)} git commit`,
  (script) => `sort --compress-prog=${quoted(script)}`,
  (script) => `ls; ${script} &`,
]

/** Of a spec, the words of each form in which it takes a command behind them, and in which it takes the text of one. */
interface Forms {
  readonly command: readonly string[]
  readonly text: readonly string[]
}

function formsOf(name: string, spec: ProgramSpec): Forms {
  if (spec.anywhere !== undefined || spec.elsewhere) return { command: [name], text: [] }
  const own = [...operandForms(spec.operands ?? [])]
  const options = (kind: 'command' | 'shell') => (spec.options?.[kind] ?? '').split(' ').filter((each) => each !== '')
  const inner = Object.entries(spec.subcommands ?? {}).flatMap(([names, each]) =>
    names.split(' ').map((sub) => formsOf(sub, each)),
  )
  const wrapped = (forms: readonly string[]) => forms.map((form) => [name, form].join(' '))
  return {
    command: [
      ...own.filter(({ kind }) => kind === 'command').map(({ before }) => [name, ...before].join(' ')),
      ...wrapped(options('command')),
      ...inner.flatMap(({ command }) => wrapped(command)),
    ],
    text: [
      ...own.filter(({ kind }) => kind === 'shell').map(({ before }) => [name, ...before].join(' ')),
      ...wrapped(options('shell').flatMap((each) => (each.endsWith('=') ? [each.slice(0, -1)] : []))),
      ...inner.flatMap(({ text }) => wrapped(text)),
    ],
  }
}

/** The words before the operand that is a command, with those that may be left out and without them. */
function operandForms(kinds: readonly OperandKind[]): readonly { kind: OperandKind; before: readonly string[] }[] {
  const at = kinds.findIndex((kind) => kind === 'command' || kind === 'shell')
  const kind = kinds[at]
  if (kind === undefined) return []
  const words = kinds.slice(0, at)
  const all = words.map(() => 'w')
  return words.includes('maybe')
    ? [
        { kind, before: all },
        { kind, before: [] },
      ]
    : [{ kind, before: all }]
}

function tableForms(tables: readonly ProgramSpecs[]): Forms {
  const forms = tables
    .flatMap(Object.entries<ProgramSpec>)
    .flatMap(([names, spec]) => names.split(' ').map((name) => formsOf(name, spec)))
  return { command: forms.flatMap(({ command }) => command), text: forms.flatMap(({ text }) => text) }
}

const table = tableForms([wrappers, launchers, environments, codeRunners])

test.each(table.command)('what stands behind `%s` is a command', async (words) => {
  expect((await checkScript(`${words} hit x`, policy)).answer).toBe('forbidden')
  if (!/ -\S*$/.test(words)) expect((await checkScript(`${words} -- hit x`, policy)).answer).toBe('forbidden')
  expect((await checkScript(`${words} other x`, policy)).answer).not.toBe('forbidden')
})

test.each(table.text)('what stands behind `%s` is the text of one', async (words) => {
  expect((await checkScript(`${words} 'hit x'`, policy)).answer).toBe('forbidden')
  expect((await checkScript(`${words} 'other x'`, policy)).answer).not.toBe('forbidden')
})

const anyWrapper = fc.oneof(
  fc
    .constantFrom(...table.command)
    .map((words) => ({ wrap: (command: string) => `${words} ${command}`, takesCommand: true, givesCommand: true })),
  fc.constantFrom(...table.text).map((words) => ({
    wrap: (script: string) => `${words} ${quoted(script)}`,
    takesCommand: false,
    givesCommand: true,
  })),
  fc.constantFrom(...before).map((wrap) => ({ wrap, takesCommand: true, givesCommand: true })),
  fc.constantFrom(...withText).map((wrap) => ({ wrap, takesCommand: false, givesCommand: true })),
  fc.constantFrom(...around).map((wrap) => ({ wrap, takesCommand: false, givesCommand: false })),
)

test('what is forbidden stays so in any chain of wrappers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWrapper, { maxLength: 5 }), async (chain) => {
      const { script } = chain.reduce(
        (inner, { wrap, takesCommand, givesCommand }) => ({
          script: wrap(takesCommand && !inner.isCommand ? `bash -c ${quoted(inner.script)}` : inner.script),
          isCommand: givesCommand,
        }),
        { script: 'hit x', isCommand: true },
      )
      expect([script, (await checkScript(script, policy)).answer]).toEqual([script, 'forbidden'])
    }),
  )
})

const fragments = [
  ...[
    'parallel ',
    'parallel --x ',
    'su ',
    'env ',
    'env -S ',
    'bash -c ',
    'docker ',
    'xargs ',
    'xargs -I% ',
    'git -c a.b=c ',
    'sudo --x ',
    'eval ',
  ],
  ...[
    '$(',
    ')',
    '`',
    '"',
    "'",
    '(',
    '{ ',
    '}',
    '${x:-',
    '$((',
    '[[ ',
    '<<A\n',
    '<(',
    '| ',
    '; ',
    '&& ',
    '\n',
    '\\',
    'a=1 ',
    'case x in ',
    'if ',
    'x ',
    '%s',
    '{a,b}',
    'sed s/a/b/e ',
  ],
]

test('no line makes more work than the budget allows, and none fails to be read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 1500 }),
      fc.constantFrom('', 'hit', 'hit)', '"'),
      async (parts, times, end) => {
        const { commands, unsure } = await readScript(parts.join('').repeat(times) + end)
        expect(commands.length).toBeLessThan(20_100)
        expect(unsure.length).toBeLessThan(20_100)
      },
    ),
    { numRuns: 40 },
  )
})

test.each([
  ['parallel', `${'parallel '.repeat(500)}hit`],
  ['an option that is not known', `${'sudo --x '.repeat(500)}hit`],
  ['wrappers', `${'env '.repeat(30_000)}hit`],
  ['commands', `${'ls; '.repeat(30_000)}hit`],
  ['substitutions', `${'echo $('.repeat(200)}hit${')'.repeat(200)}`],
  ['open brackets', '('.repeat(20_000)],
  ['arithmetic', `((${'a+'.repeat(10_000)}1)); hit`],
  ['doubts that read words in place of others', `${'xargs parallel '.repeat(200)}hit`],
])('a line that is too long to be read counts as what is forbidden: %s', async (_, script) => {
  expect((await checkScript(script, policy)).answer).toBe('forbidden')
})

test.each([
  ['an option that is not known', 'env --strange '],
  ['words of unknown form', 'parallel '],
  ['words for another machine', 'docker run c '],
])('a doubt within a doubt is read once for each place: %s', async (_, words) => {
  const { commands } = await readScript(`${words.repeat(30)}hit`)
  expect(commands.length).toBeLessThan(150)
  expect((await checkScript(`${words.repeat(30)}hit`, policy)).answer).toBe('forbidden')
})

test.each(['env bash <<< "hit x"', 'echo hit x | sudo -n sh -s', 'echo hit x | ssh h', "su <<'E'\nhit x\nE"])(
  'what a wrapper hands on of its input is read: %s',
  async (script) => {
    expect((await checkScript(script, policy)).answer).toBe('forbidden')
    expect((await checkScript(script.replace('hit', 'other'), policy)).answer).toBe('unverified')
  },
)

test.each([
  ['awk', '"\\\\'],
  ['awk', '"a '],
  ['awk', 'system( '],
  ['make', '$(shell '],
  ['make', ')'],
  ['vim -c', '!'],
])('a long text of a language of its own is gone through once: %s %s', async (program, part) => {
  const { commands } = await readScript(`${program} '${part.repeat(200_000)}'`)
  expect(commands.length).toBeLessThan(20_100)
})

test('a file of a megabyte can be written by a here-document', async () => {
  const script = `cat > f <<'E'\n${'some text of a file\n'.repeat(50_000)}E`
  expect(await readScript(script)).toMatchObject({ writes: ['f'], unsure: [] })
})
