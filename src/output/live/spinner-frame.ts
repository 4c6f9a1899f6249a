const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** A sign that turns: the next of its looks for each `tick`, which counts up. */
export const spinnerFrame = (tick: number): string => frames[tick % frames.length] ?? ''
