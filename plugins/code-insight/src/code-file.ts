/** Languages whose declarations and imports are read; TypeScript is among JavaScript. */
export const codeLanguages = ['javascript', 'python', 'go', 'java'] as const
export type CodeLanguage = (typeof codeLanguages)[number]

/** What part a file has in a code base. `support`: what tests use; `other`: configuration, types alone, generated, no code. */
export type FileRole = 'source' | 'test' | 'support' | 'other'

const languageByEnding: Readonly<Record<string, CodeLanguage>> = {
  ...{ js: 'javascript', jsx: 'javascript', mjs: 'javascript', cjs: 'javascript' },
  ...{ ts: 'javascript', tsx: 'javascript', mts: 'javascript', cts: 'javascript' },
  ...{ py: 'python', go: 'go', java: 'java' },
}
const testName =
  /(?:[.\-_](?:test|spec|e2e|cy)\.[cm]?[jt]sx?|(?:^|\/)test_[^/]*\.py|_tests?\.py|(?:^|\/)tests?\.py|_test\.go|(?:Tests?|IT|TestCase)\.java)$/
const testFolder = /(?:^|\/)(?:__tests__|tests?|specs?|e2e|src\/test\/java)\//
const supportFolder =
  /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test-data|snapshots|__snapshots__|mocks|__mocks__|support|helpers)\//
const supportName = /(?:^|\/)(?:conftest\.py|setup[-_.]?tests?\.[jt]s|jest\.setup\.[jt]s|__init__\.py)$/
const vendored = /(?:^|\/)(?:node_modules|bower_components|vendor|third_party|\.venv|venv|site-packages|dist|build)\//
const otherName =
  /(?:\.d\.[cm]?ts|\.min\.js|\.config\.[cm]?[jt]s|\.generated\.\w+|_pb2(?:_grpc)?\.py|\.pb\.go|package-info\.java)$|(?:^|\/)(?:\.[^/]*rc\.[cm]?js|setup\.py|manage\.py|Gruntfile\.js|gulpfile\.[cm]?js)$|(?:^|\/)(?:migrations|examples?|samples?|demos?|docs?|bench|benchmarks?)\//

/** Undefined for what is no code of a language that is read. */
export function languageOf(path: string): CodeLanguage | undefined {
  const ending = path.slice(path.lastIndexOf('.') + 1)
  return Object.hasOwn(languageByEnding, ending) ? languageByEnding[ending] : undefined
}

/** Told by name and place, as the test runners do. */
export function roleOf(path: string): FileRole {
  if (languageOf(path) === undefined || vendored.test(path)) return 'other'
  const isBelowTests = testFolder.test(path)
  if (isBelowTests && (supportFolder.test(path) || supportName.test(path))) return 'support'
  if (testName.test(path)) return 'test'
  if (isBelowTests) return languageOf(path) === 'python' ? 'support' : 'test'
  return otherName.test(path) || /(?:^|\/)conftest\.py$/.test(path) ? 'other' : 'source'
}

/** What a person does not write or read line by line: lockfiles, snapshots, built and generated files. */
export function isMachineWritten(path: string): boolean {
  return (
    vendored.test(path) ||
    /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|Cargo\.lock|go\.sum|composer\.lock|Gemfile\.lock)$|\.(?:snap|map|min\.js|min\.css|svg|lock)$|\.generated\.|_pb2(?:_grpc)?\.py$|\.pb\.go$/.test(
      path,
    )
  )
}
