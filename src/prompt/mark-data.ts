/** Marks that stand around what is told to a model: content must not close one that it stands in. */
const closed =
  'data|instructions|user_instructions|skills?|environment_context|turn_aborted|subagent_notification|user_shell_command|hook_context|hook_prompt|summary_of_earlier_conversation|work_so_far|image'
/** Marks of the program's own words: content must not open one either. */
const own =
  'user_instructions|environment_context|turn_aborted|subagent_notification|user_shell_command|hook_context|hook_prompt|summary_of_earlier_conversation|work_so_far'
/** Also in the letters of other widths that read as these (U+FE64, U+FF1C, U+FF0F). */
const marks = new RegExp(`[<\\uFE64\\uFF1C](?=\\s*(?:[/\\uFF0F]\\s*(?:${closed})|(?:${own}))(?![\\w-]))`, 'giu')

/** Content that can neither end the mark that it stands in nor say something as the program does: `<` of such a mark is `&lt;`. */
export function withoutMarks(text: string): string {
  return text.replace(marks, '&lt;')
}

/** A name or path on one line, whatever a repository calls its files: control characters are spelled out, `<` and `>` escaped. */
export function nameInMark(name: string): string {
  return onOneLine(name)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Line ends and other control characters as `\u000a`. */
export function onOneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Content of others between marks that it cannot close. Nothing stays nothing. */
export function markData(text: string, from: string): string {
  return text === '' ? '' : `<data from="${nameInMark(from)}">\n${withoutMarks(text).replace(/\n$/, '')}\n</data>`
}
