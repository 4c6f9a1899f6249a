import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { readConfigText } from './file-layer.ts'

test('a file that appears while it is read is there or not yet, and is no link to nothing', async () => {
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  const file = join(workspace.path, 'record')
  for (let round = 0; round < 300; round += 1) {
    await writeFile(`${file}.draft`, 'whole')
    const readers = Array.from({ length: 8 }, () => readConfigText(file))
    const [, ...texts] = await Promise.all([rename(`${file}.draft`, file), ...readers])
    for (const text of texts) expect([undefined, 'whole']).toContain(text)
    await rm(file)
  }
})
