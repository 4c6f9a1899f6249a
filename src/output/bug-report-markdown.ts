import type { BugReport, BugReportPart } from '../plugin-api/bug-report.ts'

/** A report as one Markdown file that a person can read through before they send it. */
export function bugReportMarkdown(report: BugReport): string {
  const { created, parts, removed } = report
  const list = parts.map((part) => `| ${part.title} | ${sizeText(part)} | ${part.from.replaceAll('|', '\\|')} |`)
  return [
    '# Bug report of codex-kernel',
    `Made ${created}. Nothing was sent: read it, take out what should not leave, and send it yourself.`,
    '## What went wrong',
    '(Say here what you did, what you expected, and what happened.)',
    '## What is in it',
    ['| part | size | from |', '| --- | --- | --- |', ...list].join('\n'),
    `Taken out, besides what is kept nowhere: ${countText(removed.secrets, 'secret')} (\`[redacted]\`), the middle of ${countText(removed.longTexts, 'long text')}, sealed reasoning, and the names of your directories (\`<<workspace>>\`, \`<<codex_home>>\`, \`<<home>>\`, \`<<installation>>\`) and of yourself (\`<<user>>\`). Prompts, answers, outputs of commands and pieces of your files are in it.`,
    ...parts.flatMap(partText),
  ]
    .join('\n\n')
    .concat('\n')
}

function partText({ title, form, text }: BugReportPart): readonly string[] {
  const body = text === '' ? 'Nothing.' : fenced(text, form === 'lines' ? 'jsonl' : 'text')
  return [`## ${title}`, body]
}

/** A fence that is longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([fence]) => fence.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

function sizeText({ form, text, isUnread }: BugReportPart): string {
  if (isUnread) return 'could not be read'
  const lines = text === '' ? 0 : text.split('\n').length
  return `${lines} ${form === 'lines' ? 'records' : 'lines'}, ${Math.ceil(Buffer.byteLength(text) / 1024)} KiB`
}

function countText(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
