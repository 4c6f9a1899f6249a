import { realpath } from 'node:fs/promises'
import { editConfig } from './edit-config.ts'
import { parseToml, setTomlValue } from './toml.ts'
import { spellingsOf, type TrustLevel } from './trust.ts'

/**
 * Writes `[projects."PATH"] trust_level` into `$CODEX_HOME/kernel.toml` where that exists, else into config.toml; comments and order are kept.
 * The path is written as its real path. @throws CodexError `home.unwritable`, `config.unreadable`, `config.invalid`
 */
export async function setTrust(codexHome: string, path: string, level: TrustLevel): Promise<void> {
  const root = await realpath(path)
  await editConfig(codexHome, async (text, file) => {
    // Another spelling of the same directory would else go on deciding.
    const spellings = await spellingsOf(root, parseToml(text, file).value.projects)
    const keys = spellings.length > 0 ? spellings : [root]
    return keys.reduce((edited, key) => setTomlValue(edited, ['projects', key, 'trust_level'], level), text)
  })
}
