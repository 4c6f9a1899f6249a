/**
 * What a stranger can write into a `${{ }}` of a workflow: titles, texts, names of branches and people.
 * From GitHub's list of untrusted inputs (Security hardening for GitHub Actions). A login has letters, digits and hyphens alone.
 */
const untrusted =
  /\bgithub\.(event\.(issue|pull_request|discussion|comment|review|review_comment|release|head_commit|workflow_run|pages|commits|changes|client_payload|label|milestone)\b[\w.*[\]'"]*\.(title|body|name|message|email|ref|label|default_branch|head_branch|display_title|page_name|description|content)|event\.client_payload\b|head_ref)/

/** The first expression of a workflow's text that somebody without rights can fill. `inputs` are of those who may start it. */
export function untrustedExpression(text: string): { readonly start: number; readonly end: number } | undefined {
  for (const { 0: written, 1: expression = '', index } of text.matchAll(/\$\{\{([^}]*)\}\}/g)) {
    if (untrusted.test(expression)) return { start: index, end: index + written.length }
  }
  return undefined
}
