import { expect, test } from 'vitest'
import type { Dimension } from '../../plugin-api/index.ts'
import { dimensionOf } from '../permissions/dimension-of.ts'
import { everything } from '../permissions/intersect.ts'
import { networkReach } from './network-reach.ts'

const reach = (network: Dimension, sandbox: 'required' | 'none') => networkReach(sandbox, { ...everything, network })

test('only a network that nothing narrows, where no sandbox is asked for, is the machine’s', () => {
  expect(reach(everything.network, 'none')).toBe('host')
  expect(reach(everything.network, 'required')).toBe('hosts')
  expect(reach(dimensionOf({ allow: ['* example.com'] }), 'none')).toBe('hosts')
})

test('hosts that may be asked for are decided about one by one, and where there are none nothing is reached', () => {
  expect(reach(dimensionOf({ allow: [], ask: ['* *'] }), 'required')).toBe('hosts')
  expect(reach(dimensionOf({ allow: [] }), 'required')).toBe('none')
  expect(reach(dimensionOf({ allow: [] }), 'none')).toBe('none')
})
