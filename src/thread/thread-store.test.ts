import { describe, onTestFinished } from 'vitest'
import { openMemoryStore } from '../../test/support/memory-store.ts'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { threadStoreLaws } from '../../test/support/thread-store-laws.ts'
import { openFileStore } from './file-store.ts'

async function directory(): Promise<string> {
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  return workspace.path
}

describe('threads in files', () => {
  threadStoreLaws(async () => {
    const place = await directory()
    return { store: openFileStore(place, { now: () => new Date('2026-03-04T05:06:07.089Z') }), directory: place }
  })
})

describe('threads in memory', () => {
  threadStoreLaws(async () => ({ store: openMemoryStore(), directory: await directory() }))
})
