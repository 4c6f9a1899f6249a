import type { ToolContext } from 'codex-kernel/plugin-api'
import { errorCode } from './error-code.ts'
import { describeMissing } from './nearest-names.ts'

/** What a model is told of a path that cannot be opened, and what to do; undefined for an error that is none of the path's. */
export async function pathProblem(error: unknown, path: string, ctx: ToolContext): Promise<string | undefined> {
  switch (errorCode(error)) {
    case 'ENOENT':
      return await describeMissing(path, ctx)
    case 'ENOTDIR':
      return `${path}: a part of the path is a file, no directory.`
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read by this user.`
    case 'ELOOP':
      return `${path} is a symbolic link that leads back to itself.`
    case 'ENAMETOOLONG':
      return 'The path is longer than the system takes.'
    case 'EINVAL':
      return `${path} is a pipe, socket or device, no file.`
    case 'EISDIR':
      return `${path} is a directory. list_dir shows what is in it.`
    default:
      return undefined
  }
}
