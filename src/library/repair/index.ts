/** Looking through a whole data folder, and what killed writes left. */
export { repair, type Repaired } from './check'
export { clearLeftovers, writingOutside } from './leftovers'
