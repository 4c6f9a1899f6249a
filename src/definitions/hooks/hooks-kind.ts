import { defineDefinitionKind } from '../../plugin-api/index.ts'
import { readHooksFile } from './read-hooks-file.ts'

/** Files `hooks.json`, to be checked: what they say is no definition with an id. */
export const hooksKind = defineDefinitionKind<never>({
  id: 'hooks',
  parse: ({ file, text }) => [{ diagnostics: readHooksFile(text, file, 'user').diagnostics }],
})
