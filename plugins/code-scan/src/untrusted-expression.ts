/**
 * What a stranger can write into a `${{ }}` of a workflow: titles, texts, names of branches and people.
 * From GitHub's list of untrusted inputs (Security hardening for GitHub Actions).
 */
const untrusted =
  /\bgithub\.(event\.(issue|pull_request|discussion|comment|review|review_comment|release|head_commit|workflow_run|pages|commits|changes|client_payload|label|milestone)\b[\w.*[\]'"]*\.(title|body|name|message|email|ref|label|default_branch|head_branch|display_title|page_name|description|login|content)|event\.client_payload\b|head_ref)/

/** True where a text of a workflow has an expression that somebody without rights can fill. `inputs` are of those who may start it. */
export function hasUntrustedExpression(text: string): boolean {
  return [...text.matchAll(/\$\{\{([^}]*)\}\}/g)].some(([, expression = '']) => untrusted.test(expression))
}
