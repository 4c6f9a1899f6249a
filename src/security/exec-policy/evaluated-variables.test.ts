// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a shell
import { expect, test } from 'vitest'
import type { Definition, PolicyDefinition, PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

const words =
  'ls cat echo wc : printf read export declare unset let test [ set env mapfile readarray compgen for'.split(' ')
const rules: readonly PolicyRule[] = [
  ...words.map((word) => ({ pattern: [word], decision: 'allow' as const, match: [], not_match: [] })),
  { pattern: ['rm'], decision: 'forbidden', match: [], not_match: [] },
]
const policy: Definition<PolicyDefinition> = {
  kind: 'policy',
  id: 'mine',
  value: { id: 'mine', description: '', rules: [...rules], ruleLines: [] },
  origin: { layer: 'user', file: '/mine.rules', trusted: true },
  shadows: [],
}
const only = createExecPolicy([policy], { unruled: 'forbidden' })
const usual = createExecPolicy([policy])

/** Each runs `rm` in bash 5.2, though no command of that name stands in it. */
const code: readonly string[] = [
  "x='a[$(rm f)]'; echo $((x))",
  "x='a[$(rm f)]'; (( x )); ls",
  "x='a[$(rm f)]'; for ((;x;)); do ls; done",
  "x='a[$(rm f)]'; [[ x -eq 1 ]]; ls",
  "x='a[$(rm f)]'; [[ -v $x ]]; ls",
  "[[ -v 'a[$(rm f)]' ]]; ls",
  "[[ ( 1 -lt 'a[$(rm f)]' ) ]]; ls",
  'x=\'a[$(rm f)]\'; test -v "$x"',
  'x=\'a[$(rm f)]\'; printf -v "$x" 1',
  'x=\'a[$(rm f)]\'; read "$x" <<< 1',
  "printf -v 'a[$(rm f)]' 1",
  "x='a[$(rm f)]'; let y=x",
  "x='a[$(rm f)]'; declare -i y; y=$x; ls",
  "x='a[$(rm f)]'; declare -n r; r=$x; echo $r",
  "x='a[$(rm f)]'; b[x]=1; ls",
  "x='a[$(rm f)]'; y=(1); echo ${y[x]}",
  "x='a[$(rm f)]'; y=abc; echo ${y:0:x}",
  "x='a[$(rm f)]'; echo ${!x}",
  "x='$(rm f)'; echo ${x@P}",
  "x='$(rm f)'; cat <<E\n${x@P}\nE",
  "x='a[$(rm f)]' env bash -c 'echo $((x))'",
  "env x='a[$(rm f)]' bash -c 'echo $((x))'",
  "bash -c 'echo $(($1))' - 'a[$(rm f)]'",
  "set -- 'a[$(rm f)]'; echo $(($1))",
  "read -r x <<< 'a[$(rm f)]'; echo $((x))",
  "read -r x <<'E'\na[$(rm f)]\nE\necho $((x))",
  "for x in 'a[$(rm f)]'; do echo $((x)); done",
  ": ${x:='a[$(rm f)]'}; echo $((x))",
  "x=$'a[\\x24(rm f)]'; echo $((x))",
  'x=a[\\$\\(rm\\ f\\)]; echo $((x))',
  "y='(rm f)]'; x='a[$'$y; echo $((x))",
  "mapfile -C 'rm f #' -c 1 y < a",
  "readarray -C'rm f #' -c1 y < a",
  "compgen -C 'rm f' x",
  "compgen -W '$(rm f)' x",
]

test.each(code)('a text that the shell evaluates may be any command: %j', async (script) => {
  expect(await checkScript(script, only)).toMatchObject({ answer: 'forbidden' })
  expect(await checkScript(script, usual)).toMatchObject({ answer: 'forbidden', rule: expect.stringContaining('rm') })
})

test.each([
  ['x=$(cat numbers); echo $((x))', 'the shell evaluates the text of x'],
  ['echo $(( $(wc -l < a) + 1 ))', 'the shell evaluates a text that is not known'],
  ['unset PATH; ls', 'it sets PATH'],
  ['for PATH in ./bin; do ls; done', 'it sets PATH'],
  ['read PATH <<< ./bin; ls', 'it sets PATH'],
  ['printf -v PATH %s ./bin; ls', 'it sets PATH'],
  ['mapfile -t PATH <<< ./bin; ls', 'it sets PATH'],
  ['declare -n p=PATH; p=./bin; ls', 'the shell evaluates the text of p'],
  ['x=PATH; read $x <<< ./bin; ls', 'the shell evaluates the text of x'],
  ['read $x <<< ./bin; ls', 'it sets a variable that is not known'],
  ['unset -v a; : ${PATH:=./bin}; ls', 'it sets PATH'],
  ['(( PATH = 1 )); ls', 'it sets PATH'],
  ['PATH[0]=./bin; ls', 'it sets PATH'],
])('%j is no more than its words say only in a sandbox: %s', async (script, why) => {
  expect(await checkScript(script, usual)).toMatchObject({ answer: 'unverified', rule: why })
  expect(await checkScript(script, only)).toMatchObject({ answer: 'forbidden' })
})

test.each([
  'i=0; ls $((i + 1)); echo $((i++)) ${#i}',
  'for ((i = 0; i < 3; i++)); do echo $i; done',
  'for i in 1 2 3 {4..9}; do echo $((i * 2)); done',
  'x=text; echo "${x:0:2}" "${x/t/T}" "${x@Q}"; [[ $x == t* && -v x ]] && echo ok',
  'a=(1 2); echo "${a[0]}" "${a[@]}" "${#a[@]}"',
  'read -r line < a; echo "$line"',
  "echo 'costs $(five)' | cat",
  'n=5; [[ $n -gt 0x1f ]] || echo $((16#ff))',
])('what is only a number or a text is no code: %j', async (script) => {
  expect(await checkScript(script, only)).toMatchObject({ answer: 'match' })
})
