import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shownCommand } from '../output/command-text.ts'
import { shellJoin } from '../tools/commands/shell-join.ts'

test('a script is shown as it was typed, however it was quoted for the shell', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$', '`', '!', '\n', 'é'), minLength: 1 }),
      (script) => {
        expect(shownCommand(shellJoin(['/bin/bash', '-lc', script]))).toBe(script)
      },
    ),
  )
})
