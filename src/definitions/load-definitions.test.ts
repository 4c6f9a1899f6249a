import { execFileSync } from 'node:child_process'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace, type TempWorkspace } from '../../test/support/temp-workspace.ts'
import { type DefinitionKind, formatDiagnostic } from '../plugin-api/index.ts'
import { loadAgents, loadCommands, loadPolicies } from './builtin-kinds.ts'
import { openDefinitionCache } from './definition-cache.ts'
import type { DefinitionSource } from './definition-source.ts'
import { loadKind } from './load-definitions.ts'

const noCache = openDefinitionCache(undefined)

async function place(files: Readonly<Record<string, string>>): Promise<TempWorkspace> {
  const workspace = await makeWorkspace({ files })
  onTestFinished(() => workspace.remove())
  return workspace
}

function source(directory: string, more: Partial<DefinitionSource> = {}): DefinitionSource {
  return { layer: 'user', trusted: true, directory, glob: '**/*.md', ...more }
}

test('a higher layer shadows a lower one and says which, the plugin by its name', async () => {
  const { path } = await place({
    'builtin/review.md': 'built in',
    'plugin/commands/review.md': 'of a plugin',
    'user/review.md': 'the user',
    'user/other.md': 'other',
    'repo/review.md': 'the repository',
  })
  const { effective, diagnostics } = await loadCommands(
    [
      source(join(path, 'repo'), { layer: 'project' }),
      source(join(path, 'plugin'), { layer: 'plugin', plugin: 'acme', glob: './commands/*.md' }),
      source(join(path, 'user')),
      source(join(path, 'builtin'), { layer: 'builtin' }),
    ],
    noCache,
  )
  expect(diagnostics).toEqual([])
  expect(effective.map(({ id, value }) => [id, value.template])).toEqual([
    ['other', 'other'],
    ['review', 'the repository'],
  ])
  expect(effective[1]?.shadows).toEqual([
    { layer: 'user', file: join(path, 'user/review.md'), trusted: true },
    { layer: 'plugin', file: join(path, 'plugin/commands/review.md'), trusted: true, plugin: 'acme' },
    { layer: 'builtin', file: join(path, 'builtin/review.md'), trusted: true },
  ])
})

test('a repository that is not trusted shadows nothing and takes no alias', async () => {
  const agent = '[agent]\nid = "helper"\nname = "Helper"\ndescription = "d"\naliases = ["h"]\n[prompt]\nsystem = "s"\n'
  const { path } = await place({ 'user/helper.toml': agent, 'repo/helper.toml': agent })
  const { effective, diagnostics } = await loadAgents(
    [
      source(join(path, 'user'), { glob: '*.toml' }),
      source(join(path, 'repo'), { layer: 'project', trusted: false, glob: '*.toml' }),
    ],
    noCache,
  )
  expect(diagnostics).toEqual([])
  expect(effective.map(({ id, value, shadows }) => [id, value.agent.aliases, shadows])).toEqual([
    ['helper', ['h'], []],
    ['project:helper', [], []],
  ])
})

test('the policies of a repository stand beside the rules of the user, also if it is trusted', async () => {
  const rule = 'prefix_rule(["rm"], "forbidden")\n'
  const { path } = await place({ 'user/default.rules': rule, 'repo/default.rules': 'prefix_rule(["ls"])\n' })
  const { effective } = await loadPolicies(
    [
      source(join(path, 'user'), { glob: '*.rules' }),
      source(join(path, 'repo'), { layer: 'project', glob: '*.rules' }),
    ],
    noCache,
  )
  expect(effective.map(({ id }) => id)).toEqual(['default.rules', 'project:default.rules'])
})

test('a policy under the name of a lower one stands beside it in every layer', async () => {
  const policy = 'id = "default"\n\n[[rules]]\npattern = ["ls"]\n'
  const { path } = await place({ 'own/default.toml': policy, 'plugin/p.toml': policy, 'user/mine.toml': policy })
  const sources = (['builtin', 'plugin', 'user', 'project'] as const).map((layer) =>
    source(join(path, layer === 'builtin' ? 'own' : layer), { layer, glob: '*.toml' }),
  )
  const { effective, diagnostics } = await loadPolicies(sources, noCache)
  expect(effective.map(({ id, shadows }) => [id, shadows])).toEqual([
    ['default', []],
    ['plugin:default', []],
    ['user:default', []],
  ])
  expect(diagnostics).toEqual([])
})

test('of two with one id in a layer the first by path stays, and both are named', async () => {
  const { path } = await place({ 'a/one.md': '---\nname: x\n---\nfirst', 'b/two.md': '---\nname: x\n---\nsecond' })
  const { effective, diagnostics } = await loadCommands([source(join(path, 'b')), source(join(path, 'a'))], noCache)
  expect(effective.map(({ value }) => value.template)).toEqual(['first'])
  expect(diagnostics).toMatchObject([{ severity: 'error', code: 'command.duplicate_id', file: join(path, 'b/two.md') }])
  expect(diagnostics[0]?.message).toContain(join(path, 'a/one.md'))
})

test('what cannot be read or parsed is said with its place, and the rest loads', async () => {
  const { path } = await place({
    'bad-yaml.md': '---\nname: [x\nargs: 1\n---\ntext',
    'bad-field.md': '---\nname: ok\nargs:\n  - { name: depth, type: enumm }\n---\ntext',
    'good.md': '\uFEFF---\r\nname: good\r\n---\r\nline one\r\nline two\r\n',
  })
  await writeFile(join(path, 'latin1.md'), Buffer.from('caf\xe9', 'latin1'))
  const { effective, diagnostics } = await loadCommands([source(path)], noCache)
  expect(effective.map(({ id, value }) => [id, value.template, value.templateLine])).toEqual([
    ['good', 'line one\nline two\n', 4],
  ])
  const lines = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic).replaceAll(`${path}/`, ''))
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(/^bad-field\.md:4:20: .*field: args\.0\.type; expected: "string" \| "number"/)
  expect(lines[1]).toMatch(/^bad-yaml\.md:3:\d+: The front matter is not YAML/)
  expect(lines[2]).toMatch(/^latin1\.md:1:4: Not valid UTF-8: invalid byte at offset 3/)
})

test('a missing directory holds nothing; one that cannot be read is a diagnostic', async () => {
  const { path } = await place({ 'a-file': '' })
  await symlink('loop', join(path, 'loop'))
  const { effective, diagnostics } = await loadCommands(
    [source(join(path, 'missing')), source(join(path, 'a-file')), source(join(path, 'loop'))],
    noCache,
  )
  expect(effective).toEqual([])
  expect(diagnostics.map(({ code, file, message }) => [code, file, message.slice(0, 40)])).toEqual([
    ['definition.unreadable', join(path, 'a-file'), expect.stringContaining('ENOTDIR')],
    ['definition.unreadable', join(path, 'loop'), expect.stringContaining('ELOOP')],
  ])
})

test('symbolic links are followed, each directory once, and a pipe is not opened', async () => {
  const { path } = await place({ 'commands/real.md': 'real', 'elsewhere/linked.md': 'linked' })
  await symlink('../elsewhere', join(path, 'commands/more'))
  await symlink('../commands', join(path, 'elsewhere/back'))
  await symlink('nowhere', join(path, 'commands/dangling.md'))
  execFileSync('mkfifo', [join(path, 'commands/pipe.md')])
  const { effective, diagnostics } = await loadCommands([source(join(path, 'commands'))], noCache)
  expect(effective.map(({ id }) => id)).toEqual(['linked', 'real'])
  expect(diagnostics.map(({ file, message }) => [file?.slice(path.length), message])).toEqual([
    ['/commands/dangling.md', 'The symbolic link leads to nothing'],
    ['/commands/pipe.md', 'This is not a regular file'],
  ])
})

test('a directory with the name of a file is said, where files of directories below are not read', async () => {
  const { path } = await place({
    'rules/d.rules/x.rules': 'prefix_rule(["ls"])\n',
    'rules/e.rules': '',
    'rules/old/x': '',
  })
  const { effective, diagnostics } = await loadPolicies([source(join(path, 'rules'), { glob: '*.rules' })], noCache)
  expect(effective.map(({ id }) => id)).toEqual(['e.rules'])
  expect(diagnostics).toMatchObject([
    { severity: 'error', message: 'This is not a regular file', file: join(path, 'rules/d.rules') },
  ])
})

test('a link that leads out of an untrusted repository is refused, so that no file of the user gets into a prompt', async () => {
  const { path } = await place({ 'secret.txt': 'a secret', 'repo/own.md': 'own' })
  await symlink('../secret.txt', join(path, 'repo/leak.md'))
  await symlink('own.md', join(path, 'repo/inside.md'))
  const { effective, diagnostics } = await loadCommands(
    [source(join(path, 'repo'), { layer: 'project', trusted: false })],
    noCache,
  )
  expect(effective.map(({ value }) => value.template)).toEqual(['own', 'own'])
  expect(diagnostics).toMatchObject([{ code: 'definition.link', file: join(path, 'repo/leak.md') }])
})

test('a folder of an untrusted repository that is itself a link out of it is not read', async () => {
  const { path } = await place({ 'private/own.md': 'secret', 'repo/.codex/agents/a.txt': '' })
  await symlink('../../private', join(path, 'repo/.codex/commands'))
  const repository = { directory: join(path, 'repo/.codex/commands'), boundary: join(path, 'repo') }
  const load = (trusted: boolean) =>
    loadCommands([{ layer: 'project', trusted, glob: '**/*.md', ...repository }], noCache)
  const { effective, diagnostics } = await load(false)
  expect(effective).toEqual([])
  expect(diagnostics).toMatchObject([{ code: 'definition.link', file: repository.directory }])
  await rm(join(path, 'repo/.codex/commands'))
  await symlink('../prompts', join(path, 'repo/.codex/commands'))
  await mkdir(join(path, 'repo/prompts'))
  await writeFile(join(path, 'repo/prompts/in.md'), 'inside')
  await writeFile(join(path, 'repo/.env'), 'secret')
  await symlink('../.env', join(path, 'repo/prompts/env.md'))
  expect(await load(false)).toMatchObject({
    effective: [{ value: { template: 'inside' } }],
    diagnostics: [{ code: 'definition.link', file: join(path, 'repo/.codex/commands/env.md') }],
  })
  await rm(join(path, 'repo/.codex/commands'))
  await symlink('../../private', join(path, 'repo/.codex/commands'))
  expect((await load(true)).effective.map(({ value }) => value.template)).toEqual(['secret'])
})

test('a glob reaches no deeper than it says and passes by what starts with a dot', async () => {
  const { path } = await place({ 'a.md': 'a', 'sub/b.md': 'b', '.hidden.md': 'h', 'x/y/c.md': 'c', 'x/d.txt': 'd' })
  const ids = async (glob: string) => {
    const { effective } = await loadCommands([source(path, { glob })], noCache)
    return effective.map(({ id }) => id)
  }
  expect(await ids('*.md')).toEqual(['a'])
  expect(await ids('**/*.md')).toEqual(['a', 'b', 'c'])
  expect(await ids('./x/**/*.md')).toEqual(['c'])
  expect(await ids('{a,sub/b}.md')).toEqual(['a', 'b'])
  expect(await ids('sub/b.md')).toEqual(['b'])
})

test('a kind of a plugin that names its version is parsed once, until the plugin is another one', async () => {
  const { path } = await place({ 'notes/a.txt': 'one' })
  const parsed: string[] = []
  const kind: DefinitionKind<string> = {
    id: 'word',
    cacheVersion: 'word-1',
    parse({ text }) {
      parsed.push(text)
      return [{ id: text, value: text }]
    },
  }
  const load = async (plugin: string) => {
    const cache = openDefinitionCache({ directory: join(path, 'cache'), program: '1.0' })
    return (await loadKind(kind, [source(join(path, 'notes'), { glob: '*.txt' })], { cache, plugin })).effective
  }
  const first = await load('p@1.0.0')
  expect(await load('p@1.0.0')).toEqual(first)
  expect(parsed).toEqual(['one'])
  await load('p@1.1.0')
  expect(parsed).toEqual(['one', 'one'])
})

test('a kind of a plugin loads like the others, several definitions of a file at a time; one that throws is said', async () => {
  const { path } = await place({ 'good.txt': 'one\ntwo', 'bad.txt': 'throw' })
  const kind: DefinitionKind<RegExp> = {
    id: 'word',
    parse({ text }) {
      if (text === 'throw') throw new TypeError('cannot read this')
      return text.split('\n').map((id) => ({ id, value: new RegExp(id) }))
    },
  }
  const { effective, diagnostics } = await loadKind(kind, [source(path, { glob: '*.txt' })], {
    cache: noCache,
    plugin: 'p@1.0.0',
  })
  expect(effective.map(({ kind: of, id, value }) => [of, id, value])).toEqual([
    ['word', 'one', /one/],
    ['word', 'two', /two/],
  ])
  expect(diagnostics).toMatchObject([{ code: 'word.invalid', file: join(path, 'bad.txt') }])
  expect(diagnostics[0]?.message).toContain('cannot read this')
})
