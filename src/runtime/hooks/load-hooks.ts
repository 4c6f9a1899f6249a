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
export async function loadHooks({ userFile, projectFiles, layers }: HookPlaces, deps: TrustDeps): Promise<ReadHooks> {
  const { workspace, trust } = deps.loaded
  const mayRun = await whatMayRun(deps)
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

/** The hooks of a repository that are not run as yet, since nobody has confirmed the text that they stand in. */
export async function waitingHooks(
  { projectFiles, layers }: HookPlaces,
  deps: TrustDeps,
): Promise<readonly CommandHook[]> {
  const mayRun = await whatMayRun(deps)
  const ofTables = layers
    .filter(({ name, source }) => name === 'project' && !mayRun(source?.file ?? '', source?.text ?? ''))
    .map((layer) => ofLayer(layer, 'project'))
  const ofFiles = await Promise.all(projectFiles.map((file) => fileOf(file, 'project', (text) => !mayRun(file, text))))
  return [...ofTables, ...ofFiles].flatMap((read) => read?.hooks ?? [])
}

type TrustDeps = Pick<Kernel, 'codexHome' | 'loaded' | 'options'>

async function whatMayRun({ codexHome, loaded, options }: TrustDeps): Promise<IsConfirmed> {
  const { workspace, trust } = loaded
  const isConfirmed: IsConfirmed = options.settings.bypassHookTrust
    ? () => true
    : await confirmedConfigs(codexHome, workspace.root)
  return (file, text) => trust === 'trusted' && isConfirmed(file, text)
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
