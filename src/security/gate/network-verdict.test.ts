import { expect, test } from 'vitest'
import { openAskingGate } from '../../../test/support/asking-gate.ts'
import type { Action, Dimension, Grant } from '../../plugin-api/index.ts'
import { keepGrants } from '../approvals/grants.ts'
import { clauseOf } from '../permissions/dimension-of.ts'

const { signal } = new AbortController()
const to = (host: string): Action => ({ kind: 'network', method: 'GET', host, port: 443, protocol: 'https' })

/** What is answered to a request, and how often a person was asked. */
async function answerTo(host: string, network: Dimension, given: { granted?: readonly Grant[]; rules?: string } = {}) {
  const { rules, granted } = given
  await using bench = await openAskingGate({
    permissions: () => ({ network }),
    ...(granted && { session: keepGrants(new Map(), granted) }),
    ...(rules !== undefined && { rules }),
  })
  const { outcome, layer, reason } = await bench.gate.authorize(to(host), signal)
  return { outcome, layer, reason, asked: bench.asked.length }
}

const asksAboutAll = clauseOf({ allow: [], ask: ['* *'] })

test.each(['10.0.0.1', '127.0.0.1', '169.254.169.254', '[fd00::1]', 'localhost'])(
  'where every host is asked about, %s is denied and nobody is asked',
  async (host) => {
    expect(await answerTo(host, asksAboutAll)).toEqual({
      ...{ outcome: 'deny', layer: 'floor', asked: 0 },
      reason: `${host} is no address of the public internet, which is all that * means`,
    })
    expect(await answerTo('example.com', asksAboutAll)).toMatchObject({ outcome: 'allow', asked: 1 })
  },
)

test('such an address is asked about where a profile names it besides, and reached where a person granted it', async () => {
  const named = clauseOf({ allow: [], ask: ['* *', '* 10.0.0.1'] })
  expect(await answerTo('10.0.0.1', named)).toMatchObject({ outcome: 'allow', asked: 1 })
  expect(await answerTo('10.0.0.2', named)).toMatchObject({ outcome: 'deny', asked: 0 })
  const action = { kind: 'permission', of: 'network', subject: '10.0.0.1:443', purpose: 'to try' } as const
  const granted = [{ type: 'action', action } as const]
  expect(await answerTo('10.0.0.1', asksAboutAll, { granted })).toMatchObject({ outcome: 'allow', asked: 0 })
})

test('a layer that names such an address opens it no more than another layer does that says *', async () => {
  const all = clauseOf({ allow: ['* *'] })
  const one = clauseOf({ allow: ['* 169.254.169.254'] })
  const both = { allow: [...all.allow, ...one.allow], askable: [...all.askable, ...one.askable] }
  expect(await answerTo('169.254.169.254', both)).toMatchObject({ outcome: 'deny', layer: 'floor' })
  expect(await answerTo('169.254.169.254', one)).toMatchObject({ outcome: 'allow' })
})
