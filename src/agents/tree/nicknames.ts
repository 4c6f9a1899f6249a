const trees = [
  'Alder',
  'Ash',
  'Aspen',
  'Beech',
  'Birch',
  'Cedar',
  'Cherry',
  'Cypress',
  'Elm',
  'Fir',
  'Hazel',
  'Holly',
  'Juniper',
  'Larch',
  'Laurel',
  'Linden',
  'Maple',
  'Oak',
  'Olive',
  'Pine',
  'Poplar',
  'Rowan',
  'Spruce',
  'Willow',
]

/** What people call the agent that is the `index`th of its run to be begun: trees, each with a number from the second time on. */
export function nickname(index: number): string {
  const round = Math.floor(index / trees.length)
  const name = trees[index % trees.length] ?? ''
  return round === 0 ? name : `${name} ${round + 1}`
}
