import { expect, test } from 'vitest'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

interface Routing {
  readonly activated: string | null
  readonly candidates: readonly {
    readonly agent: string
    readonly score: number
    readonly reasons: readonly string[]
  }[]
}

const agent = (id: string, activation: string) =>
  `[agent]\nid = "${id}"\nname = "The ${id}"\ndescription = "x"\n[activation]\n${activation}\n[prompt]\nsystem = "s"\n`

const sqlReviewer = agent(
  'sql-reviewer',
  'keywords = ["migration", "sql"]\nintents = [{ acts = ["judge", "check"], about = ["keywords"], score = 0.97 }]',
)

async function route({ run }: ScriptedSession, prompt: string): Promise<Routing> {
  const { exitCode, stdout } = await run(['agents', 'route', prompt, '--json'])
  expect(exitCode).toBe(0)
  return JSON.parse(stdout)
}

test.each([
  ['review my changes', 'code-reviewer'],
  ['このエンドポイントに脆弱性がないか調べて', 'security-analyst'],
  ['zerlege die riesige Datei in kleinere Module', 'refactoring-expert'],
  ['escribe pruebas unitarias para el carrito', 'test-engineer'],
  ['почему страница так медленно грузится?', 'performance-optimizer'],
  ["don't review security, just refactor the login handler", 'refactoring-expert'],
  ['add a review page to the shop', null],
  ['commit this', null],
])('"%s" activates %s', async (prompt, expected) => {
  const { activated, candidates } = await route(await scriptedSession([]), prompt)
  expect(activated).toBe(expected)
  for (const { score, reasons } of candidates) {
    expect(score).toBeGreaterThan(0)
    expect(score).toBeLessThanOrEqual(1)
    expect(reasons.length).toBeGreaterThan(0)
  }
})

test("a user's agent that says what it takes comes before a built-in one, and leaves it the rest", async () => {
  const session = await scriptedSession([], { home: { 'agents/sql-reviewer.toml': sqlReviewer } })
  const sql = await route(session, 'review the SQL migration')
  expect(sql.activated).toBe('sql-reviewer')
  expect(sql.candidates.map((each) => each.agent)).toContain('code-reviewer')
  expect((await route(session, 'review the parser')).activated).toBe('code-reviewer')
})

test('agents that fit about equally well are suggested, and the default one runs', async () => {
  const words = 'keywords = ["walrus", "tusk"]'
  const home = { 'agents/first.toml': agent('first', words), 'agents/second.toml': agent('second', words) }
  const session = await scriptedSession([{ text: 'Done.' }], { home })
  const prompt = 'how long is the tusk of a walrus'
  const { activated, candidates } = await route(session, prompt)
  expect({ activated, agents: candidates.map((each) => each.agent) }).toEqual({
    activated: null,
    agents: ['first', 'second'],
  })

  const { events } = await session.run([prompt, '--json'])
  const items = events.map((event) => event.item as { readonly type?: string } | undefined) // an item event has one
  expect(items.filter((item) => item?.type === 'activation')).toMatchObject([
    {
      agent: 'default',
      reasons: ['more than one agent fits, about equally well'],
      suggestions: [{ agent: 'first' }, { agent: 'second' }],
    },
  ])
})

test('a changed file and the language of the repository speak for an agent beside its words', async () => {
  const rust = agent('ruster', 'keywords = ["borrow"]\nfile_patterns = ["**/*.rs"]\nlanguages = ["rust"]')
  const files = { 'Cargo.toml': '[package]\nname = "a"\n', 'src/main.rs': 'fn main() {}\n' }
  const session = await scriptedSession([], { files, home: { 'agents/ruster.toml': rust } })
  const reasonsOf = async () => (await route(session, 'where does it borrow')).candidates[0]?.reasons
  expect(await reasonsOf()).toEqual(['keyword "borrow"', 'the repository holds rust'])
  await session.workspace.write({ 'src/main.rs': 'fn main() { }\n' })
  expect(await reasonsOf()).toEqual(['keyword "borrow"', 'src/main.rs has changed', 'the repository holds rust'])
})

test('a negative keyword speaks against, and says so', async () => {
  const home = { 'agents/bird.toml': agent('bird', 'keywords = ["heron", "egret"]\nnegative_keywords = ["toy"]') }
  const session = await scriptedSession([], { home })
  expect((await route(session, 'heron and egret')).activated).toBe('bird')
  const against = await route(session, 'a toy heron and a toy egret')
  expect(against.activated).toBeNull()
  expect(against.candidates[0]?.reasons).toContain('"toy" speaks against it')
})

test('an agent of a repository that is not trusted is neither activated nor scored', async () => {
  const session = await scriptedSession([], { files: { '.codex/agents/sql-reviewer.toml': sqlReviewer } })
  const { candidates } = await route(session, 'review the SQL migration')
  expect(candidates.map((each) => each.agent)).not.toContain('sql-reviewer')
})

test('without --json the answer comes first, then who scored and why', async () => {
  const session = await scriptedSession([])
  const { stdout } = await session.run(['agents', 'route', 'write unit tests for the cart'])
  expect(stdout).toMatch(/^test-engineer would take it\.\n0\.\d\d {2}test-engineer {2}asks about tests: "tests"/)
  expect((await session.run(['agents', 'route', 'thanks'])).stdout).toBe(
    'No agent activates; the default one would take it.\n',
  )
})
