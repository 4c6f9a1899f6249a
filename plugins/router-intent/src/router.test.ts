import { agentSchema, type RouterContext } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { router } from './router.ts'

const agent = (id: string, keywords: readonly string[], filePatterns: readonly string[] = []) =>
  agentSchema.parse({
    agent: { id, name: id.replace('-', ' '), description: 'd', aliases: id === 'security-analyst' ? ['sec'] : [] },
    activation: { keywords, file_patterns: filePatterns },
  })
const agents = [
  agent('security-analyst', ['security', 'vulnerability', 'security review', 'auth']),
  agent('code-reviewer', ['review', 'code quality']),
  agent('rust-expert', ['rust', 'borrow', 'c++'], ['**/*.rs']),
]
const nothing: RouterContext = { paths: [], changedFiles: [] }
const best = async (prompt: string, context = nothing) => (await router.score(prompt, context, agents))[0]

test('two words that speak for an agent carry it over the default threshold, and it says which', async () => {
  const candidate = await best('perform a security review of the auth module')
  expect(candidate?.agent).toBe('security-analyst')
  expect(candidate?.score).toBeGreaterThan(0.6)
  expect(candidate?.reasons).toContain('keyword "auth"')
})

test('one word alone stays below it', async () => {
  expect((await best('please review this'))?.score).toBeLessThan(0.6)
})

test('a keyword inside another word does not count', async () => {
  expect((await best('talk about trusty insecurity'))?.score).toBe(0)
})

test('a plural counts, an alias counts, and so does a sign in a keyword', async () => {
  expect((await best('list vulnerabilitys'))?.reasons).toEqual(['keyword "vulnerability"'])
  expect((await best('ask sec about it'))?.agent).toBe('security-analyst')
  expect((await best('port it to C++'))?.reasons).toEqual(['keyword "c++"'])
})

test('a named file speaks for the agent of its kind; a changed file alone does not', async () => {
  expect((await best('look here', { paths: ['src/main.rs'], changedFiles: [] }))?.agent).toBe('rust-expert')
  expect((await best('look here', { paths: [], changedFiles: ['src/main.rs'] }))?.score).toBe(0)
})
