/** Characters of the id of a command, agent or profile: it is typed, and stands in lists. */
export const maxNameLength = 64
/** Characters of a description: lists and routers take all of them. */
export const maxDescriptionLength = 2_000
