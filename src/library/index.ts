/** The library: all that Graft keeps on disk. What its folders do beyond keeping, each of them says at its own door. */
export { throwIfCancelled } from './cancel'
export { type Library, openLibrary } from './library'
export { namesOf } from './run-names'
