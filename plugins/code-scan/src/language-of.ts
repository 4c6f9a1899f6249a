import type { Grammar } from './open-parser.ts'
import type { RuleLanguage, ScanRule } from './scan-rule.ts'

export interface CodeLanguage {
  /** As rules name it. */
  readonly name: RuleLanguage
  readonly grammar: Grammar
}

const typescript: CodeLanguage = { name: 'typescript', grammar: 'TypeScript' }

/** TypeScript examples are read with JSX; a Dockerfile looks like a shell script to a parser. */
const byName: Readonly<Record<RuleLanguage, CodeLanguage>> = {
  javascript: { name: 'javascript', grammar: 'JavaScript' },
  typescript: { name: 'typescript', grammar: 'Tsx' },
  python: { name: 'python', grammar: 'python' },
  go: { name: 'go', grammar: 'go' },
  java: { name: 'java', grammar: 'java' },
  bash: { name: 'bash', grammar: 'bash' },
  html: { name: 'html', grammar: 'Html' },
  dockerfile: { name: 'dockerfile', grammar: 'bash' },
  yaml: { name: 'yaml', grammar: 'yaml' },
  workflow: { name: 'workflow', grammar: 'yaml' },
}

const extensions: Readonly<Record<RuleLanguage, string>> = {
  javascript: 'js jsx mjs cjs',
  typescript: 'tsx',
  python: 'py pyw',
  go: 'go',
  java: 'java',
  bash: 'sh bash ksh',
  html: 'html htm xhtml vue svelte ejs eta hbs handlebars mustache jinja jinja2 j2 njk twig jsp jspx jspf erb rhtml ftl ftlh vm cshtml liquid',
  dockerfile: 'dockerfile',
  yaml: 'yml yaml',
  workflow: '',
}

const byExtension: ReadonlyMap<string, CodeLanguage> = new Map([
  ...Object.values(byName).flatMap((language) =>
    extensions[language.name].split(' ').map((extension): [string, CodeLanguage] => [extension, language]),
  ),
  ...['ts', 'mts', 'cts'].map((extension): [string, CodeLanguage] => [extension, typescript]),
])

const workflowPath =
  /(^|\/)\.(github|gitea|forgejo)\/(workflows\/[^/]+|actions\/.*action)\.ya?ml$|(^|\/)action\.ya?ml$|(^|\/)\.gitlab-ci\.ya?ml$/
const dockerfileName = /^(dockerfile|containerfile)([.-].*)?$/i
const scriptName = /^\.(bashrc|bash_profile|profile|zshrc|envrc)$/

/** The language of example code in a rule. */
export const exampleLanguage = (name: RuleLanguage): CodeLanguage => byName[name]

/** By the path alone; undefined for none, `maybe` where the first line has to say. */
export function languageOfName(path: string): CodeLanguage | 'maybe' | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (workflowPath.test(path)) return byName.workflow
  if (dockerfileName.test(name) && !/\.(md|txt|json|ts|js|py|go)$/i.test(name)) return byName.dockerfile
  if (scriptName.test(name)) return byName.bash
  const dot = name.lastIndexOf('.')
  if (dot > 0) return byExtension.get(name.slice(dot + 1).toLowerCase())
  return dot === 0 ? undefined : 'maybe'
}

/** By a first line such as `#!/usr/bin/env python3`. */
export function languageOfShebang(text: string): CodeLanguage | undefined {
  const line = /^#!.*/.exec(text.slice(0, 200))?.[0] ?? ''
  if (/\bpython[\d.]*\b/.test(line)) return byName.python
  if (/\b(node|nodejs|bun)\b/.test(line)) return byName.javascript
  if (/\b(deno|tsx|ts-node)\b/.test(line)) return typescript
  return /\b(sh|bash|dash|ksh|zsh)\b/.test(line) ? byName.bash : undefined
}

/** The rules that run on texts of a language: on workflows also those for YAML. */
export function rulesByLanguage(rules: readonly ScanRule[]): (name: RuleLanguage) => readonly ScanRule[] {
  const known = new Map<RuleLanguage, readonly ScanRule[]>()
  return (name) => {
    const names: readonly RuleLanguage[] = name === 'workflow' ? ['workflow', 'yaml'] : [name]
    const fitting = known.get(name) ?? rules.filter((rule) => [rule.language].flat().some((one) => names.includes(one)))
    known.set(name, fitting)
    return fitting
  }
}
