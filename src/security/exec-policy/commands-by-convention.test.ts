import { expect, test } from 'vitest'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

const forbids = (...pattern: string[]) => ({ pattern, decision: 'forbidden' as const, match: [], not_match: [] })
const rules = [forbids('hit'), forbids('make'), forbids('git', 'push')]
const value = { id: 'p', description: '', rules, ruleLines: [1, 2, 3] }
const origin = { layer: 'user', file: '/p.toml', trusted: true } as const
const policy = createExecPolicy([{ kind: 'policy', id: 'p', value, origin, shadows: [] }])

/** Each runs `hit`, and says so in its text. */
const runsHit: readonly string[] = [
  // What debuggers, compilers and clients of databases hand to a shell, in their words or on standard input
  ...[
    "gdb -batch -ex 'shell hit x'",
    "gdb -ex '!hit x' prog",
    "gdb -ex 'pipe p 1 | hit x'",
    "gdb -batch -eval-command='shell hit x'",
    "gdb -batch --eval-command='shell hit x'",
    "gdb --eval-command 'shell hit x'",
    "gdb -ev='she hit x'",
    "gdb -ex='!hit x'",
    "gdb -iex='shell hit x'",
    "gdb -init-eval-command='shell hit x'",
    "gdb --early-init-eval-command='shell hit x'",
    "gdb -ex 'with print pretty on -- shell hit x'",
    "gdb -ex='w print pretty on -- !hit x'",
    "gdb -ex 'pipe -d @@ p 1 @@ hit x'",
    "gdb -ex '| p 1 | hit x'",
    'gdb -ex \'eval "shell hit x"\'',
    'gdb -ex \'python gdb.execute("shell hit x")\'',
    "gdb <<< 'shell hit x'",
    "lldb -O '!hit x'",
    "lldb --one-line='platform shell hit x'",
    "lldb -k 'platform shell hit x'",
    'gdb -ex run --args hit x',
    "lldb -o 'platform shell hit x'",
    'gcc x.c -wrapper hit,x',
    'x86_64-linux-gnu-g++-13 -wrapper env,hit,x x.c',
    "sqlite3 :memory: '.shell hit x'",
    "sqlite3 -cmd '.sys hit x' f",
    "sqlite3 f '.once |hit x'",
    "echo '.system hit x' | sqlite3",
    "psql -c '\\! hit x'",
    "mysql -e 'system hit x'",
    "ed <<< '!hit x'",
    "ex f <<< 'r !hit x'",
    "less '+!hit x' f",
    "expect -c 'spawn hit x'",
    "gh alias set a '!hit x'",
  ],
  // Environments, with options that nobody listed before the subcommand
  ...[
    'poetry -C d run hit',
    'poetry -C run run hit',
    'uv --directory d run hit',
    'conda run -n e hit',
    'dotenv -e .env -- hit',
    'dotenvx run -f .env -- hit',
    'direnv exec . hit',
    'aws-vault exec -d 1h p -- hit',
    "sops exec-env f 'hit x'",
    'mise x node@20 python@3 -- hit',
    'ip netns exec n hit',
    'cmake -E env A=1 -- hit',
    'ssh-agent -s hit',
  ],
  // By the forms that most programs share, of one that nobody described
  ...[
    'thing -- hit x',
    'thing exec -n p hit x',
    'thing run hit x',
    "thing --command='hit x'",
    "thing -c 'a; hit x'",
    "thing --exec 'hit x'",
  ],
  // The strings in calls of other languages
  ...[
    `python3 -c 'import os; os.system("hit x")'`,
    `python3 -c 'subprocess.run(["hit", "x"])'`,
    `node -e 'require("child_process").execSync("hit x")'`,
    "ruby -e 'puts `hit x`'",
    `emacs --batch --eval '(call-process "hit" nil nil nil "x")'`,
    `osascript -e 'do shell script "hit x"'`,
    "perl <<'E'\nsystem('hit', 'x');\nE",
  ],
]

test.each(runsHit)('a forbid rule reaches what this runs: %s', async (script) => {
  expect((await checkScript(script, policy)).answer).toBe('forbidden')
  expect((await checkScript(script.replaceAll('hit', 'other'), policy)).answer).toBe('unverified')
})

test.each([
  'npm install make',
  'thing make',
  'thing run --all',
  'thing -c "key=\'a"',
  'thing -- $x',
  'thing --command="$x"',
  'cargo run -- make',
  'gh pr create --title "Stop! make it" --body "run; make"',
  `python3 -c "print('make')"`,
  `node -e 'db.exec("SELECT * FROM (x")'`,
  `node -e 'const m = /(a/.exec("(b")'`,
  'psql -c "select count(*) from make"',
  'sqlite3 x.db .schema "select 1"',
  'gcc -O2 -o make x.c',
  'gdb -batch -ex bt prog core',
  "gdb -batch -ex='info source' prog",
])('what only has such a word in it is not taken for the command: %s', async (script) => {
  expect((await checkScript(script, policy)).answer).toBe('unverified')
})

test.each(["gdb -ex 'make release'", 'gdb -ex make', 'gdb -eval-command=make'])(
  'what gdb has make do is a command of make: %s',
  async (script) => {
    expect(await checkScript(script, policy)).toMatchObject({ answer: 'forbidden', rule: 'forbidden make' })
  },
)
