import { relative } from 'node:path'
import { confirmedConfigs, type IsConfirmed } from '../../config/confirmed-configs.ts'
import { readConfigText } from '../../config/file-layer.ts'
import { isTable } from '../../config/table.ts'
import { diagnosticOfError } from '../../definitions/diagnostic-of-error.ts'
import type { CommandHook, ReadHooks } from '../../definitions/hooks/command-hook.ts'
import { readHooksFile } from '../../definitions/hooks/read-hooks-file.ts'
import { readHooksTable } from '../../definitions/hooks/read-hooks-table.ts'
import type { Diagnostic } from '../../plugin-api/diagnostic.ts'
import { isCodexError } from '../../plugin-api/errors.ts'
import type { Kernel } from '../load-kernel.ts'
import type { HookPlaces } from './find-hooks.ts'

/**
 * Reads what stands there. A repository's hooks count where it is trusted and the text of their file is the one that `codex trust` confirmed, at its root
 * too: they run by themselves. `--dangerously-bypass-hook-trust` takes any text of a repository that is trusted.
 */
export async function loadHooks(
  { userFile, projectFiles, layers }: HookPlaces,
  { codexHome, loaded, options }: Pick<Kernel, 'codexHome' | 'loaded' | 'options'>,
): Promise<ReadHooks> {
  const { workspace, trust } = loaded
  const isConfirmed: IsConfirmed = options.settings.bypassHookTrust
    ? () => true
    : await confirmedConfigs(codexHome, workspace.root)
  const mayRun = (file: string, text: string) => trust === 'trusted' && isConfirmed(file, text)
  const read = [
    ...(userFile === undefined ? [] : [await fileOf(userFile, 'user', () => true)]),
    ...layers.filter(({ name }) => name !== 'project').map((layer) => ofLayer(layer, 'user')),
    ...layers
      .filter(({ name }) => name === 'project')
      .map((layer) => {
        const { file = '', text = '' } = layer.source ?? {}
        return mayRun(file, text) ? ofLayer(layer, 'project') : notInForce(file, '[hooks] in ', trust, workspace.root)
      }),
    ...(await Promise.all(
      projectFiles.map(async (file) => {
        const found = await fileOf(file, 'project', (text) => mayRun(file, text))
        return found ?? notInForce(file, '', trust, workspace.root)
      }),
    )),
  ]
  return {
    hooks: read.flatMap((each) => each?.hooks ?? []),
    diagnostics: read.flatMap((each) => each?.diagnostics ?? []),
  }
}

/** Undefined where its text may not run. */
async function fileOf(
  file: string,
  layer: CommandHook['layer'],
  mayRun: (text: string) => boolean,
): Promise<ReadHooks | undefined> {
  let text: string
  try {
    text = (await readConfigText(file)) ?? ''
  } catch (error) {
    if (!isCodexError(error)) throw error
    if (!mayRun('')) return undefined
    return { hooks: [], diagnostics: [diagnosticOfError(error, file, 'hooks.schema')] }
  }
  return mayRun(text) ? readHooksFile(text, file, layer) : undefined
}

function ofLayer({ table, source }: HookPlaces['layers'][number], layer: CommandHook['layer']): ReadHooks {
  const { hooks } = table
  const { file = '-c', locate = () => undefined } = source ?? {}
  return readHooksTable(isTable(hooks) ? hooks : {}, { layer, file, path: ['hooks'], locate })
}

function notInForce(file: string, what: string, trust: string, root: string): ReadHooks {
  const name = `${what}${relative(root, file)}`
  const diagnostic: Diagnostic =
    trust === 'trusted'
      ? {
          severity: 'warning',
          code: 'config.untrusted',
          message: `${name} is not run: it was not there, or was another, when this repository was trusted; codex trust confirms it`,
          file,
          hint: 'Read it first.',
        }
      : {
          severity: 'warning',
          code: 'config.untrusted',
          message: `${name} is not run: this repository is not trusted`,
          file,
          hint: 'Read it; to use it, run codex trust in the repository.',
        }
  return { hooks: [], diagnostics: [diagnostic] }
}
