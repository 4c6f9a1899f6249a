import { resolve } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import type { ThreadRequest } from '../../plugin-api/index.ts'
import { createPlaceNames, type PlaceNames } from '../../thread/recording/place-names.ts'
import type { Kernel } from '../load-kernel.ts'
import type { ThreadDeps } from '../start-thread.ts'
import type { Tape } from './tape.ts'

/** Opens the recording that a request names, to be written or to be run again. @throws CodexError `recording.*`, `usage.arguments` */
export async function openTape(request: ThreadRequest, deps: ThreadDeps): Promise<Tape> {
  const { record, replay } = request
  const { kernel } = deps
  if (record && replay) {
    throw new CodexError('usage.arguments', 'A thread is recorded or replayed, not both', {
      hint: 'Leave --record or --replay out.',
    })
  }
  const names = placeNames(kernel)
  const file = resolve(kernel.options.cwd, record?.file ?? replay?.file ?? '')
  if (replay) {
    const { openReplay } = await import('./open-replay.ts')
    return await openReplay({ ...replay, file }, names, deps)
  }
  const { openRecorder } = await import('./open-recorder.ts')
  return await openRecorder(request, { file, overwrite: record?.overwrite ?? false }, names, deps)
}

/** Longer places first where several are one: a name that says more wins. */
function placeNames({ places, codexHome, options }: Kernel): PlaceNames {
  return createPlaceNames({
    workspace: places.workspaceRoot,
    codex_home: codexHome,
    home: options.homeDir,
    temp: options.tempDir,
  })
}
