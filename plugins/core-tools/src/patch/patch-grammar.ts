/** The patch format for a model's decoder, in Lark's notation. `parsePatch` takes a little more. */
export const patchGrammar = String.raw`start: begin operation+ end
begin: "*** Begin Patch" LF
end: "*** End Patch" LF?

operation: added_file | deleted_file | updated_file
added_file: "*** Add File: " path LF added_line*
deleted_file: "*** Delete File: " path LF
updated_file: "*** Update File: " path LF moved_to? chunk+
moved_to: "*** Move to: " path LF

chunk: marker chunk_line+ end_of_file?
marker: ("@@" | "@@ " TEXT) LF
chunk_line: (" " | "-" | "+") TEXT? LF
added_line: "+" TEXT? LF
end_of_file: "*** End of File" LF

path: TEXT
TEXT: /[^\n]+/
LF: /\r?\n/
`
