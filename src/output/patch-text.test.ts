import { expect, test } from 'vitest'
import { argumentsText } from './arguments-text.ts'
import { colours } from './colours.ts'
import { openPatches } from './open-patches.ts'
import { patchedFiles, patchText } from './patch-text.ts'

const patch = `*** Begin Patch
*** Add File: new.txt
+one
+two
*** Update File: src/a.ts
*** Move to: src/b.ts
@@ function x
 same
-old
+new
*** Delete File: gone.txt
*** End Patch`
const style = { paint: colours(false), isFolded: true, rest: 'codex threads show 0199' }

test('each file of a patch has a line that says what it gets and loses', () => {
  expect(patchText(patchedFiles(patch), style)).toBe(`added new.txt (+2)
  +one
  +two
moved src/a.ts to src/b.ts (+1 -1)
  @@ function x
   same
  -old
  +new
deleted gone.txt`)
})

test('a long patch is folded, and says what shows all of it', () => {
  const long = `*** Begin Patch\n*** Add File: a\n${'+x\n'.repeat(100)}*** Add File: b\n+y\n*** End Patch`
  const lines = patchText(patchedFiles(long), style).split('\n')
  expect(lines.slice(-3)).toEqual([
    '  … 60 more lines: codex threads show 0199',
    'added b (+1)',
    '  … 1 more line: codex threads show 0199',
  ])
  expect(patchText(patchedFiles(long), { ...style, isFolded: false })).not.toContain('…')
})

test('what is no patch has no files', () => {
  expect(patchedFiles('*** Add File: a\n+x')).toEqual([])
  expect(patchedFiles('*** Begin Patch\n+x\n*** End Patch')).toEqual([])
})

test('a change of files is shown with the patch of the call that made it', () => {
  const patches = openPatches()
  const call = (call_id: string, path: string) => {
    const input = `*** Begin Patch\n*** Delete File: ${path}\n*** End Patch`
    patches.note({ type: 'function_call', name: 'exec_command', arguments: JSON.stringify({ cmd: input }), call_id })
    return input
  }
  const item = (path: string) => ({
    ...{ id: '', type: 'file_change' as const, status: 'completed' as const },
    changes: [{ path: `/ws/${path}`, kind: 'delete' as const }],
  })
  call('failed', 'a.txt')
  patches.note({ type: 'function_call_output', call_id: 'failed', output: 'it does not apply' })
  const second = call('second', 'b.txt')
  expect(patches.factsOf(item('a.txt'))).toEqual({})
  expect(patches.factsOf(item('b.txt'))).toEqual({ patch: second })
  expect(patches.factsOf(item('b.txt'))).toEqual({})
  const { arguments: broken } = { arguments: '{"input": "*** Begin Patch' }
  expect(openPatches([broken, second]).factsOf(item('b.txt'))).toEqual({ patch: second })
})

test('arguments are told in short, on one line', () => {
  expect(argumentsText({ path: 'a.txt', text: 'two words\n', n: 3, none: undefined })).toBe(
    'path=a.txt text="two words\\n" n=3',
  )
  expect(argumentsText({ text: 'x'.repeat(100) })).toBe(`text=${'x'.repeat(59)}…`)
  expect(argumentsText({})).toBe('')
  expect(argumentsText(undefined)).toBe('')
})
