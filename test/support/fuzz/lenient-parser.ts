/** Texts that bash refuses and unbash takes for something harmless. None of them runs, since bash refuses it before it starts anything of it. */
export const lenientParser: readonly RegExp[] = [
  // `$[` without its end is text.
  /\$\[/,
  // The delimiter of a here-document has a quote that is left open, or is none.
  /<<-?[^\n;&|]*["'`]/,
  /<<\d*[<>]/,
  // A line begins with a semicolon.
  /\n[ \t]*;/,
]
