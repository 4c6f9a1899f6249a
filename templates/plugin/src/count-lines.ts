import { defineTool, z } from 'codex-kernel/plugin-api'

export const tool = defineTool({
  name: '__TOOL__',
  description: 'Count the lines of the text files below a path.',
  input: z.strictObject({ path: z.string().default('.').describe('File or directory.') }),
  effects: ['read'],
  parallel: true,
  async run({ path }, { fs }) {
    const tree = await fs.openTree(path)
    let lines = 0
    for (const file of tree.files) lines += (await file.read()).split('\n').length - 1
    const files = tree.files.length
    return { text: `${lines} lines in ${files} files`, structured: { lines, files } }
  },
})
