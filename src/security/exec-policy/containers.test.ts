import { expect, test } from 'vitest'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

function policyOf(decision: 'prompt' | 'forbidden', layer: 'user' | 'builtin') {
  const pattern = decision === 'prompt' ? ['rm', '-rf'] : ['make', 'release']
  const rules: PolicyRule[] = [{ pattern, decision, match: [], not_match: [] }]
  const value = { id: 'p', description: '', rules, ruleLines: [1] }
  return createExecPolicy([
    { kind: 'policy', id: 'p', value, origin: { layer, file: '/p.toml', trusted: true }, shadows: [] },
  ])
}

const builtin = policyOf('prompt', 'builtin')
const own = policyOf('forbidden', 'user')

const answerOf = async (script: string, policy: typeof own) => (await checkScript(script, policy)).answer

test.each([
  'docker build -t "$IMG" .',
  'docker build -t $IMG .',
  'docker run --rm -v "$PWD":/w node npm test',
  'docker run --rm -v "$(pwd):/w" -w /w -e "A=$A" node:20 npm test',
  'docker compose -f "$F" exec -e A="$A" db psql',
  'docker-compose run --rm -u "$U" web npm test',
  'docker push "$IMG"',
  'docker container logs "$C"',
  'kubectl get pods -n $NS',
  'kubectl get $X',
  'kubectl -n "$NS" get pods',
  'kubectl -n "$NS" exec pod -c "$C" -- ls',
  'kubectl delete pod "$P"',
])('no value of %s can be a program', async (script) => {
  expect(await answerOf(script, own)).toBe('unverified')
  expect(await answerOf(script, builtin)).toBe('unverified')
})

test.each([
  'docker run node "$CMD"',
  'docker run $IMG npm test',
  'docker run "$IMG" npm test',
  'docker run --entrypoint "$E" node release',
  'docker run --new "$X" node npm test',
  'docker $OPTS run node npm test',
  'docker "$SUB" x',
  'docker plugin-of-mine "$X"',
  'docker compose exec db "$CMD"',
  'docker exec -it web sh',
  'docker exec db psql -c "open quote\'"',
  'kubectl --namespace $NS get pods',
  'kubectl exec pod -- "$CMD"',
  'podman-remote run i "$CMD"',
])(
  'what %s runs in its container could be what a person forbids, and is no question of the built-in policy',
  async (script) => {
    expect(await answerOf(script, own)).toBe('forbidden')
    expect(await answerOf(script, builtin)).toBe('unverified')
  },
)

test.each([
  'docker run node rm -rf /w',
  'docker run node rm $X',
  'docker compose exec db sh -c "rm -rf $X"',
  'kubectl exec pod -- rm -rf /w',
  'ssh host "$CMD"',
  'ssh host docker run node "$CMD"',
  'tmux new "$CMD"',
  'docker run node x; $CMD',
  'docker build "$($CMD)"',
])('%s is asked about', async (script) => {
  expect(await answerOf(script, builtin)).toBe('prompt')
})

test('what a person asks about in a container that is not known is asked about', async () => {
  expect(await answerOf('docker run node "$CMD"', policyOf('prompt', 'user'))).toBe('prompt')
})
