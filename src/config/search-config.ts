import { readTextFile } from './read-text.ts'

/** The part of cosmiconfig that is used, as its version 10 has it. */
interface ExplorerModule {
  readonly Explorer: new (
    options: Readonly<Record<string, unknown>>,
  ) => {
    search(from: string): Promise<{ readonly filepath: string; readonly config?: { readonly text: string } } | null>
  }
}

/**
 * Looks for a file in a directory with cosmiconfig and gives its text; undefined where there is none that can be read.
 *
 * Opening a repository must never run its code, and cosmiconfig's front door does: it reads `.config/config.js` of the working
 * directory and takes JavaScript loaders by default, whatever options it is given. So the explorer behind that door is used, with one loader for
 * `.toml`. It gives the text as a value of its own, so that a `$import` key in the file is not followed either.
 * @throws CodexError `config.unreadable`
 */
export async function searchConfig(directory: string, place: string): Promise<{ text: string } | undefined> {
  // The package declares no types for this module; the shape is that of cosmiconfig/dist/Explorer.js, and a test drives it.
  const { Explorer } = (await import('cosmiconfig/dist/Explorer.js')) as unknown as ExplorerModule
  const explorer = new Explorer({
    moduleName: 'codex',
    searchPlaces: [place],
    loaders: { '.toml': async (file: string) => ({ text: await readTextFile(file) }) },
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    applyPackagePropertyPathToConfiguration: false,
    metaConfigFilePath: null,
    mergeImportArrays: false,
    mergeSearchPlaces: false,
    cache: false,
    transform: (result: unknown) => result,
  })
  const found = await explorer.search(directory)
  return found ? { text: found.config?.text ?? '' } : undefined
}
