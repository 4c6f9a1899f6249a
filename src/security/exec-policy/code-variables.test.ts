import { expect, test } from 'vitest'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

const rules = [
  ['make', 'release'],
  [['npm', 'cargo'], 'publish'],
  ['git', 'push'],
  ['terraform', 'destroy'],
  ['mvn', 'deploy'],
].map((pattern) => ({ pattern, decision: 'forbidden' as const, match: [], not_match: [] }))
const value = { id: 'p', description: '', rules, ruleLines: rules.map(() => 1) }
const policy = createExecPolicy([
  { kind: 'policy', id: 'p', value, origin: { layer: 'user', file: '/p.rules', trusted: true }, shadows: [] },
])

test.each([
  "MAKEFLAGS='--eval=.DEFAULT_GOAL=release' make",
  "GNUMAKEFLAGS='--eval=.DEFAULT_GOAL:=release' make",
  "MAKEFLAGS='--eval=x:release' make x",
  "MAKEFLAGS='k --eval=x:release' make x",
  "MAKEFLAGS='-- .DEFAULT_GOAL=release' make",
  "export MAKEFLAGS='--eval=x:release'; make x",
  "export 'MAKEFLAGS=--eval=x:release'; make x",
  "declare -x MAKEFLAGS='--eval=x:release'; make x",
  "MAKEFLAGS+=' --eval=x:release' make x",
  "env MAKEFLAGS='--eval=x:release' make x",
  "sudo MAKEFLAGS='--eval=x:release' make x",
  "make MAKEFLAGS='--eval=x:release' x",
  "make CC='make release' all",
  'MAKEFLAGS="$x" make',
  'env MAKEFLAGS="-k $x" make',
  "npm_config_call='npm publish --dry-run' npm exec",
  "NPM_CONFIG_CALL='npm publish --dry-run' npx",
  "Npm_Config_script_shell='npm publish' npm test",
  "env npm_config_script-shell='npm publish' npm test",
  "CARGO_ALIAS_ZZ='publish --dry-run' cargo zz",
  "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER='git push' cargo run",
  "RUSTC_WORKSPACE_WRAPPER='git push' cargo build",
  "TF_CLI_ARGS_apply='-destroy -auto-approve' terraform apply",
  'TF_CLI_ARGS=-destroy terraform apply',
  'TF_CLI_ARGS=destroy terraform',
  'MAVEN_ARGS=deploy mvn',
  "KUBE_EDITOR='make release' kubectl edit po x",
  'GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=alias.x GIT_CONFIG_VALUE_0=push git x',
  'GIT_CONFIG_PARAMETERS="\'alias.x=push\'" git x',
  "GIT_CONFIG_PARAMETERS=\"'a.b=c' 'alias.x'='push'\" git x",
])('what a variable carries is held: %s', async (script) => {
  expect((await checkScript(script, policy)).answer).toBe('forbidden')
})

test.each([
  'NODE_ENV=test npm test',
  'CI=1 npm run publish-notes',
  'MAKEFLAGS=-j4 make',
  'MAKEFLAGS="-j4 V=1" make -k test',
  'export MAKEFLAGS="-j$(nproc)"; make',
  'CARGO_TERM_COLOR=always cargo build',
  'RUSTFLAGS="-C target-cpu=native" cargo test',
  'TF_LOG=info terraform plan',
  'TF_CLI_ARGS=-no-color terraform plan',
  'TF_CLI_ARGS_plan="-parallelism=5" terraform plan',
  'MAVEN_ARGS="-B -ntp" mvn test',
  'CC=clang CXX=clang++ make',
  'env CC="$CC" make',
  'export PAGER="$(which less)"; git log',
  'npm_config_yes=true npm_config_registry=https://r.example npm ci',
  'NODE_OPTIONS=--max-old-space-size=4096 npm test',
  'GOFLAGS=-mod=vendor go test',
  'PYTEST_ADDOPTS="-q -x" pytest',
  'GIT_PAGER=cat git log',
])('a variable of ordinary work is not held: %s', async (script) => {
  expect((await checkScript(script, policy)).answer).not.toBe('forbidden')
})
