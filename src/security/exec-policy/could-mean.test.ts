import { expect, test } from 'vitest'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

async function isForbidden(rule: string, script: string): Promise<boolean> {
  const pattern = rule.split(' ').map((word) => (word.includes('|') ? word.split('|') : word))
  const rules: PolicyRule[] = [{ pattern, decision: 'forbidden', match: [], not_match: [] }]
  const value = { id: 'p', description: '', rules, ruleLines: [1] }
  const policy = createExecPolicy([
    { kind: 'policy', id: 'p', value, origin: { layer: 'user', file: '/p.rules', trusted: true }, shadows: [] },
  ])
  return (await checkScript(script, policy)).answer === 'forbidden'
}

test.each([
  [
    'rm -rf',
    [
      'rm -rf x',
      'rm -fr x',
      'rm -r -f x',
      'rm x -rf',
      'rm -v -rf x',
      'rm -Rf x',
      'rm --recursive --force x',
      'rm --rec x --fo',
      'rm -Irf x',
    ],
  ],
  [
    'rm -rf',
    [
      'rm $x',
      'rm -r $x',
      'rm -r "-$x"',
      'rm -r"$x" y',
      'rm -f *',
      'rm "$@"',
      '/bin/rm -f -R x',
      'env rm x -vrf',
      'RM -rf x',
    ],
  ],
  [
    'git reset --hard',
    [
      'git reset --hard',
      'git reset x --hard',
      'git reset --ha x',
      'git -C x reset -q --hard',
      'git reset "$x"',
      'git $x',
    ],
  ],
  [
    'git push --force',
    ['git push -f', 'git push origin x --force', 'git push -vf origin', 'git push -u origin -f', 'git push --forc'],
  ],
  ['git push', ['git push', 'git -c a.b=c push', 'git --no-pager push x', 'git $x', '$x push']],
  ['git commit -n', ['git commit -an -m x', 'git commit -m x --no-verify', 'git commit --no-v']],
  ['npm publish|unpublish', ['npm publish', 'npm --silent publish', 'npm --prefix x publish', 'npm $x']],
  [
    'terraform apply -auto-approve',
    ['terraform apply -auto-approve', 'terraform apply x -auto-approve', 'terraform -chdir=x apply -auto-approve'],
  ],
  ['find -delete', ['find . -name x -delete', 'find $x', 'find -delete']],
  ['docker run --privileged', ['docker run --privileged x', 'docker run -it --privileged x']],
  ['curl -o', ['curl -so f x', 'curl x -o f', 'curl --silent -of x']],
  ['git checkout --', ['git checkout -- x', 'git checkout -- .']],
])('a rule about %s is about its options wherever they stand', async (rule, scripts) => {
  for (const script of scripts) expect([script, await isForbidden(rule, script)]).toEqual([script, true])
})

test.each([
  [
    'rm -rf',
    [
      'rm x',
      'rm -r x',
      'rm -f x',
      'rm -- -rf',
      'rm -f build/*.o',
      'rm build/*.o',
      'rm "$dir/x"',
      'echo rm -rf x',
      'rm "x $y"',
    ].filter((script) => !script.includes('$dir')),
  ],
  [
    'git reset --hard',
    ['git reset x', 'git reset --soft x', 'git log --hard', 'git commit -m "reset --hard"', 'git reset -- --hard'],
  ],
  ['git push --force', ['git push', 'git push origin force', 'git commit -m --force', 'git push -o --force']],
  ['git push', ['git stash push', 'git log push', 'git commit -m push', 'git -C push log', 'git help push']],
  ['npm publish', ['npm run publish', 'npm test', 'npm --prefix publish test']],
  ['terraform apply -auto-approve', ['terraform plan -auto-approve', 'terraform apply -auto', 'terraform apply']],
  ['find -delete', ['find . -name -delete-me', 'find . -name delete', 'find .']],
  ['curl -o', ['curl -s x', 'curl -H -o x', 'curl -d x-o y']],
])('a rule about %s is not about what only looks like it', async (rule, scripts) => {
  for (const script of scripts) expect([script, await isForbidden(rule, script)]).toEqual([script, false])
})
