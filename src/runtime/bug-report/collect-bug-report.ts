import { arch, release, userInfo } from 'node:os'
import type { BugReport, BugReportPart, BugReportRequest } from '../../plugin-api/bug-report.ts'
import { isCodexError } from '../../plugin-api/errors.ts'
import { terminalJson } from '../../plugin-api/terminal-json.ts'
import { createRedactor } from '../../security/redact.ts'
import { runDoctor } from '../doctor/run-doctor.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { auditPart } from './audit-part.ts'
import { configPart, pluginsPart, problemsPart } from './installation-parts.ts'
import { createReportCleaner, type ReportCleaner } from './report-cleaner.ts'
import { findReported, readRecordingLines, threadParts } from './thread-parts.ts'

/**
 * Gathers what helps to understand a fault. Asks nobody over the network. A part that cannot be had says why, and the others
 * stand all the same.
 *
 * @throws CodexError `thread.not_found`, `thread.ambiguous` for a thread that was named, `recording.unreadable`; the abort reason
 */
export async function collectBugReport(
  request: BugReportRequest,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<BugReport> {
  const { kernel } = deps
  const { options, codexHome, credentials, places } = kernel
  await credentials.readFiles().catch(() => undefined) // doctor says what is wrong with them
  const cleaner = createReportCleaner({
    redact: createRedactor(options.env, credentials.secrets),
    workspaceRoot: places.workspaceRoot,
    codexHome,
    homeDir: options.homeDir,
    packageRoot: options.packageRoot,
    userName: nameOfUser(options.env),
  })
  const thread = await findReported(request.thread, kernel, signal)
  // What was named is to be in it: who sends the report would not look.
  const recording =
    request.recording === undefined ? undefined : await readRecordingLines(request.recording, options.cwd)
  const parts = [
    part('Program', 'this process', () => programText(deps)),
    part('Checks', 'codex doctor', () => doctorText(deps, signal)),
    part('Configuration', 'every value that is not the default, with the layer and file that says it', () =>
      configPart(kernel),
    ),
    part('Problems in files', 'configuration, plugins, definitions', () => problemsPart(deps)),
    part('Plugins', 'built in and installed', () => pluginsPart(kernel)),
    ...(thread ? threadParts(thread).map((each) => part(each.title, each.from, each.read, each.form)) : []),
    ...(thread
      ? [part('Audit log', `the records of ${thread.id}`, () => auditPart(thread.id, codexHome), 'lines')]
      : []),
    ...(recording ? [part('Recording', recording.file, () => recording.lines, 'lines')] : []),
  ]
  const cleaned: BugReportPart[] = []
  for (const each of parts) {
    signal.throwIfAborted()
    cleaned.push(await each(cleaner))
  }
  return { created: options.now().toISOString(), parts: cleaned, removed: cleaner.removed }
}

/** A part that is read when the others before it are. */
function part(
  title: string,
  from: string,
  read: () => string | readonly unknown[] | Promise<string | readonly unknown[]>,
  form: BugReportPart['form'] = 'text',
): (cleaner: ReportCleaner) => Promise<BugReportPart> {
  return async (cleaner) => {
    const about = { title, from: cleaner.text(from) }
    try {
      const found = await read()
      if (typeof found === 'string') return { ...about, form: 'text', text: cleaner.text(found) }
      return { ...about, form, text: found.map((line) => terminalJson(cleaner.value(line))).join('\n') }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const hint = isCodexError(error) && error.hint !== undefined ? ` ${error.hint}` : ''
      return {
        ...about,
        form: 'text',
        text: cleaner.text(`This part could not be read: ${message}${hint}`),
        isUnread: true,
      }
    }
  }
}

function programText({ kernel }: SecurityDeps): string {
  const { options, loaded } = kernel
  const names = Object.keys(options.env).filter((name) =>
    /^CODEX_|_PROXY$|^NO_COLOR$|^TERM$|^LANG$|^SHELL$/i.test(name),
  )
  return [
    `codex-kernel ${options.version}`,
    `Node ${process.versions.node}`,
    `${options.platform} ${release()} ${arch()}`,
    `directory ${options.cwd}, ${loaded.workspace.isRepository ? 'a git repository' : 'no git repository'}, ${loaded.trust}`,
    `variables that are set (names alone): ${names.sort().join(', ') || 'none that matter'}`,
  ].join('\n')
}

async function doctorText(deps: SecurityDeps, signal: AbortSignal): Promise<string> {
  const checks = await runDoctor({}, deps, signal)
  return checks
    .map(
      ({ name, status, detail, fix }) =>
        `${status.padEnd(7)} ${name}: ${detail}${fix === undefined ? '' : `\n        fix: ${fix}`}`,
    )
    .join('\n')
}

/** The system knows nobody by some ids of containers. */
function nameOfUser(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username
  } catch {
    return env.USER ?? env.LOGNAME ?? ''
  }
}
