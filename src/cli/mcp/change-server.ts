import { join } from 'node:path'
import { setInFile, unsetInFile } from '../../config/change-config.ts'
import { afterChange } from '../../config/read-config.ts'
import { hiddenTexts } from '../change-result.ts'
import type { ConfigInputs } from '../config-inputs.ts'
import { configTarget } from '../config-key.ts'
import { sourceText } from '../explanation-text.ts'

/** What was done to a server's table in the user's own files. */
export interface ServerChange {
  /** The file that is written to. */
  readonly file: string
  /** Whether one of the files had a server of that name. */
  readonly wasThere: boolean
  /** What else counts for the server, such as the table of a repository: a sentence each. */
  readonly notes: readonly string[]
}

/** Puts a table in place of all that the user's files say of the server: tables of several files would be joined. @throws as `setInFile` */
export async function setServer(name: string, table: object, inputs: ConfigInputs): Promise<ServerChange> {
  const path = ['mcp_servers', name]
  const target = await configTarget(inputs, [], false)
  const { before } = await setInFile(target, path, table, { allowUnknown: false, replace: true })
  const wasElsewhere = await takeOut(
    path,
    userFiles(inputs).filter(({ file }) => file !== target.file),
  )
  const { hidden, notes } = await afterChange(inputs.options, target.file, path)
  return {
    file: target.file,
    wasThere: before !== undefined || wasElsewhere,
    notes: [...hiddenTexts(hidden), ...notes],
  }
}

/** Takes a server out of the user's files. @throws as `unsetInFile` */
export async function removeServer(name: string, inputs: ConfigInputs): Promise<ServerChange> {
  const path = ['mcp_servers', name]
  const { file } = await configTarget(inputs, [], false)
  const wasThere = await takeOut(path, userFiles(inputs))
  const { inForce, notes } = await afterChange(inputs.options, file, path)
  const said = inForce.flatMap((value) => value.said ?? [])
  const firsts = said.filter(
    ({ file: of, by }, at) => said.findIndex((each) => each.file === of && each.by === by) === at,
  )
  const stays = firsts.map((first) => `The server of that name stays that is configured by ${sourceText(first)}.`)
  return { file, wasThere, notes: [...stays, ...notes] }
}

type UserFile = Parameters<typeof unsetInFile>[0]

function userFiles({ options: { codexHome } }: ConfigInputs): readonly UserFile[] {
  return [
    { layer: 'user', file: join(codexHome, 'config.toml') },
    { layer: 'kernel', file: join(codexHome, 'kernel.toml') },
  ]
}

/** Whether one of the files had it. */
async function takeOut(path: readonly string[], files: readonly UserFile[]): Promise<boolean> {
  let wasThere = false
  for (const file of files) wasThere = (await unsetInFile(file, path)).changed || wasThere
  return wasThere
}
