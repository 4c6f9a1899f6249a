import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { patternProblems } from '../plugin-api/rule-text.ts'
import { alwaysRulesFile, appendRule } from './append-rule.ts'
import { parseRules } from './parse-rules.ts'

const allow = (...pattern: string[]) => ({ pattern, decision: 'allow' as const })

async function workspace() {
  const made = await makeWorkspace()
  onTestFinished(() => made.remove())
  return made
}

async function home(text?: string) {
  const { path } = await workspace()
  const file = alwaysRulesFile(path)
  if (text !== undefined) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return { path, file, read: () => readFile(file, 'utf8') }
}

test('a rule stands behind what the file says already, once, in a file of its owner alone', async () => {
  const { path, file, read } = await home()
  expect(await appendRule(path, allow('git', 'push'))).toBe(file)
  await appendRule(path, { ...allow('npm', 'publish'), justification: 'said "yes"' })
  await appendRule(path, allow('git', 'push'))
  expect(await read()).toBe(`prefix_rule(pattern=["git", "push"], decision="allow")
prefix_rule(pattern=["npm", "publish"], decision="allow", justification="said \\"yes\\"")
`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(dirname(file))).toEqual(['default.rules'])
})

test('a rule about a host stands among those about commands, and is read back as it was', async () => {
  const { path, read } = await home('network_rule(host="a.test", protocol="http", decision="deny")\n')
  const rule = { host: 'registry.test', protocol: 'https', decision: 'allow' } as const
  await appendRule(path, rule)
  await appendRule(path, allow('git', 'push'))
  await appendRule(path, rule)
  await appendRule(path, { host: '::1', protocol: 'socks5_tcp', decision: 'allow' })
  expect(await read()).toBe(`network_rule(host="a.test", protocol="http", decision="deny")
network_rule(host="registry.test", protocol="https", decision="allow")
prefix_rule(pattern=["git", "push"], decision="allow")
network_rule(host="::1", protocol="socks5_tcp", decision="allow")
`)
  await expect(appendRule(path, { ...rule, host: 'a.test:80' })).rejects.toThrow('cannot say this rule')
  await expect(appendRule(path, { ...rule, host: 'A"\nprefix_rule(["rm"])' })).rejects.toThrow()
  expect(await read()).not.toContain('rm')
})

test('a comment, a last line without its end, and a link stay as they are', async () => {
  const { path, file, read } = await home()
  await mkdir(dirname(file), { recursive: true })
  await writeFile(join(path, 'mine'), '# mine\nprefix_rule(["ls"])')
  await symlink(join(path, 'mine'), file)
  await appendRule(path, allow('pwd'))
  expect(await read()).toBe('# mine\nprefix_rule(["ls"])\nprefix_rule(pattern=["pwd"], decision="allow")\n')
  expect((await stat(join(path, 'mine'))).isFile()).toBe(true)
})

test('a file that does not load is not added to, and its place is named', async () => {
  const { path, read } = await home('prefix_rule(["ls"])\nprefix_rule(["rm"], "maybe")\n')
  await expect(appendRule(path, allow('git', 'push'))).rejects.toMatchObject({
    code: 'definition.invalid',
    location: { line: 2 },
  })
  expect(await read()).not.toContain('git')
})

test('an open string at the end of the file does not swallow the rule', async () => {
  const { path, read } = await home('prefix_rule(["ls"])\n"""')
  await expect(appendRule(path, allow('git'))).rejects.toMatchObject({ code: 'definition.invalid' })
  expect(await read()).toBe('prefix_rule(["ls"])\n"""')
})

test('a word that no file can hold is refused', async () => {
  const { path } = await home()
  await expect(appendRule(path, allow('echo', '\ud800'))).rejects.toMatchObject({ code: 'definition.invalid' })
  await expect(readdir(join(path, 'rules'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a rule that would match nothing is refused: the file with it would stop every thread', async () => {
  const { path } = await home()
  await expect(appendRule(path, allow('my program'))).rejects.toMatchObject({ code: 'definition.invalid' })
  await expect(readdir(join(path, 'rules'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('whatever the words are, the file says them and nothing else', async () => {
  const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), async (pattern) => {
      fc.pre(patternProblems(pattern).length === 0)
      const { path, file, read } = await home('prefix_rule(["ls"], "forbidden")\n')
      await appendRule(path, { pattern, decision: 'allow' })
      const { rules, diagnostics } = parseRules(await read(), file)
      expect(diagnostics).toEqual([])
      expect(rules.map((rule) => [rule.pattern, rule.decision])).toEqual([
        [['ls'], 'forbidden'],
        [pattern, 'allow'],
      ])
    }),
    { numRuns: 60 },
  )
})

test('what several processes append at the same time is all there', async () => {
  const { path, file, read } = await home()
  const script = `
    import { appendRule } from ${JSON.stringify(new URL('append-rule.ts', import.meta.url).href)}
    const [home, name] = process.argv.slice(1)
    for (let n = 0; n < 10; n += 1) await appendRule(home, { pattern: [name, String(n)], decision: 'allow' })`
  const ended = ['a', 'b', 'c'].map(async (name) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script, path, name], { stdio: 'inherit' })
    return (await once(child, 'exit'))[0]
  })
  expect(await Promise.all(ended)).toEqual([0, 0, 0])
  const { rules, diagnostics } = parseRules(await read(), file)
  expect(diagnostics).toEqual([])
  expect(new Set(rules.map(({ pattern }) => pattern.join(' '))).size).toBe(30)
})
