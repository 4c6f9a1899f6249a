/** How messages begin that the program, or the real Codex, says in the user's name: instructions, surroundings, skills, summaries, requests to answer again. */
const programText =
  /^\s*(?:<(?:environment_context|user_instructions|INSTRUCTIONS|skill|turn_aborted|subagent_notification|user_shell_command|hook_context|hook_prompt|summary_of_earlier_conversation|work_so_far)\b|# AGENTS\.md instructions|Your last message does not fit the JSON Schema|Another language model started to solve this problem and produced a summary of its thinking process)/

/** What stands around an image. */
const imageTag = /^<\/?image\b[^>]*>$/
/** What stands in the place of an image that could not be read; the prompt comes behind it. */
const missingImage = /^Codex could not read the local image at `/

/** What a person asked, where this item of the history is a person's message; undefined for all other items. */
export function promptOf(item: Readonly<Record<string, unknown>>): string | undefined {
  if (item.type !== 'message' || item.role !== 'user' || !Array.isArray(item.content)) return undefined
  const texts = item.content.flatMap((part: { readonly type?: unknown; readonly text?: unknown } | null) =>
    part?.type === 'input_text' && typeof part.text === 'string' ? [part.text] : [],
  )
  const said = texts.filter(
    (text, index) => !imageTag.test(text.trim()) && !(missingImage.test(text) && index < texts.length - 1),
  )
  const text = said.join('\n')
  return text.trim() === '' || programText.test(text) ? undefined : text
}

/** True for what a person said, also where it is an image alone. */
export function isSaidByPerson(item: Readonly<Record<string, unknown>>): boolean {
  if (promptOf(item) !== undefined) return true
  if (item.type !== 'message' || item.role !== 'user' || !Array.isArray(item.content)) return false
  return item.content.some((part: { readonly type?: unknown } | null) => part?.type === 'input_image')
}
