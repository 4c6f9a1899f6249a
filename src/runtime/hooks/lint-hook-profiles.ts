import { readTextFile } from '../../config/read-text.ts'
import type { CommandHook } from '../../definitions/hooks/command-hook.ts'
import { readHooksFile } from '../../definitions/hooks/read-hooks-file.ts'
import type { Diagnostic } from '../../plugin-api/diagnostic.ts'
import { isCodexError } from '../../plugin-api/errors.ts'
import { namedProfile, type SecurityDeps } from '../open-thread-security.ts'

/** Profiles that hooks name and nothing has: such a hook fails at every call. @param files absolute paths of `hooks.json` files, besides the hooks that are loaded */
export async function lintHookProfiles(
  loaded: readonly CommandHook[],
  files: readonly string[],
  deps: Pick<SecurityDeps, 'kernel' | 'store'>,
): Promise<readonly Diagnostic[]> {
  const read = await Promise.all(files.map(async (file) => readHooksFile(await readTextFile(file), file, 'user').hooks))
  const found = await Promise.all([...loaded, ...read.flat()].map((hook) => profileProblem(hook, deps)))
  return found.flatMap((problem) => problem ?? [])
}

async function profileProblem(
  { profile, profileAt, file, line }: CommandHook,
  deps: Pick<SecurityDeps, 'kernel' | 'store'>,
): Promise<Diagnostic | undefined> {
  if (profile === undefined) return undefined
  try {
    await namedProfile(profile, deps)
    return undefined
  } catch (error) {
    if (!isCodexError(error) || error.code !== 'usage.unknown_definition') throw error
    const place = profileAt ?? (line === undefined ? {} : { line })
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    return {
      severity: 'error',
      code: 'hooks.profile',
      message: error.message,
      file,
      ...place,
      field: 'profile',
      ...hint,
    }
  }
}
