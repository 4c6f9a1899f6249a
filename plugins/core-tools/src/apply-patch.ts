import { defineFreeformTool } from 'codex-kernel/plugin-api'
import { patchGrammar } from './patch/patch-grammar.ts'
import { runPatch } from './patch/run-patch.ts'

/** Changes files by a patch, all or none; shows them as a `file_change`. */
export const tool = defineFreeformTool({
  name: 'apply_patch',
  description: `Changes files by a patch. All of it is applied, or nothing. Format:
*** Begin Patch
*** Add File: PATH        followed by the lines, each after a +
*** Delete File: PATH
*** Update File: PATH     then optionally *** Move to: NEW PATH, then chunks
@@ optional line above    a chunk: lines after a blank (stays), - (goes) or + (comes), three of context around
*** End of File           optional, after a chunk that ends the file
*** End Patch
Paths are relative to the working directory. The context must name one place: give the line of the function or class after @@ where it does not.`,
  grammar: { syntax: 'lark', definition: patchGrammar },
  inputProperty: 'input',
  makeOutputSchema: (z) =>
    z.strictObject({
      changes: z
        .array(z.strictObject({ path: z.string(), kind: z.enum(['add', 'delete', 'update']) }))
        .describe('Absolute paths, sorted; a move is an update at the old path.'),
      report: z.string().describe('What the stand-alone tool prints.'),
    }),
  effects: ['read', 'write'],
  parallel: false,
  item: 'own',
  run: (input, ctx) => runPatch(input, ctx),
})
