import { CodexError } from '../../plugin-api/index.ts'
import type { AuditPlace } from './audit-place.ts'

const causes: Readonly<Record<string, { readonly why: string; readonly fix: string }>> = {
  ENOSPC: { why: 'the disk is full', fix: 'Free space on the disk of CODEX_HOME' },
  EDQUOT: { why: 'the quota is used up', fix: 'Free space on the disk of CODEX_HOME' },
  EFBIG: { why: 'the file would be larger than is allowed', fix: 'Raise the limit of file sizes (ulimit -f)' },
  EROFS: { why: 'the file system is read-only', fix: 'Point CODEX_HOME to one that can be written' },
  EACCES: { why: 'no permission', fix: 'Make it yours (chown, chmod u+rwX), or run as the user who wrote it' },
  EPERM: { why: 'no permission', fix: 'Make it yours (chown, chmod u+rwX), or run as the user who wrote it' },
  EISDIR: { why: 'a directory stands where a file belongs', fix: 'Move it away' },
  EEXIST: { why: 'a file stands where a directory belongs', fix: 'Move it away' },
  ENOTDIR: { why: 'a file stands where a directory belongs', fix: 'Move it away' },
  ELOOP: { why: 'a symbolic link stands where a file belongs', fix: 'Put the file itself there' },
}

/** The log cannot be written, so nothing is allowed. */
export function unwritableAudit({ logDir, headsDir }: AuditPlace, cause: unknown): CodexError {
  const { why, fix, file } = told(cause)
  const where = file === undefined ? '' : `${file}: `
  return new CodexError(
    'audit.unwritable',
    `The audit log in ${logDir} (heads in ${headsDir}) cannot be written: ${where}${why}`,
    {
      hint: `${fix ?? 'See that the disk has room and that both directories are yours'}. Until it can be written nothing is allowed.`,
      cause,
    },
  )
}

/** A file or directory of the log, or of its heads, cannot be read. */
export function unreadableAudit(place: string, cause: unknown): CodexError {
  const { why, fix, file = place } = told(cause)
  return new CodexError('audit.unreadable', `The audit log cannot be read: ${file}: ${why}`, {
    hint: `${fix ?? 'See that it is a file, and yours'}, then try again.`,
    location: { file },
    cause,
  })
}

/** What an error of `node:fs` means here: why, what to do, and which path it names. */
function told(cause: unknown): { readonly why: string; readonly fix?: string; readonly file?: string } {
  if (!(cause instanceof Error)) return { why: String(cause) }
  const { code, path } = cause as NodeJS.ErrnoException // only read, and each may be absent
  const known = code === undefined ? undefined : causes[code]
  return { ...(known ?? { why: cause.message }), ...(path !== undefined && { file: path }) }
}
