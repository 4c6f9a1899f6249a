import { readdir } from 'node:fs/promises'

/** Files at the root of a repository that say what it is written in. */
const languageOfFile: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^package\.json$/, ['javascript']],
  [/^(?:tsconfig.*|deno)\.json$/, ['typescript', 'javascript']],
  [/^Cargo\.toml$/, ['rust']],
  [/^go\.mod$/, ['go']],
  [/^(?:pyproject\.toml|setup\.(?:py|cfg)|requirements.*\.txt|Pipfile)$/, ['python']],
  [/^(?:pom\.xml|build\.gradle)$/, ['java']],
  [/^build\.gradle\.kts$/, ['kotlin', 'java']],
  [/^(?:Gemfile|.*\.gemspec)$/, ['ruby']],
  [/^composer\.json$/, ['php']],
  [/^Package\.swift$/, ['swift']],
  [/^mix\.exs$/, ['elixir']],
  [/^(?:.*\.(?:csproj|sln)|global\.json)$/, ['csharp']],
  [/^CMakeLists\.txt$/, ['cpp', 'c']],
  [/^pubspec\.yaml$/, ['dart']],
]

/** The programming languages of a repository, in lower case, as the names of the files at its root tell; none where it cannot be read. */
export async function repositoryLanguages(root: string): Promise<readonly string[]> {
  const names = await readdir(root).catch((): string[] => [])
  const languages = languageOfFile.flatMap(([pattern, found]) =>
    names.some((name) => pattern.test(name)) ? found : [],
  )
  return [...new Set(languages)]
}
