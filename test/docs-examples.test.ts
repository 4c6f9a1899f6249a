import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { definitionKind as workflowKind } from '../plugins/supervisor/src/workflow.ts'
import { jsonError } from '../src/cli/json-error.ts'
import { routeArguments } from '../src/cli/route-arguments.ts'
import { parseThreadArguments } from '../src/cli/thread-options.ts'
import { loadConfig } from '../src/config/load-config.ts'
import { parseToml } from '../src/config/parse-toml.ts'
import { readHooksFile } from '../src/definitions/hooks/read-hooks-file.ts'
import { readHooksTable } from '../src/definitions/hooks/read-hooks-table.ts'
import { openPluginKind } from '../src/definitions/open-plugin-kind.ts'
import { agentKind } from '../src/definitions/parse-agent.ts'
import { commandKind } from '../src/definitions/parse-command.ts'
import { policyKind } from '../src/definitions/parse-policy.ts'
import { profileKind } from '../src/definitions/parse-profile.ts'
import { readPluginManifest } from '../src/kernel/plugin-manifest.ts'
import { CodexError, type ErrorCode } from '../src/plugin-api/errors.ts'
import { splitArguments } from '../src/prompt/split-arguments.ts'
import { fencedBlocks } from './support/fenced-blocks.ts'

const pages = globSync(['docs/*.md', 'README.md', 'CONTRIBUTING.md'])
  .sort()
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))

const examples = pages.flatMap(({ path, text }) =>
  fencedBlocks(text).map((block) => ({ ...block, path, where: `${path}:${block.line}` })),
)
const examplesIn = (...languages: readonly string[]) => examples.filter(({ language }) => languages.includes(language))

test('there are examples of each kind', () => {
  for (const language of ['toml', 'json', 'markdown', 'sh']) expect(examplesIn(language).length).toBeGreaterThan(2)
})

test.each(examplesIn('toml'))('the TOML at $where is what its schema takes', async ({ text }) => {
  expect(await problemsOfToml(text)).toEqual([])
})

test.each(examplesIn('starlark'))('the rules at $where load', ({ text }) => {
  const [parsed] = policyKind.parse({ file: '/docs/example.rules', text })
  expect(parsed?.diagnostics ?? []).toEqual([])
})

test.each(examplesIn('markdown', 'md'))('the command at $where loads', ({ text }) => {
  const [parsed] = commandKind.parse({ file: '/docs/example.md', text })
  expect(parsed?.diagnostics ?? []).toEqual([])
  expect(parsed?.id).toBeDefined()
})

test('no shell expands the name of a skill in an example', () => {
  const expanded = examplesIn('sh').filter(({ text }) => /^codex\b[^\n']*"[^"\n]*\$[a-z]/m.test(text))
  expect(expanded.map(({ where }) => where)).toEqual([])
})

test.each(examplesIn('json'))('the JSON at $where is what its reader takes', ({ text }) => {
  const value: Readonly<Record<string, unknown>> = JSON.parse(text)
  if ('codex' in value) {
    const where = { file: 'package.json', root: '/docs', layer: 'plugin' } as const
    expect(readPluginManifest({ name: 'example', ...value }, where).diagnostics).toEqual([])
    return
  }
  if ('hooks' in value) {
    expect(readHooksFile(text, '/docs/hooks.json', 'user').diagnostics).toEqual([])
    return
  }
  if ('error' in value) {
    const { code, message, hint } = z
      .object({ code: z.string(), message: z.string(), hint: z.string() })
      .parse(value.error)
    const told = jsonError(new CodexError(code as ErrorCode, message, { hint })) // a code of the table has its exit code
    expect(JSON.parse(told.text)).toEqual(value)
    return
  }
  expect(Object.keys(value)).toEqual(['oclif'])
})

const commandLines = pages.flatMap(({ path, text }) => {
  const fenced = fencedBlocks(text).filter(({ language }) => language === 'sh')
  const indented = [...text.replace(/^```.*?^```$/gms, '').matchAll(/^ {4}(codex .*)$/gm)].map(([, line = '']) => line)
  const lines = [...fenced.flatMap((block) => block.text.replaceAll('\\\n', ' ').split('\n')), ...indented]
  return lines
    .map((line) => line.replace(/\s+#.*$/, '').replace(/^.*\|\s*(?=codex )/, ''))
    .filter((line) => /^(?:npx )?codex\s/.test(line))
    .map((line) => ({ path, line: line.replace(/^npx /, '') }))
})

test.each(commandLines)('$path: "$line" names what exists', ({ path, line }) => {
  const [, ...argv] = splitArguments(line)
  expect(problemOfCommandLine(argv, path)).toBeUndefined()
})

test.each([
  ['codex nonsense here', 'is no command'],
  ['codex doctor --nonsense', 'has no flag'],
  ['codex /nonsense', 'no command or handler'],
  ['codex agent nonsense "task"', 'no agent'],
  ['codex --nonsense "a prompt"', 'unexpected argument'],
])('the check of command lines finds what is wrong with "%s"', (line, problem) => {
  expect(problemOfCommandLine(splitArguments(line).slice(1), 'docs/README.md')).toContain(problem)
})

test('every link between pages leads somewhere', () => {
  const all = globSync(['*.md', 'docs/**/*.md', 'plugins/*/*.md'], { exclude: ['docs/examples/**'] })
  const broken = all.flatMap((path) => {
    const prose = readFileSync(path, 'utf8').replace(/^```.*?^```$/gms, '')
    const links = [...prose.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#([^)\s]+))?\)/g)]
    return links.flatMap(([, target = '', anchor]) => {
      const file = join(dirname(path), target)
      if (!existsSync(file)) return [`${path}: ${target}`]
      return anchor && !anchorsOf(file).includes(anchor) ? [`${path}: ${target}#${anchor}`] : []
    })
  })
  expect(broken).toEqual([])
})

/** The anchors that a page's headings get. */
function anchorsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

/** Reads an example as the file that its keys say it is: workflow, agent, role, policy, profile, else configuration. */
async function problemsOfToml(text: string): Promise<readonly unknown[]> {
  const { value } = parseToml(text, 'example.toml')
  if ('playbook' in value && !('agent' in value)) return [] // a part of an agent file
  const hooks = z.object({ hooks: z.record(z.string(), z.unknown()) }).safeParse(value).data?.hooks
  if (hooks) {
    const place = { layer: 'user', file: '/docs/config.toml', path: ['hooks'], locate: () => undefined } as const
    return readHooksTable(hooks, place).diagnostics
  }
  if ('workflow' in value) {
    const kind = await openPluginKind(workflowKind)
    return kind.parse({ file: '/docs/example.toml', text }).flatMap(({ diagnostics = [] }) => diagnostics)
  }
  const kind =
    'agent' in value || ('name' in value && 'description' in value)
      ? agentKind
      : 'rules' in value
        ? policyKind
        : 'id' in value
          ? profileKind
          : undefined
  if (kind) return kind.parse({ file: '/docs/example.toml', text }).flatMap(({ diagnostics = [] }) => diagnostics)
  const directory = mkdtempSync(join(tmpdir(), 'codex-docs-'))
  try {
    writeFileSync(join(directory, 'config.toml'), text)
    const options = { codexHome: directory, cwd: directory, env: {}, overrides: [], flags: {}, strict: true }
    return (await loadConfig(options)).diagnostics
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** What a command line names that is not there; undefined where all is. */
function problemOfCommandLine(argv: readonly string[], page: string): string | undefined {
  if (argv[0] === '--version') return undefined
  const route = routeArguments(argv)
  if (route.to === 'apply_patch') return undefined
  if (route.to === 'oclif') return problemOfOclif(route.argv)
  try {
    const isCommandWord = (word: string) => word.startsWith('/')
    const { positionals } = parseThreadArguments(route.argv, { until: isCommandWord })
    const [word = ''] = positionals
    if (route.to === 'agent' && !knownIds('agents', page).includes(word)) return `there is no agent ${word}`
    const name = /^\/(\S+)$/.exec(word)?.[1]
    return name && !knownIds('commands', page).includes(name) ? `there is no command or handler ${name}` : undefined
  } catch (error) {
    return String(error)
  }
}

interface OclifManifest {
  readonly commands: Readonly<
    Record<string, { readonly flags: Readonly<Record<string, { readonly char?: string; readonly name: string }>> }>
  >
}

function problemOfOclif(argv: readonly string[]): string | undefined {
  const { commands }: OclifManifest = JSON.parse(readFileSync('oclif.manifest.json', 'utf8')) // generated by the build
  const words = argv.slice(
    0,
    [...argv, '-'].findIndex((word) => word.startsWith('-')),
  )
  const id = words.map((_, index) => words.slice(0, words.length - index).join(':')).find((each) => commands[each])
  const command = id === undefined ? undefined : commands[id]
  if (!command) return words.length === 0 ? undefined : `"${words.join(' ')}" is no command`
  const flags = Object.values(command.flags)
  const end = argv.indexOf('--')
  for (const word of end === -1 ? argv : argv.slice(0, end)) {
    const name = /^--?([a-z][\w-]*)/.exec(word)?.[1]
    if (name && name !== 'help' && !flags.some((flag) => flag.name === name || flag.char === name)) {
      return `codex ${id} has no flag ${word}`
    }
  }
  return undefined
}

/** Ids that a page may use: built in, in `docs/examples`, of a handler, or of an example on the page itself. */
function knownIds(kind: 'commands' | 'agents', page: string): readonly string[] {
  const files = globSync([`builtin-${kind}/*`, `plugins/*/${kind}/*`, `docs/examples/${kind}/*`]).map((file) =>
    basename(file).replace(/\.\w+$/, ''),
  )
  const own = fencedBlocks(readFileSync(page, 'utf8')).flatMap(({ language, text }) => {
    if (kind === 'commands') {
      const handler = language === 'ts' ? /metadata: \{\s*name: '([^']+)'/.exec(text)?.[1] : undefined
      return handler ?? (language === 'markdown' ? (/^name: (.*)$/m.exec(text)?.[1] ?? []) : [])
    }
    return language === 'toml' ? [...text.matchAll(/^id = "([^"]+)"$/gm)].map(([, id = '']) => id) : []
  })
  const handlers =
    kind === 'agents'
      ? []
      : globSync('plugins/*/package.json').flatMap((file): readonly string[] => {
          const { codex } = JSON.parse(readFileSync(file, 'utf8')) // our own manifests
          return (codex?.contributes?.handlers ?? []).map(({ id }: { id: string }) => id)
        })
  return [...files, ...own, ...handlers]
}
